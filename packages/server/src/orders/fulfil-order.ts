// What the game's acknowledgement does to its order: paid becomes done. Handed down to those who record it.

import type { ProcessedEvent } from '../events/index.ts'
import { selectRows, type Tx } from '../platform/store/index.ts'
import type { EndedDelivery } from '../webhooks/index.ts'
import { applyTransitions } from './apply-transition.ts'
import { pairOf } from './lock-orders.ts'
import type { TransitionInput } from './transition.ts'

/**
 * Moves orders whose order_paid was accepted to done, where the project fulfils by acknowledgement.
 *
 * Runs inside the transaction that records the attempts. Orders that are done, canceled or fulfilled by API stay.
 */
export async function fulfilAcknowledged(tx: Tx, ended: readonly EndedDelivery[]): Promise<void> {
  const orderPaid = ended.filter(({ type }) => type === 'order_paid')
  const accepted = orderPaid.filter(({ outcome }) => outcome === 'accepted')
  await applyTransitions(tx, accepted.map(acknowledgedMove))
  await raiseUnacceptedGrants(
    tx,
    orderPaid.filter(({ outcome }) => outcome !== 'accepted'),
  )
}

function acknowledgedMove({ projectId, orderId, deliveryId }: EndedDelivery): TransitionInput {
  const cause = { kind: 'order_paid_accepted', reference: String(deliveryId) } as const
  return { projectId, orderId, to: 'done', cause }
}

/** Free and virtual orders are done before their game hears of them: if it refuses, a person has to look. */
async function raiseUnacceptedGrants(tx: Tx, refused: readonly EndedDelivery[]): Promise<void> {
  const orders = await selectRows(tx, 'orders', 'id', refused.map(pairOf), 'none')
  for (const order of orders.filter(({ status, currency_kind }) => status === 'done' && currency_kind !== 'real')) {
    tx.wake({
      kind: 'alarm',
      projectId: order.project_id,
      code: 'grant_not_accepted',
      orderId: order.id,
      detail: `Order ${order.id} (${order.currency_kind}) is done, but its order_paid was not accepted.`,
    })
  }
}

const FULFILLING_EVENTS: readonly string[] = ['payment', 'order_paid']

/** Moves orders to done at the first mark of their payment or order_paid event, inside the transaction that marks it. */
export async function fulfilProcessed(tx: Tx, events: readonly ProcessedEvent[]): Promise<void> {
  const fulfilling = events.filter(({ type }) => FULFILLING_EVENTS.includes(type))
  await applyTransitions(tx, fulfilling.map(processedMove))
}

function processedMove({ projectId, orderId, eventId }: ProcessedEvent): TransitionInput {
  return { projectId, orderId, to: 'done', cause: { kind: 'event_processed', reference: String(eventId) } }
}
