// Our own calls that move an order: the game says that it delivered, or staff takes an order back.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { type Answer, defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Store } from '../platform/store/index.ts'
import { actorOf } from '../projects/index.ts'
import { findOrder, foundOrder } from './find-order.ts'
import { ownOrderParams, strict } from './order-schemas.ts'
import { applyTransition, type TransitionInput } from './transition.ts'

/** Longest note that somebody may leave in the timeline. */
const NOTE_CHARS_MAX = 500

const noteBody = Type.Object({ note: Type.Optional(Type.String({ maxLength: NOTE_CHARS_MAX })) }, strict)

const changed = Type.Object({
  order_id: Type.Integer(),
  status: Type.String({ description: 'The status now.' }),
  result: Type.Union([Type.Literal('applied'), Type.Literal('ignored')], {
    description: 'ignored: it was so before, or has gone further since.',
  }),
})

/** Makes the call by which a project with the setting fulfilment `api` says that an order is delivered. */
export function fulfilOrderEndpoint({ store }: { readonly store: Store }): Endpoint {
  return defineEndpoint({
    operationId: 'fulfil-order',
    summary: 'Say that a paid order is delivered; safe to repeat',
    tag: 'orders',
    schema: { params: ownOrderParams, body: noteBody, response: { 200: changed } },
    handle: ({ params, body, caller }) => {
      const cause = { kind: 'fulfilled', reference: actorOf(caller), note: body.note ?? null } as const
      return move(store, { projectId: params.project_id, orderId: params.order_id, to: 'done', cause })
    },
  })
}

/** Makes the call that cancels an unpaid order or revokes a free or virtual one; paid ones are refunded instead. */
export function cancelOrderEndpoint({ store }: { readonly store: Store }): Endpoint {
  return defineEndpoint({
    operationId: 'cancel-order',
    summary: 'Cancel an unpaid order, or revoke a free one or one for a virtual currency; safe to repeat',
    tag: 'orders',
    schema: { params: ownOrderParams, body: noteBody, response: { 200: changed } },
    async handle({ params, body, caller }) {
      const order = foundOrder(await findOrder(store.read, params.project_id, params.order_id))
      const kind = order.currency_kind === 'real' ? 'staff_cancel' : 'staff_revoke'
      const cause = { kind, reference: actorOf(caller), note: body.note ?? null } as const
      return move(store, { projectId: order.project_id, orderId: order.id, to: 'canceled', cause })
    },
  })
}

async function move(store: Store, input: TransitionInput): Promise<Answer> {
  const result = await store.run(applyTransition, input)
  switch (result.kind) {
    case 'absent':
      throw new AppError('order_not_found')
    case 'refused':
      throw new AppError(result.code, { details: { status: result.status } })
    default:
      return { status: 200, body: { order_id: input.orderId, status: result.status, result: result.kind } }
  }
}
