// The sentence of the product: all that follows from a payment, a fulfilment or a refund, in one transaction.
import { appendEvents } from '../events/index.ts'
import { type GroupHandler, type Tx, together, updateRows } from '../platform/store/index.ts'
import { loadProjectFacts } from '../projects/index.ts'
import { enqueueDeliveries } from '../webhooks/index.ts'
import { type KnownRows, loadStories, newsOf } from './announcement.ts'
import { decideMoves } from './decide-moves.ts'
import { keyOfOrder, lockMovingOrders, pairOf } from './lock-orders.ts'
import type { MovingOrder } from './moving-order.ts'
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
  moveOrders(tx, inputs, () => lockMovingOrders(tx, inputs.map(pairOf))),
)

const NOTHING_KNOWN: KnownRows = { orders: new Map(), payments: [], items: new Map() }

/** The same for orders that the transaction has locked and not changed since; `inputs` name each of them once. */
export function moveLockedOrders(
  tx: Tx,
  inputs: readonly TransitionInput[],
  known: KnownRows,
): Promise<readonly TransitionResult[]> {
  return moveOrders(tx, inputs, async () => known.orders, known)
}

async function moveOrders(
  tx: Tx,
  inputs: readonly TransitionInput[],
  lock: () => Promise<ReadonlyMap<string, MovingOrder>>,
  known: KnownRows = NOTHING_KNOWN,
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
  await carryOut(tx, moves, known)
  return decisions.map((decision) => decision.result)
}

/**
 * Does all that follows from `moves`, whose orders are written: balances change, players see it, the game is told.
 *
 * What is sent was committed, and what is committed will be sent: the wake-ups only make it fast.
 */
export async function carryOut(tx: Tx, moves: readonly Move[], known: KnownRows): Promise<void> {
  await writeTimeline(tx, moves)
  const stories = await loadStories(tx, newsOf(moves), known)
  await settlePromotions(tx, moves)
  await settleCurrencies(tx, stories)
  const [, { chains, events }] = await together([publishStatuses(tx, moves), writeNotifications(tx, stories)])
  await enqueueDeliveries(tx, chains)
  await appendEvents(tx, events)
  wakeForMoves(tx, moves)
}

const MOVED_COLUMNS = ['status', 'timeline_length', 'updated_at'] as const
const PAID_COLUMNS = [...MOVED_COLUMNS, 'accepted_payment_id', 'paid_at', 'overdue_at'] as const

/**
 * The one place where the status of an order that exists is written; of two steps at once the last one stays.
 *
 * Only a payment changes what stands in PAID_COLUMNS alone, and a column that is named costs time, changed or not.
 */
async function writeOrders(tx: Tx, moves: readonly Move[]): Promise<void> {
  const paid = new Set(moves.filter(({ to }) => to === 'paid').map(({ order }) => keyOfOrder(order)))
  const rows = [...new Map(moves.map(({ order }) => [keyOfOrder(order), order])).values()]
  const isPaid = (order: MovingOrder): boolean => paid.has(keyOfOrder(order))
  await updateRows(tx, 'orders', ['project_id', 'id'], PAID_COLUMNS, rows.filter(isPaid))
  await updateRows(
    tx,
    'orders',
    ['project_id', 'id'],
    MOVED_COLUMNS,
    rows.filter((order) => !isPaid(order)),
  )
}
