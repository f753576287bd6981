// Orders of a grown store that reads may ask for, without asking the store which there are.
import type { Store } from '../../packages/server/src/platform/store/index.ts'
import { COPY_AGE_MS, suffixOf } from './copied-columns.ts'

/** An order, its buyer and the channel that tells of it. */
export interface KnownOrder {
  readonly projectId: number
  readonly orderId: number
  readonly partyId: string
  readonly channel: string
  readonly createdAt: number
}

/** The real orders, which are those before `untilId`; `withEvents`: those whose event the game has not taken note of. */
export async function realOrders(
  { read }: Store,
  untilId: number,
  withEvents: boolean,
): Promise<readonly KnownOrder[]> {
  const all = read
    .selectFrom('orders')
    .where('orders.id', '<', untilId)
    .select(['orders.project_id', 'orders.id', 'orders.party_id', 'orders.channel', 'orders.created_at'])
    .orderBy('orders.id')
  const open = all
    .innerJoin('events_state as e', (join) =>
      join.onRef('e.project_id', '=', 'orders.project_id').onRef('e.order_id', '=', 'orders.id'),
    )
    .where('e.processed_at', 'is', null)
  const rows = await (withEvents ? open : all).execute()
  return rows.map((row) => ({
    projectId: row.project_id,
    orderId: row.id,
    partyId: row.party_id,
    channel: row.channel,
    createdAt: row.created_at,
  }))
}

/** The copy of a real order; 0 is the order itself. */
export function copyOf(order: KnownOrder, copy: number, orderStride: number): KnownOrder {
  if (copy === 0) return order
  const suffix = suffixOf(copy)
  return {
    projectId: order.projectId,
    orderId: order.orderId + copy * orderStride,
    partyId: `${order.partyId}${suffix}`,
    channel: `${order.channel}${suffix}`,
    createdAt: order.createdAt + copy * COPY_AGE_MS,
  }
}
