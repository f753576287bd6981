// Orders by key, locked for a transaction that may move them.
import { type NumberPair, type Row, selectRows, type Tx } from '../platform/store/index.ts'

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

/** Locks orders in the one order of all locks, and gives them by `orderKey`; absent ones are missing. */
export async function lockOrders(tx: Tx, pairs: readonly NumberPair[]): Promise<ReadonlyMap<string, Row<'orders'>>> {
  const rows = await selectRows(tx, 'orders', 'id', pairs, 'update')
  return new Map(rows.map((row) => [keyOfOrder(row), row]))
}
