// Reads of deliveries and their attempts for people.
import type { Kysely } from 'kysely'
import type { Row, Tables } from '../platform/store/index.ts'

/** Deliveries in one answer at most. */
export const DELIVERIES_PAGE_MAX = 100

/** What to list, newest first; null: any. `beforeId` is the last id of the page before. Times are wall milliseconds of the making. */
export interface DeliveryFilter {
  readonly orderId: number | null
  readonly type: string | null
  readonly state: string | null
  readonly from: number | null
  readonly until: number | null
  readonly beforeId: number | null
  readonly limit: number
}

/** One page; `nextBeforeId` null: there are no more. */
export interface DeliveryPage {
  readonly rows: readonly Row<'deliveries'>[]
  readonly nextBeforeId: number | null
}

/** Deliveries of one project. */
export async function listDeliveries(
  read: Kysely<Tables>,
  projectId: number,
  filter: DeliveryFilter,
): Promise<DeliveryPage> {
  let query = read.selectFrom('deliveries').selectAll().where('project_id', '=', projectId)
  if (filter.orderId !== null) query = query.where('order_id', '=', filter.orderId)
  if (filter.type !== null) query = query.where('type', '=', filter.type)
  if (filter.state !== null) query = query.where('state', '=', filter.state)
  if (filter.from !== null) query = query.where('created_at', '>=', filter.from)
  if (filter.until !== null) query = query.where('created_at', '<', filter.until)
  if (filter.beforeId !== null) query = query.where('id', '<', filter.beforeId)
  const found = await query
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  const rows = found.slice(0, filter.limit)
  return { rows, nextBeforeId: found.length > rows.length ? (rows.at(-1)?.id ?? null) : null }
}

/** One delivery with its body and all attempts in their order. */
export interface DeliveryStory {
  readonly delivery: Row<'deliveries'>
  /** null: it was retired. */
  readonly body: string | null
  readonly attempts: readonly Row<'attempts'>[]
}

/** undefined: this project has no such delivery. */
export async function findDelivery(
  read: Kysely<Tables>,
  projectId: number,
  deliveryId: number,
): Promise<DeliveryStory | undefined> {
  const delivery = await read
    .selectFrom('deliveries')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', deliveryId)
    .executeTakeFirst()
  if (delivery === undefined) return undefined
  const notification = await read
    .selectFrom('notifications')
    .select('body')
    .where('project_id', '=', projectId)
    .where('id', '=', delivery.notification_id)
    .executeTakeFirst()
  const attempts = await read
    .selectFrom('attempts')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('delivery_id', '=', deliveryId)
    .orderBy('number')
    .execute()
  return { delivery, body: notification?.body || null, attempts }
}

/** Id of the last delivery in the order's line; null: nothing is owed; undefined: this project has no such order. */
export async function lastDeliveryOf(
  read: Kysely<Tables>,
  projectId: number,
  orderId: number,
): Promise<number | null | undefined> {
  const order = await read
    .selectFrom('orders')
    .select('id')
    .where('project_id', '=', projectId)
    .where('id', '=', orderId)
    .executeTakeFirst()
  if (order === undefined) return undefined
  const last = await read
    .selectFrom('deliveries')
    .select('id')
    .where('project_id', '=', projectId)
    .where('order_id', '=', orderId)
    .orderBy('line', 'desc')
    .executeTakeFirst()
  return last?.id ?? null
}
