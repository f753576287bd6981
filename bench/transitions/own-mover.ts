// OrderTrail's own transitions: the commands behind the HTTP calls, on a store opened as the server opens it.
import { createHash } from 'node:crypto'
import { applyTransition } from '../../packages/server/src/orders/index.ts'
import { recordPaymentEvent } from '../../packages/server/src/payments/record-payment-event.ts'
import type { Store } from '../../packages/server/src/platform/store/index.ts'
import { paymentOf, type SeededOrder } from '../stage/seed.ts'
import type { Mover, TransitionName } from './transition.ts'

const MOVES: Readonly<Record<TransitionName, (store: Store, order: SeededOrder) => Promise<void>>> = {
  payment: async (store, order) => {
    const fact = paymentOf(order)
    const requestHash = createHash('sha256').update(fact.eventId).digest('hex')
    const request = { projectId: order.projectId, scope: 'payment-events', key: fact.eventId, requestHash }
    const answer = await store.run(recordPaymentEvent, { request, fact })
    if (answer.kind !== 'answered' || answer.isRepeat || !answer.body.includes('"paid"')) refuse(order, answer)
  },
  fulfilment: async (store, { projectId, orderId }) => {
    const cause = { kind: 'fulfilled', reference: 'api_key', note: null } as const
    const result = await store.run(applyTransition, { projectId, orderId, to: 'done', cause })
    if (result.kind !== 'applied') refuse({ projectId, orderId }, result)
  },
}

/** Makes transitions by the real commands; `store` is stopped with it. */
export function makeOwnMover(store: Store, transition: TransitionName): Mover {
  return { move: (order) => MOVES[transition](store, order), stop: () => store.stop() }
}

function refuse({ orderId }: SeededOrder, answer: object): never {
  throw new Error(`Order ${orderId} did not move: ${JSON.stringify(answer)}`)
}
