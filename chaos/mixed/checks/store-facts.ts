// All that the store holds at the end of a run, by order.
import type { Row, TableName } from '../../../packages/server/src/platform/store/index.ts'
import { columnsOf } from '../../../packages/server/src/platform/store/tables.ts'
import type { RowReader } from '../../deliveries/delivery-rows.ts'
import { orderKeyOf } from '../sale.ts'
import type { Shop } from '../shops.ts'

/** Everything about one order. Lists are in the order of the store: by number, line, id or offset. */
export interface OrderFacts {
  readonly key: string
  readonly order: Row<'orders'>
  readonly shop: Shop
  readonly itemCount: number
  readonly timeline: readonly Row<'status_transitions'>[]
  readonly publications: readonly Row<'publications'>[]
  readonly payments: readonly Row<'payments'>[]
  readonly refunds: readonly Row<'refunds'>[]
  readonly notifications: readonly Row<'notifications'>[]
  readonly deliveries: readonly Row<'deliveries'>[]
  readonly attempts: readonly Row<'attempts'>[]
  readonly events: readonly Row<'events_state'>[]
}

/** The whole store. */
export interface StoreFacts {
  readonly orders: ReadonlyMap<string, OrderFacts>
  readonly channels: readonly Row<'channels'>[]
  readonly publications: readonly Row<'publications'>[]
  readonly notifications: readonly Row<'notifications'>[]
  readonly keys: readonly Pick<Row<'idempotency_keys'>, 'key' | 'status' | 'body'>[]
  readonly paymentEvents: readonly Pick<Row<'payment_events'>, 'project_id' | 'provider' | 'event_id'>[]
}

interface OfOrder {
  readonly project_id: number
  readonly order_id: number
}

/** Reads it. */
export async function readStoreFacts(reader: RowReader, shops: readonly Shop[]): Promise<StoreFacts> {
  const all = async <Table extends TableName>(
    table: Table,
    by: string,
    columns = '*',
  ): Promise<readonly Row<Table>[]> =>
    (await reader.rows(`select ${columns} from ${table} order by ${by}`)).map((row) => plainRow(table, row))
  const publications = await all('publications', 'project_id, channel, stream_offset')
  const notifications = await all('notifications', 'project_id, id')
  const lists = {
    items: byOrder(await all('order_items', 'position', 'project_id, order_id')),
    timeline: byOrder(await all('status_transitions', 'number')),
    publications: byOrder(publications),
    payments: byOrder(await all('payments', 'id')),
    refunds: byOrder(await all('refunds', 'id')),
    notifications: byOrder(notifications),
    deliveries: byOrder(await all('deliveries', 'line')),
    attempts: byOrder(await all('attempts', 'number')),
    events: byOrder(await all('events_state', 'id')),
  }
  const shopOf = new Map(shops.map((shop) => [shop.projectId, shop]))
  const orders = new Map(
    (await all('orders', 'project_id, id')).map((order): readonly [string, OrderFacts] => {
      const key = orderKeyOf(order.project_id, order.id)
      const facts: OrderFacts = {
        key,
        order,
        shop: shopOf.get(order.project_id) as Shop,
        itemCount: lists.items.get(key)?.length ?? 0,
        timeline: lists.timeline.get(key) ?? [],
        publications: lists.publications.get(key) ?? [],
        payments: lists.payments.get(key) ?? [],
        refunds: lists.refunds.get(key) ?? [],
        notifications: lists.notifications.get(key) ?? [],
        deliveries: lists.deliveries.get(key) ?? [],
        attempts: lists.attempts.get(key) ?? [],
        events: lists.events.get(key) ?? [],
      }
      return [key, facts]
    }),
  )
  return {
    orders,
    channels: await all('channels', 'project_id, channel'),
    publications,
    notifications,
    keys: await all('idempotency_keys', 'key', 'key, status, body'),
    paymentEvents: await all('payment_events', 'id', 'project_id, provider, event_id'),
  }
}

function byOrder<One extends OfOrder>(rows: readonly One[]): ReadonlyMap<string, One[]> {
  return Map.groupBy(rows, (row) => orderKeyOf(row.project_id, row.order_id))
}

/** Both engines' rows alike: PostgreSQL gives large numbers as text and JSON as what it holds. */
function plainRow<Table extends TableName>(table: Table, row: Readonly<Record<string, unknown>>): Row<Table> {
  const kinds = columnsOf(table)
  const plain = Object.entries(row).map(([name, value]) => {
    if (value === null) return [name, null]
    if (kinds[name]?.startsWith('int')) return [name, Number(value)]
    return [name, typeof value === 'string' ? value : JSON.stringify(value)]
  })
  return Object.fromEntries(plain) as Row<Table>
}
