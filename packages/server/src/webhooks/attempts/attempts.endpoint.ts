// GET /v1/projects/{project_id}/webhooks/attempts: what was sent when, by whom, and what was answered.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { defineEndpoint, type Endpoint } from '../../platform/http/index.ts'
import type { Store } from '../../platform/store/index.ts'
import {
  attemptSchema,
  deliveryIdSchema,
  orderIdSchema,
  projectIdSchema,
  shownAttempt,
  strict,
  typeSchema,
} from '../delivery-schemas.ts'
import { ATTEMPTS_PAGE_MAX, type AttemptPlace, type FoundAttempt, listAttempts } from './attempts.queries.ts'

const OUTCOMES = ['accepted', 'rejected', 'retry', 'late', 'crashed'] as const
const KINDS = ['automatic', 'manual'] as const
const TEXT_CHARS_MAX = 200

const time = Type.Optional(Type.String({ format: 'date-time' }))

const query = Type.Object(
  {
    order_id: Type.Optional(orderIdSchema),
    delivery_id: Type.Optional(deliveryIdSchema),
    type: Type.Optional(typeSchema),
    outcome: Type.Optional(Type.Union(OUTCOMES.map((outcome) => Type.Literal(outcome)))),
    status: Type.Optional(Type.Integer({ minimum: 100, maximum: 999 })),
    kind: Type.Optional(Type.Union(KINDS.map((kind) => Type.Literal(kind)))),
    requested_by: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: TEXT_CHARS_MAX,
        description: 'Whole, such as `recovery 12 by key:first`.',
      }),
    ),
    from: time,
    until: time,
    cursor: Type.Optional(Type.String({ maxLength: TEXT_CHARS_MAX, description: 'next_cursor of the page before.' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: ATTEMPTS_PAGE_MAX, default: ATTEMPTS_PAGE_MAX })),
  },
  strict,
)

const foundSchema = Type.Intersect([
  Type.Object({
    delivery_id: Type.Integer(),
    order_id: Type.Integer(),
    type: Type.Union([Type.String(), Type.Null()], { description: 'null: the delivery was deleted.' }),
  }),
  attemptSchema,
])

/** Makes the call. */
export function makeAttemptsEndpoint(store: Store): Endpoint {
  return defineEndpoint({
    operationId: 'list-attempts',
    summary: 'Attempts to send webhooks, newest first; signatures are hidden. Go on while next_cursor is not null',
    tag: 'webhooks',
    schema: {
      params: Type.Object({ project_id: projectIdSchema }),
      query,
      response: {
        200: Type.Object({
          attempts: Type.Array(foundSchema),
          next_cursor: Type.Union([Type.String(), Type.Null()], {
            description:
              'A page may hold few attempts, or none, and still have a next one: each looks at so much only.',
          }),
        }),
      },
    },
    async handle({ params, query: asked }) {
      const { rows, next } = await listAttempts(store.read, params.project_id, {
        orderId: asked.order_id ?? null,
        deliveryId: asked.delivery_id ?? null,
        type: (asked.type as string | undefined) ?? null,
        outcome: (asked.outcome as string | undefined) ?? null,
        status: asked.status ?? null,
        kind: (asked.kind as string | undefined) ?? null,
        requestedBy: asked.requested_by ?? null,
        from: asked.from === undefined ? null : Date.parse(asked.from),
        until: asked.until === undefined ? null : Date.parse(asked.until),
        before: asked.cursor === undefined ? null : parseCursor(asked.cursor),
        limit: asked.limit ?? ATTEMPTS_PAGE_MAX,
      })
      return {
        status: 200,
        body: { attempts: rows.map(shownFound), next_cursor: next === null ? null : cursorOf(next) },
      }
    },
  })
}

function shownFound(row: FoundAttempt): Readonly<Record<string, unknown>> {
  return { delivery_id: row.delivery_id, order_id: row.order_id, type: row.type, ...shownAttempt(row) }
}

function cursorOf({ startedAt, deliveryId, number }: AttemptPlace): string {
  return `${startedAt}.${deliveryId}.${number}`
}

/** @throws AppError unprocessable for what is none of our cursors */
function parseCursor(text: string): AttemptPlace {
  const [, startedAt, deliveryId, number] = /^(\d{1,15})\.(\d{1,15})\.(\d{1,9})$/.exec(text) ?? []
  if (number === undefined) {
    const message = 'The cursor is none of ours. Send next_cursor of the page before, unchanged, or none.'
    throw new AppError('unprocessable', { message, details: { member: 'cursor' } })
  }
  return { startedAt: Number(startedAt), deliveryId: Number(deliveryId), number: Number(number) }
}
