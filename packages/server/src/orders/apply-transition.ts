// The sentence of the product: all that follows from a payment, a fulfilment or a refund, in one transaction.
import { appendEvents } from '../events/index.ts'
import { type GroupHandler, type Tx, updateRows } from '../platform/store/index.ts'
import { loadProjectFacts } from '../projects/index.ts'
import { enqueueDeliveries } from '../webhooks/index.ts'
import { announcementsOf, loadStories } from './announcement.ts'
import { decideMoves } from './decide-moves.ts'
import { lockOrders, orderKey } from './lock-orders.ts'
import { findPaymentsUnderWay } from './payments-under-way.ts'
import { publishStatuses } from './publish-statuses.ts'
import { inRounds } from './rounds.ts'
import { settleCurrencies } from './settle-currencies.ts'
import type { Move, TransitionInput, TransitionResult } from './transition.ts'
import { wakeForMoves } from './wake-for-moves.ts'
import { writeNotifications } from './write-notifications.ts'
import { keepLateFacts, writeTimeline } from './write-timeline.ts'

/**
 * Moves orders, each as `inputs` ask, and answers in the order of `inputs`.
 *
 * A move that is refused, late or repeated is an answer and leaves its neighbours alone. The number of statements does not grow with
 * the group, unless an order stands in it several times: then it moves step by step. Call it before deliveries are locked.
 */
export const applyTransitions: GroupHandler<TransitionInput, TransitionResult> = inRounds(orderKey, async (tx, inputs) => {
  const projects = await loadProjectFacts(tx, inputs.map(({ projectId }) => projectId))
  const orders = await lockOrders(tx, inputs)
  const underWay = await findPaymentsUnderWay(tx, inputs)
  const decisions = inputs.map((input) =>
    decideMoves({
      input,
      order: orders.get(orderKey(input)),
      facts: projects.get(input.projectId),
      isPaymentUnderWay: underWay.has(orderKey(input)),
      now: tx.now,
    }),
  )
  await keepLateFacts(tx, decisions)
  await writeOrders(tx, decisions.flatMap(({ moves }) => moves.slice(-1)))
  await carryOut(tx, decisions.flatMap(({ moves }) => moves))
  return decisions.map(({ result }) => result)
})

/** Nothing else writes the status of an order that exists. */
function writeOrders(tx: Tx, lastMoves: readonly Move[]): Promise<void> {
  const columns = ['status', 'timeline_length', 'updated_at', 'accepted_payment_id', 'paid_at'] as const
  return updateRows(tx, 'orders', ['project_id', 'id'], columns, lastMoves.map(({ order }) => order))
}

/**
 * Does everything that follows from `moves` whose orders are written: players see them, balances change, and the game is told.
 *
 * What is sent was committed, and what is committed will be sent: the wake-ups only make it fast.
 */
export async function carryOut(tx: Tx, moves: readonly Move[]): Promise<void> {
  const stories = await loadStories(tx, announcementsOf(moves))
  await writeTimeline(tx, moves)
  await settleCurrencies(tx, stories)
  await publishStatuses(tx, moves)
  const { chains, events } = await writeNotifications(tx, stories)
  await enqueueDeliveries(tx, chains)
  await appendEvents(tx, events)
  wakeForMoves(tx, moves)
}
