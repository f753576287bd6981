// A command like those of production, set-based and with all the rows an order causes; for crash tests and measurements.
import { type BoundCommand, bind, type Command, insertRows, type Row, runText, type Store, type Tx } from '../index.ts'

/** One order to make. `party` owns a channel; `key` names the sale for whoever looks for it afterwards. */
export interface Sale {
  readonly key: string
  readonly party: string
}

/** Makes a paid order: order, item, transition, channel, publication, notification, delivery. Its result is the order's id. */
export const sell: Command<Sale, number> = { name: 'test.sell', groupMax: 64, keys: ({ key }) => [`order:1:${key}`] }

const PROJECT = 1

/** The module of a write side that sells. */
export function composeWriteSide(): readonly BoundCommand[] {
  return [bind(sell, handleSales)]
}

/**
 * Sales of the store that are not whole, or whose channel has a hole; and those of `acknowledged` that are not there.
 *
 * @param acknowledged keys of the sales that were confirmed
 */
export async function faultsOf(store: Store, acknowledged: readonly string[]): Promise<readonly string[]> {
  const orders = await store.read.selectFrom('orders').select(['id', 'external_id']).execute()
  const ids = orders.map(({ id }) => id)
  const faults: string[] = []
  for (const table of ['order_items', 'status_transitions', 'publications', 'notifications', 'deliveries'] as const) {
    const rows = await store.read.selectFrom(table).select('order_id').orderBy('order_id').execute()
    const found = rows.map((row) => row.order_id)
    if (found.join() !== ids.toSorted((a, b) => a - b).join()) faults.push(`${table}: not one row for each order`)
  }
  faults.push(...(await channelFaults(store)))
  const present = new Set(orders.map((order) => order.external_id))
  return [...faults, ...acknowledged.filter((key) => !present.has(key)).map((key) => `${key} is lost`)]
}

async function channelFaults(store: Store): Promise<readonly string[]> {
  const channels = await store.read.selectFrom('channels').select(['channel', 'last_offset']).execute()
  const publications = await store.read
    .selectFrom('publications')
    .select(({ fn }) => ['channel', fn.countAll<number>().as('count'), fn.max('stream_offset').as('last')])
    .groupBy('channel')
    .execute()
  const byChannel = new Map(publications.map((row) => [row.channel, row]))
  return channels.flatMap(({ channel, last_offset }) => {
    const found = byChannel.get(channel)
    return found?.count === last_offset && found.last === last_offset ? [] : [`${channel} has a hole`]
  })
}

async function handleSales(tx: Tx, sales: readonly Sale[]): Promise<readonly number[]> {
  const orderIds = await tx.takeIds(PROJECT, 'order', sales.length)
  const notificationIds = await tx.takeIds(PROJECT, 'notification', sales.length)
  const deliveryIds = await tx.takeIds(PROJECT, 'delivery', sales.length)
  const offsets = await nextOffsets(tx, sales)
  const made = sales.map((sale, index) => ({
    sale,
    now: tx.now,
    orderId: orderIds[index] ?? 0,
    notificationId: notificationIds[index] ?? 0,
    deliveryId: deliveryIds[index] ?? 0,
    offset: offsets[index] ?? 0,
  }))
  await insertRows(tx, 'orders', made.map(orderRow))
  await insertRows(tx, 'order_items', made.map(itemRow))
  await insertRows(tx, 'status_transitions', made.map(transitionRow))
  await insertRows(tx, 'publications', made.map(publicationRow))
  await insertRows(tx, 'notifications', made.map(notificationRow))
  await insertRows(tx, 'deliveries', made.map(deliveryRow))
  tx.wake({ kind: 'delivery_due', projectId: PROJECT, dueAt: tx.now })
  return orderIds
}

/** Numbers the sales of each channel, in order, and writes its new last offset. Channels are locked in their order. */
async function nextOffsets(tx: Tx, sales: readonly Sale[]): Promise<readonly number[]> {
  const counts = new Map<string, number>()
  for (const { party } of sales) counts.set(channelOf(party), (counts.get(channelOf(party)) ?? 0) + 1)
  const channels = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  const next = await advance(tx, channels)
  return sales.map(({ party }) => {
    const offset = next.get(channelOf(party)) ?? 0
    next.set(channelOf(party), offset + 1)
    return offset
  })
}

const ADVANCE_SQLITE = `insert into channels (project_id, channel, party_kind, party_id, epoch, last_offset, created_at)
  values (?, ?, 'user', ?, 'e', ?, ?) on conflict (project_id, channel)
  do update set last_offset = last_offset + excluded.last_offset returning channel, last_offset`
const ADVANCE_POSTGRES = `insert into channels (project_id, channel, party_kind, party_id, epoch, last_offset, created_at)
  select $1, v.channel, 'user', v.channel, 'e', v.count, $4 from unnest($2::text[], $3::bigint[]) as v (channel, count)
  on conflict (project_id, channel) do update set last_offset = channels.last_offset + excluded.last_offset
  returning channel, last_offset`

/** @returns the first offset of this group on each channel */
async function advance(tx: Tx, channels: readonly (readonly [string, number])[]): Promise<Map<string, number>> {
  const rows: { channel: string; last_offset: number }[] = []
  const [names, counts] = [channels.map(([name]) => name), channels.map(([, count]) => count)]
  if (tx.engine === 'postgres')
    rows.push(...(await runText<(typeof rows)[0]>(tx, ADVANCE_POSTGRES, [PROJECT, names, counts, tx.now])))
  else
    for (const [name, count] of channels)
      rows.push(...(await runText<(typeof rows)[0]>(tx, ADVANCE_SQLITE, [PROJECT, name, name, count, tx.now])))
  const sizes = new Map(channels)
  return new Map(rows.map((row) => [row.channel, row.last_offset - (sizes.get(row.channel) ?? 0) + 1]))
}

function channelOf(party: string): string {
  return `p${PROJECT}_${party}`
}

/** What the rows of one sale are made from. */
interface Made {
  readonly sale: Sale
  readonly now: number
  readonly orderId: number
  readonly notificationId: number
  readonly deliveryId: number
  readonly offset: number
}

/** About the size of a body of order_paid with one item. */
const BODY = JSON.stringify({ notification_type: 'order_paid', padding: 'x'.repeat(1_500) })

function orderRow({ sale, orderId, now }: Made): Row<'orders'> {
  return {
    project_id: PROJECT,
    id: orderId,
    status: 'paid',
    mode: 'default',
    currency_kind: 'real',
    currency: 'USD',
    amount: 1_999,
    amount_without_discount: 1_999,
    party_kind: 'user',
    party_id: sale.party,
    channel: channelOf(sale.party),
    user_email: 'player@example.com',
    user_country: 'DE',
    user_details: '{}',
    platform: 'xsolla',
    comment: null,
    external_id: sale.key,
    custom_parameters: null,
    promotions: '[]',
    promocodes: null,
    coupons: null,
    settings: '{}',
    accepted_payment_id: null,
    timeline_length: 1,
    created_at: now,
    updated_at: now,
    paid_at: now,
    overdue_at: null,
    expires_at: null,
  }
}

function itemRow({ orderId }: Made): Row<'order_items'> {
  return {
    project_id: PROJECT,
    order_id: orderId,
    position: 1,
    item_id: 7,
    sku: 'sword',
    type: 'virtual_good',
    name: 'Sword',
    quantity: 1,
    amount: 1_999,
    amount_without_discount: 1_999,
    is_free: 0,
    is_bonus: 0,
    is_bundle_content: 0,
    is_pre_order: 0,
    promotions: '[]',
    custom_attributes: null,
    description: null,
  }
}

function transitionRow({ orderId, now }: Made): Row<'status_transitions'> {
  return {
    project_id: PROJECT,
    order_id: orderId,
    number: 1,
    from_status: null,
    to_status: 'paid',
    outcome: 'applied',
    cause: 'payment_succeeded',
    cause_reference: null,
    note: null,
    at: now,
  }
}

function publicationRow({ sale, orderId, offset, now }: Made): Row<'publications'> {
  return {
    project_id: PROJECT,
    channel: channelOf(sale.party),
    stream_offset: offset,
    order_id: orderId,
    data: `{"order_id":${orderId},"status":"paid"}`,
    created_at: now,
    id: orderId,
    previous_id: null,
  }
}

function notificationRow({ sale, orderId, notificationId, now }: Made): Row<'notifications'> {
  return {
    project_id: PROJECT,
    id: notificationId,
    order_id: orderId,
    type: 'order_paid',
    mode: 'combined',
    version: 2,
    route: 'webhook',
    party_kind: 'user',
    party_id: sale.party,
    transaction_id: null,
    body: BODY,
    created_at: now,
  }
}

function deliveryRow({ orderId, notificationId, deliveryId, now }: Made): Row<'deliveries'> {
  return {
    project_id: PROJECT,
    id: deliveryId,
    notification_id: notificationId,
    order_id: orderId,
    type: 'order_paid',
    mode: 'combined',
    line: 1,
    predecessor_id: null,
    state: 'due',
    offsets: '[0,5,10,25,40]',
    position: 0,
    first_attempt_at: null,
    due_at: now,
    lease_owner: null,
    lease_token: 0,
    lease_until: null,
    attempt_count: 0,
    crash_resends: 0,
    last_status: null,
    ended_by: null,
    created_at: now,
    ended_at: null,
    retired: 0,
    kept_since: null,
  }
}
