// Creates orders of every kind: for money, for a virtual currency and free ones, which are done at once.
import { takeUses } from '../catalog/index.ts'
import { type GroupHandler, insertRows, type Row, type Tx } from '../platform/store/index.ts'
import { insertPaymentTokens, loadProjectFacts } from '../projects/index.ts'
import { carryOut } from './apply-transition.ts'
import { draftOrders } from './draft-orders.ts'
import { takeBackMilestones } from './keep-milestones.ts'
import { claimAnswers, keepAnswers } from './kept-answers.ts'
import { keyOfOrder } from './lock-orders.ts'
import { type OpenedOrder, openOrders } from './open-orders.ts'
import type { CreateOrderInput, CreateOrderResult } from './order-wish.ts'
import { spendCurrencies } from './spend-currencies.ts'

/** What hangs below the creation of orders: facts about payments that came before their order. */
export type OnOrdersCreated = (tx: Tx, orders: readonly Row<'orders'>[]) => Promise<void>

/**
 * The handler of `createOrder`.
 *
 * Prices, promotions, settings and balances are those of this transaction, and the order keeps a copy of its items: a
 * later change of the catalog changes no order. An order that is refused leaves its neighbours alone. Free orders and
 * those for a virtual currency are done at once, by the same steps as any other move.
 */
export function createOrders(onOrdersCreated: OnOrdersCreated): GroupHandler<CreateOrderInput, CreateOrderResult> {
  return async (tx, inputs) => {
    const projectIds = inputs.map((input) => input.party.projectId)
    const projects = await loadProjectFacts(tx, projectIds)
    const answered = await claimAnswers(tx, inputs)
    const unanswered = inputs.filter((input) => !answered.has(input))
    const { drafts, refused } = await spendCurrencies(tx, await draftOrders(tx, unanswered, projects))
    const opened = await openOrders(tx, drafts)
    const moves = opened.flatMap((order) => order.moves)

    await writeOpened(tx, opened)
    const orders = opened.map((order) => order.row)
    const known = new Map(orders.map((order) => [keyOfOrder(order), order]))
    const items = new Map(opened.map((order) => [keyOfOrder(order.row), order.items]))
    await carryOut(tx, moves, { orders: known, payments: [], items })
    await keepAnswers(tx, unanswered, opened)
    await onOrdersCreated(tx, orders)
    await takeBackMilestones(tx, orders)

    const results = new Map([...answered, ...refused, ...opened.map(createdOf)])
    return inputs.map((input) => results.get(input) as CreateOrderResult)
  }
}

/** The one place where orders are made. */
async function writeOpened(tx: Tx, opened: readonly OpenedOrder[]): Promise<void> {
  const rows = opened.map((order) => order.row)
  const items = opened.flatMap((order) => order.items)
  const tokens = opened.flatMap((order) => order.token ?? [])
  await insertRows(tx, 'orders', rows)
  await insertRows(tx, 'order_items', items)
  await takeUses(
    tx,
    opened.map(({ row, used }) => ({ order: row, used })),
  )
  await insertPaymentTokens(tx, tokens)
}

function createdOf({ input, row }: OpenedOrder): readonly [CreateOrderInput, CreateOrderResult] {
  return [input, { kind: 'created', orderId: row.id }]
}
