// Reads of deliveries and their attempts for people.
import { type Compilable, type Kysely, sql } from 'kysely'
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

/** Rows that one page looks at where no index fits; then it ends early and the next one goes on. */
const DELIVERIES_SCANNED_MAX = 5_000

/** States that have an index in the order of ids: they are few. The others are found on the way through all. */
const STUCK: readonly string[] = ['paused', 'held', 'rejected', 'exhausted', 'void', 'moved']

/** Deliveries of one project; a page may be short, or empty, and still have a next one. */
export async function listDeliveries(
  read: Kysely<Tables>,
  projectId: number,
  filter: DeliveryFilter,
): Promise<DeliveryPage> {
  const found = await deliveryIds(read, projectId, filter).execute()
  const page = found.slice(0, filter.limit).map(({ id }) => id)
  const rows = await wholeDeliveries(read, projectId, page)
  if (found.length > page.length) return { rows, nextBeforeId: page.at(-1) ?? null }
  const last = await scanIds(read, projectId, filter)
    .offset(DELIVERIES_SCANNED_MAX - 1)
    .limit(1)
    .executeTakeFirst()
  return { rows, nextBeforeId: last?.id ?? null }
}

/** Ids of one page and one more. */
export function deliveryIds(
  read: Kysely<Tables>,
  projectId: number,
  filter: DeliveryFilter,
): Compilable & { execute(): Promise<readonly { readonly id: number }[]> } {
  let query = read.selectFrom(scanIds(read, projectId, filter).limit(DELIVERIES_SCANNED_MAX).as('d')).select('d.id')
  if (filter.type !== null) query = query.where('d.type', '=', filter.type)
  if (filter.state !== null) query = query.where('d.state', '=', filter.state)
  if (filter.from !== null) query = query.where('d.created_at', '>=', filter.from)
  if (filter.until !== null) query = query.where('d.created_at', '<', filter.until)
  return query.orderBy('d.id', 'desc').limit(filter.limit + 1)
}

/** The rows to look at, newest first, by the index that fits. */
function scanIds(read: Kysely<Tables>, projectId: number, { orderId, state, beforeId }: DeliveryFilter) {
  let query = read.selectFrom('deliveries').select(['id', 'type', 'state', 'created_at'])
  query = query.where('project_id', '=', projectId)
  if (orderId !== null) query = query.where('order_id', '=', orderId)
  else if (state !== null && STUCK.includes(state)) {
    const stuck = sql<boolean>`state <> 'accepted' and state <> 'claimed' and state <> 'due' and state <> 'blocked'`
    query = query.where('state', '=', sql.lit(state)).where(stuck)
  }
  if (beforeId !== null) query = query.where('id', '<', beforeId)
  return query.orderBy('id', 'desc')
}

async function wholeDeliveries(
  read: Kysely<Tables>,
  projectId: number,
  ids: readonly number[],
): Promise<readonly Row<'deliveries'>[]> {
  if (ids.length === 0) return []
  const query = read.selectFrom('deliveries').selectAll().where('project_id', '=', projectId)
  return query
    .where('id', 'in', [...ids])
    .orderBy('id', 'desc')
    .execute()
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
