// What the game's acknowledgement does to its order: paid becomes done. Handed down to those who record it.
import type { ProcessedEvent } from '../events/index.ts'
import type { Tx } from '../platform/store/index.ts'
import { loadProjectFacts } from '../projects/index.ts'
import type { EndedDelivery } from '../webhooks/index.ts'
import { applyTransitions } from './apply-transition.ts'
import type { TransitionInput } from './transition.ts'

const FULFILLING_EVENTS: readonly string[] = ['payment', 'order_paid']

/**
 * Moves orders whose order_paid was accepted to done, where the project fulfils by acknowledgement.
 *
 * Runs inside the transaction that records the attempts. Orders that are done, canceled or fulfilled by API stay.
 */
export async function fulfilAcknowledged(tx: Tx, ended: readonly EndedDelivery[]): Promise<void> {
  const accepted = ended.filter(({ type, outcome }) => type === 'order_paid' && outcome === 'accepted')
  const projects = await loadProjectFacts(
    tx,
    accepted.map(({ projectId }) => projectId),
  )
  // Where the shop itself tells what is fulfilled, an acknowledgement says nothing of it.
  const fulfilling = accepted.filter(({ projectId }) => projects.get(projectId)?.settings.fulfilment !== 'api')
  await applyTransitions(tx, fulfilling.map(acknowledgedMove))
}

function acknowledgedMove({ projectId, orderId, deliveryId }: EndedDelivery): TransitionInput {
  const cause = { kind: 'order_paid_accepted', reference: String(deliveryId) } as const
  return { projectId, orderId, to: 'done', cause }
}

/** Moves orders to done at the first mark of their payment or order_paid event, in the transaction that marks it. */
export async function fulfilProcessed(tx: Tx, events: readonly ProcessedEvent[]): Promise<void> {
  const fulfilling = events.filter(({ type }) => FULFILLING_EVENTS.includes(type))
  await applyTransitions(tx, fulfilling.map(processedMove))
}

function processedMove({ projectId, orderId, eventId }: ProcessedEvent): TransitionInput {
  return { projectId, orderId, to: 'done', cause: { kind: 'event_processed', reference: String(eventId) } }
}
