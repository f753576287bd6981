// Looks at every acknowledged order from outside: Get order, the history of its channel, and the backend that was notified.

import type { DevSession } from 'ordertrail'
import { watchOrders } from '../examples/watching-client/watch-orders.ts'
import type { Acknowledged } from './order-load.ts'

/** A promise that was broken, in words. */
export type Violation = string

/** What the check needs to see. */
export interface CheckDeps {
  readonly session: DevSession
  readonly url: string
  readonly projectId: number
  readonly grants: ReadonlyMap<number, number>
}

/** Statuses of each order of one user in the order in which its channel tells them. */
type Histories = ReadonlyMap<number, readonly string[]>

/** Checks all orders user by user; an empty list means that nothing was lost. */
export async function checkOrders(deps: CheckDeps, orders: readonly Acknowledged[]): Promise<readonly Violation[]> {
  const violations: Violation[] = []
  for (const [userId, owned] of Map.groupBy(orders, (order) => order.userId)) {
    const userToken = await deps.session.userToken(userId)
    const histories = await readHistories(deps, userId, userToken)
    for (const order of owned) violations.push(...(await checkOrder(deps, order, userToken, histories)))
  }
  return violations
}

async function checkOrder(
  deps: CheckDeps,
  order: Acknowledged,
  userToken: string,
  histories: Histories,
): Promise<readonly Violation[]> {
  const view = await deps.session.getOrder(userToken, order.orderId).catch(() => undefined)
  if (view === undefined) return [`order ${order.orderId} was acknowledged and is gone`]
  const told = histories.get(order.orderId)?.join(' ') ?? 'nothing'
  const expected = order.isPaid ? ['new paid done'] : ['new', 'new paid done']
  const violations: Violation[] = []
  if (order.isPaid && view.status !== 'done') violations.push(`order ${order.orderId} was paid and is ${view.status}`)
  if (!expected.includes(told)) violations.push(`order ${order.orderId} told its client: ${told}`)
  if (view.status === 'done' && !deps.grants.has(order.orderId))
    violations.push(`order ${order.orderId} was never notified`)
  return violations
}

async function readHistories(deps: CheckDeps, userId: string, userToken: string): Promise<Histories> {
  const statuses = new Map<number, string[]>()
  const watcher = watchOrders({
    connectionURL: `${deps.url.replace(/^http/, 'ws')}/connection/websocket`,
    user_external_id: userId,
    auth: userToken,
    project_id: deps.projectId,
    onMessage: ({ order_id, status }) => {
      statuses.set(order_id, [...(statuses.get(order_id) ?? []), status])
    },
  })
  await watcher.subscribed.finally(() => watcher.stop())
  return statuses
}
