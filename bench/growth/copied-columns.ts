// How a row of a real order becomes a row of another order: which of its columns name something that must differ.
import type { Engine, TableName } from '../../packages/server/src/platform/store/index.ts'
import { columnsOf } from '../../packages/server/src/platform/store/index.ts'

/** What a column names. Ids move on by the stride of their kind, times by the age of a copy; texts get a suffix. */
export type IdOf = 'order' | 'event' | 'transaction' | 'payment_event' | 'notification' | 'delivery' | 'publication'
type Change = IdOf | 'text' | 'time'

/** Ids that a copy moves on by, so that no two copies meet. */
export type Strides = Readonly<Record<IdOf, number>>

/** Tables that grow with orders, and their columns that differ; all others are the same in every copy. Nulls stay null. */
export const COPIED: Readonly<Partial<Record<TableName, Readonly<Record<string, Change>>>>> = {
  orders: {
    id: 'order',
    accepted_payment_id: 'transaction',
    party_id: 'text',
    channel: 'text',
    created_at: 'time',
    updated_at: 'time',
    paid_at: 'time',
    overdue_at: 'time',
    expires_at: 'time',
  },
  order_items: { order_id: 'order' },
  status_transitions: { order_id: 'order', at: 'time' },
  channels: { channel: 'text', party_id: 'text', created_at: 'time', oldest_at: 'time', newest_id: 'publication' },
  publications: {
    channel: 'text',
    order_id: 'order',
    created_at: 'time',
    id: 'publication',
    previous_id: 'publication',
  },
  payments: {
    id: 'transaction',
    order_id: 'order',
    provider_reference: 'text',
    occurred_at: 'time',
    created_at: 'time',
    updated_at: 'time',
  },
  payment_events: {
    id: 'payment_event',
    event_id: 'text',
    order_id: 'order',
    provider_reference: 'text',
    received_at: 'time',
  },
  notifications: {
    id: 'notification',
    order_id: 'order',
    party_id: 'text',
    transaction_id: 'transaction',
    created_at: 'time',
  },
  deliveries: {
    id: 'delivery',
    notification_id: 'notification',
    order_id: 'order',
    predecessor_id: 'delivery',
    first_attempt_at: 'time',
    due_at: 'time',
    created_at: 'time',
    ended_at: 'time',
  },
  attempts: { delivery_id: 'delivery', order_id: 'order', started_at: 'time', ended_at: 'time' },
  events_state: {
    id: 'event',
    notification_id: 'notification',
    order_id: 'order',
    party_id: 'text',
    created_at: 'time',
    processed_at: 'time',
  },
}

/** The tables of COPIED, in the order in which they are filled. */
export const COPIED_TABLES: readonly TableName[] = Object.keys(COPIED) as TableName[]

/** Where the real rows of a table are kept to copy from. */
export function realTable(table: TableName): string {
  return `real_${table}`
}

/** Where the ids of a kind stand: table and column. */
export const ID_COLUMNS: Readonly<Record<IdOf, readonly [table: TableName, column: string]>> = {
  order: ['orders', 'id'],
  event: ['events_state', 'id'],
  transaction: ['payments', 'id'],
  payment_event: ['payment_events', 'id'],
  notification: ['notifications', 'id'],
  delivery: ['deliveries', 'id'],
  publication: ['publications', 'id'],
}

/** Copies follow each other in time as they would in a shop of a million orders in ten days. */
export const COPY_AGE_MS = 8_640_000

/** What retiring leaves of bodies and attempts; `t` is the row. Bodies of events stay until the game has taken note. */
const RETIRED: Readonly<Partial<Record<TableName, Readonly<Record<string, string>>>>> = {
  notifications: { body: "case when t.route = 'events' then t.body else '' end" },
  payment_events: {
    body: "case when t.state in ('applied', 'ignored') and t.type not like 'dispute.%' then '' else t.body end",
  },
  deliveries: { retired: 'case when t.ended_at is null then 0 else 1 end' },
  attempts: { request_headers: "'{}'", response_headers: 'null', response_body: 'null' },
}

/** Copies `first` to `last` of the real rows. */
export interface Copies {
  readonly first: number
  readonly last: number
  readonly strides: Strides
  readonly areRetired: boolean
}

/** What a copy of a text ends in. */
export function suffixOf(copy: number): string {
  return `~${copy}`
}

/** The statement that makes the copies of one table; `real` is the table that holds its real rows. */
export function copyText(engine: Engine, table: TableName, real: string, copies: Copies): string {
  const columns = Object.keys(columnsOf(table))
  const values = columns.map((column) => copiedValue(table, column, copies))
  const { first, last } = copies
  const series =
    engine === 'postgres'
      ? `generate_series(${first}::bigint, ${last}::bigint) as c (i)`
      : `(with recursive c (i) as (select ${first} union all select i + 1 from c where i < ${last}) select i from c) as c`
  // In the order of their ids, as they would have come; SQLite keeps the order of a cross join.
  const order = engine === 'postgres' ? ' order by c.i' : ''
  return `insert into ${table} (${columns.join(', ')}) select ${values.join(', ')} from ${series} cross join ${real} as t${order}`
}

function copiedValue(table: TableName, column: string, { strides, areRetired }: Copies): string {
  const retired = areRetired ? RETIRED[table]?.[column] : undefined
  if (retired !== undefined) return retired
  const change = COPIED[table]?.[column]
  if (change === undefined) return `t.${column}`
  if (change === 'text') return `t.${column} || '~' || c.i`
  return `t.${column} + c.i * ${change === 'time' ? COPY_AGE_MS : strides[change]}`
}

/** Moves the times of all rows of a table back by `ms`, so that its copies lie between them and now. */
export function ageText(table: TableName, ms: number): string | null {
  const times = Object.entries(COPIED[table] ?? {}).filter(([, change]) => change === 'time')
  const sets = times.map(([column]) => `${column} = ${column} - ${ms}`)
  return sets.length === 0 ? null : `update ${table} set ${sets.join(', ')}`
}
