// Orders by key, locked for a transaction that may move them.
import { type Row, selectRows, type Tx } from '../platform/store/index.ts'

/** Names one order: ids are unique within a project only. */
export interface OrderRef {
  readonly projectId: number
  readonly orderId: number
}

/** Key of an order in maps. */
export function orderKey({ projectId, orderId }: OrderRef): string {
  return `${projectId}:${orderId}`
}

/** Key of the order that a row is, or belongs to. */
export function keyOfOrder(order: Pick<Row<'orders'>, 'project_id' | 'id'>): string {
  return `${order.project_id}:${order.id}`
}

/** The pair that the store's set-based statements want. */
export function orderPair({ projectId, orderId }: OrderRef): { readonly projectId: number; readonly id: number } {
  return { projectId, id: orderId }
}

/** Locks the orders named by `refs` in the one order of all locks; absent ones are missing from the map. */
export async function lockOrders(tx: Tx, refs: readonly OrderRef[]): Promise<ReadonlyMap<string, Row<'orders'>>> {
  const rows = await selectRows(tx, 'orders', 'id', refs.map(orderPair), 'update')
  return new Map(rows.map((row) => [keyOfOrder(row), row]))
}
