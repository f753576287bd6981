// The sentence of the product: all that follows from a payment, a fulfilment or a refund, in one transaction.
import { appendEvents } from '../events/index.ts'
import { type GroupHandler, type Row, type Tx, together, updateRows } from '../platform/store/index.ts'
import { loadProjectFacts } from '../projects/index.ts'
import { enqueueDeliveries } from '../webhooks/index.ts'
import { announcementsOf, loadStories } from './announcement.ts'
import { decideMoves } from './decide-moves.ts'
import { keyOfOrder, type LockedOrders, lockOrderRows, pairOf } from './lock-orders.ts'
import { findPaymentsUnderWay } from './payments-under-way.ts'
import { publishStatuses } from './publish-statuses.ts'
import { inRounds } from './rounds.ts'
import { settleCurrencies } from './settle-currencies.ts'
import { settlePromotions } from './settle-promotions.ts'
import { type Move, orderOf, type TransitionInput, type TransitionResult } from './transition.ts'
import { wakeForMoves } from './wake-for-moves.ts'
import { writeNotifications } from './write-notifications.ts'
import { keepLateFacts, writeTimeline } from './write-timeline.ts'

/**
 * Moves orders, each as `inputs` ask, and answers in the order of `inputs`.
 *
 * A move that is refused, late or repeated is an answer and leaves its neighbours alone. The number of statements does
 * not grow with the group; only an order that stands in it several times is moved step by step. Call it before you
 * lock deliveries: locks are taken in one order everywhere.
 */
export const applyTransitions: GroupHandler<TransitionInput, TransitionResult> = inRounds(orderOf, (tx, inputs) =>
  moveOrders(tx, inputs, () => lockOrderRows(tx, inputs.map(pairOf))),
)

/** What a transaction knows already. `orders`: locked and not changed since. `payments`: as they stand; others are read. */
interface KnownRows {
  readonly orders: LockedOrders
  readonly payments: readonly Row<'payments'>[]
}

/** The same for orders that the transaction has locked; `inputs` name each of them once. */
export function moveLockedOrders(
  tx: Tx,
  inputs: readonly TransitionInput[],
  { orders, payments }: KnownRows,
): Promise<readonly TransitionResult[]> {
  return moveOrders(tx, inputs, async () => orders, payments)
}

async function moveOrders(
  tx: Tx,
  inputs: readonly TransitionInput[],
  lock: () => Promise<LockedOrders>,
  payments: readonly Row<'payments'>[] = [],
): Promise<readonly TransitionResult[]> {
  const projectIds = inputs.map((input) => input.projectId)
  // In this order: projects are locked before orders, everywhere.
  const [projects, orders, underWay] = await together([
    loadProjectFacts(tx, projectIds),
    lock(),
    findPaymentsUnderWay(tx, inputs),
  ])

  const decisions = inputs.map((input) => {
    const [order, facts] = [orders.get(orderOf(input)), projects.get(input.projectId)]
    return decideMoves({ input, order, facts, isPaymentUnderWay: underWay.has(orderOf(input)), now: tx.now })
  })
  const moves = decisions.flatMap((decision) => decision.moves)

  await keepLateFacts(tx, decisions)
  await writeOrders(tx, moves)
  await carryOut(tx, moves, payments)
  return decisions.map((decision) => decision.result)
}

/**
 * Does all that follows from `moves`, whose orders are written: balances change, players see it, the game is told.
 *
 * What is sent was committed, and what is committed will be sent: the wake-ups only make it fast.
 *
 * @param payments those whose rows the transaction has at hand; others are read
 */
export async function carryOut(
  tx: Tx,
  moves: readonly Move[],
  payments: readonly Row<'payments'>[] = [],
): Promise<void> {
  await writeTimeline(tx, moves)
  const stories = await loadStories(tx, announcementsOf(moves), payments)
  await settlePromotions(tx, moves)
  await settleCurrencies(tx, stories)
  const [, { chains, events }] = await together([publishStatuses(tx, moves), writeNotifications(tx, stories)])
  await enqueueDeliveries(tx, chains)
  await appendEvents(tx, events)
  wakeForMoves(tx, moves)
}

/** The one place where the status of an order that exists is written; of two steps at once the last one stays. */
async function writeOrders(tx: Tx, moves: readonly Move[]): Promise<void> {
  const rows = new Map(moves.map(({ order }) => [keyOfOrder(order), order])).values()
  const columns = ['status', 'timeline_length', 'updated_at', 'accepted_payment_id', 'paid_at', 'overdue_at'] as const
  await updateRows(tx, 'orders', ['project_id', 'id'], columns, [...rows])
}
