// Reads one order outside of transactions.
import { AppError } from '@ordertrail/core'
import type { Kysely } from 'kysely'
import type { Caller } from '../platform/http/index.ts'
import type { Row, Tables } from '../platform/store/index.ts'

/** Order ids fit 32 bits, because engine SDKs hold them so. */
const ORDER_ID_MAX = 2_147_483_647

/** The order; undefined: absent. Also for an id that can be none, such as `0` or a text. */
export async function findOrder(
  read: Kysely<Tables>,
  projectId: number,
  orderId: number | string,
): Promise<Row<'orders'> | undefined> {
  const id = Number(orderId)
  if (!Number.isInteger(id) || id < 1 || id > ORDER_ID_MAX) return undefined
  return read
    .selectFrom('orders')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .selectAll()
    .executeTakeFirst()
}

/**
 * True where `caller` may see `order`: its own buyer, however that was proved, or a key of the project.
 *
 * An id opens nothing: this is asked at every read.
 */
export function mayRead(caller: Caller, order: Row<'orders'>): boolean {
  if (caller.kind !== 'player') return caller.kind === 'key' || caller.kind === 'installation'
  const { party } = caller
  return party.projectId === order.project_id && party.kind === order.party_kind && party.id === order.party_id
}

/** The lines of an order in the order of their positions. */
export function itemsOfOrder(read: Kysely<Tables>, order: Row<'orders'>): Promise<readonly Row<'order_items'>[]> {
  return read
    .selectFrom('order_items')
    .where('project_id', '=', order.project_id)
    .where('order_id', '=', order.id)
    .selectAll()
    .orderBy('position')
    .execute()
}

/** `order`, or the error that absent and foreign orders have in common. */
export function foundOrder(order: Row<'orders'> | undefined): Row<'orders'> {
  if (order === undefined) throw new AppError('order_not_found')
  return order
}
