// Orders by key, locked for a transaction that may move them.
import { type NumberPair, type Row, selectColumns, selectRows, type Tx, together } from '../platform/store/index.ts'
import { loadProjectFacts } from '../projects/index.ts'
import { MOVING_COLUMNS, type MovingOrder } from './moving-order.ts'

/** Key of an order in maps: ids are unique within a project only. */
export function orderKey(projectId: number, orderId: number): string {
  return `${projectId}:${orderId}`
}

/** Key of the order that `row` is. */
export function keyOfOrder(row: Pick<Row<'orders'>, 'project_id' | 'id'>): string {
  return orderKey(row.project_id, row.id)
}

/** Key of the order that `row` belongs to. */
export function keyOfOwner(row: { readonly project_id: number; readonly order_id: number }): string {
  return orderKey(row.project_id, row.order_id)
}

/** The order as the store's set-based statements name it. */
export function pairOf({ projectId, orderId }: { readonly projectId: number; readonly orderId: number }): NumberPair {
  return { projectId, id: orderId }
}

/** Locked orders by `orderKey`. */
export type LockedOrders = ReadonlyMap<string, Row<'orders'>>

/**
 * Locks orders for a transaction that begins with them, and gives them by `orderKey`; absent ones are missing.
 *
 * Their projects are locked first (shared), as everywhere: the moves that may follow need that lock, and to ask for it
 * behind orders could meet a switch of settings that waits for those orders.
 */
export async function lockOrders(tx: Tx, pairs: readonly NumberPair[]): Promise<LockedOrders> {
  const projectIds = pairs.map(({ projectId }) => projectId)
  const [, orders] = await together([loadProjectFacts(tx, projectIds), lockOrderRows(tx, pairs)])
  return orders
}

/** The same, where the facts of the projects were loaded before. */
export async function lockOrderRows(tx: Tx, pairs: readonly NumberPair[]): Promise<LockedOrders> {
  const rows = await selectRows(tx, 'orders', 'id', pairs, 'update')
  return new Map(rows.map((row) => [keyOfOrder(row), row]))
}

/** The same, but only what moves read. */
export async function lockMovingOrders(
  tx: Tx,
  pairs: readonly NumberPair[],
): Promise<ReadonlyMap<string, MovingOrder>> {
  const rows = await selectColumns(tx, 'orders', MOVING_COLUMNS, 'id', pairs, 'update')
  return new Map(rows.map((row) => [keyOfOrder(row), row]))
}
