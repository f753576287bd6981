// What one transition writes as plain SQL, a statement for each table: what somebody writes by hand, and what pgbench runs.
import { columnsOf, type TableName } from '../../packages/server/src/platform/store/index.ts'
import { STATUSES, type TransitionName } from './transition.ts'

/** A value that a statement is given. */
export type Value = string | number | null

/** Rows that the real commands wrote for one order, by table; what does not name the order is copied from them. */
export type Examples = Readonly<Partial<Record<TableName, Readonly<Record<string, Value>>>>>

/** One statement; `:name` stands for a value. `gives`: its row has values for those that follow. */
export interface Statement {
  readonly text: string
  readonly gives: boolean
}

/** A transition between `begin` and `commit`. `constants` are the values that are the same for each order. */
export interface PlainWrites {
  readonly statements: readonly Statement[]
  readonly constants: Readonly<Record<string, Value>>
}

const OWNER = 'project_id = :project_id'

/** Everything is named by these or copied; `number` is the order's new timeline length. */
const ORDER_COLUMNS = 'party_kind, party_id, channel, timeline_length + 1 as number'

const RAISE = `insert into channels (project_id, channel, party_kind, party_id, epoch, last_offset, created_at, oldest_at)
  values (:project_id, :channel, :party_kind, :party_id, :epoch, 1, :now, :now)
  on conflict (project_id, channel) do update set last_offset = channels.last_offset + 1 returning last_offset as stream_offset`

const TIMELINE = { order_id: 'order_id', number: 'number', at: 'now' }
const PUBLICATION = {
  channel: 'channel',
  stream_offset: 'stream_offset',
  order_id: 'order_id',
  created_at: 'now',
  id: 'id',
}

/** Columns that belong to the order, by the name of their value. */
const OWN_VALUES: Readonly<Partial<Record<TableName, Readonly<Record<string, string>>>>> = {
  idempotency_keys: { key: 'fact_key', created_at: 'now', expires_at: 'later' },
  payment_events: {
    id: 'id',
    event_id: 'fact_key',
    order_id: 'order_id',
    provider_reference: 'fact_key',
    received_at: 'now',
  },
  payments: {
    id: 'id',
    order_id: 'order_id',
    provider_reference: 'fact_key',
    occurred_at: 'now',
    created_at: 'now',
    updated_at: 'now',
  },
  status_transitions: TIMELINE,
  publications: PUBLICATION,
  notifications: { id: 'id', order_id: 'order_id', party_id: 'party_id', transaction_id: 'id', created_at: 'now' },
  deliveries: { id: 'id', notification_id: 'id', order_id: 'order_id', due_at: 'now', created_at: 'now' },
}

/** What locks and reads the order; pgbench finds it by its place in a list of its own. */
export function lockText(from: string, more: readonly string[] = []): string {
  return `select ${[ORDER_COLUMNS, ...more].join(', ')} from ${from}`
}

/** The order by its key. */
export const ORDER_BY_KEY: string = `orders where ${OWNER} and id = :order_id`

/** All but the lock of the order: `transition` with the rows that `examples` show. */
export function plainWrites(transition: TransitionName, examples: Examples): PlainWrites {
  const constants: Record<string, Value> = {}
  const insert = (table: TableName): Statement => {
    const [text, copied] = insertLike(table, examples[table] ?? {})
    Object.assign(constants, copied)
    return { text, gives: false }
  }
  const published = [{ text: RAISE, gives: true }, insert('publications')]
  const { to } = STATUSES[transition]
  const moved = `update orders set status = '${to}', timeline_length = :number, updated_at = :now`
  const where = `where ${OWNER} and id = :order_id`
  if (transition === 'fulfilment') {
    return { statements: [plain(`${moved} ${where}`), insert('status_transitions'), ...published], constants }
  }
  const paid = `${moved}, accepted_payment_id = :id, paid_at = :now, overdue_at = :later ${where}`
  const statements = [
    insert('idempotency_keys'),
    insert('payment_events'),
    insert('payments'),
    plain(paid),
    insert('status_transitions'),
    plain(`select * from order_items where ${OWNER} and order_id = :order_id`),
    ...published,
    insert('notifications'),
    insert('deliveries'),
  ]
  return { statements, constants }
}

function plain(text: string): Statement {
  return { text, gives: false }
}

/** An insert of one row, and the values that it copies. */
function insertLike(
  table: TableName,
  example: Readonly<Record<string, Value>>,
): readonly [text: string, copied: Readonly<Record<string, Value>>] {
  const own = OWN_VALUES[table] ?? {}
  const copied: Record<string, Value> = {}
  const columns = Object.keys(columnsOf(table))
  const values = columns.map((column) => {
    const name = column === 'project_id' ? column : own[column]
    if (name !== undefined) return `:${name}`
    const value = example[column] ?? null
    if (typeof value !== 'string') return `${value}`
    copied[`${table}_${column}`] = value
    return `:${table}_${column}`
  })
  return [`insert into ${table} (${columns.join(', ')}) values (${values.join(', ')})`, copied]
}

/** A statement as drivers want it: `placeholder` gives the text for the value with that number, from 1; values are taken by `names`. */
export function positional(
  text: string,
  placeholder: (number: number) => string,
): { readonly text: string; readonly names: readonly string[] } {
  const names: string[] = []
  const replaced = text.replaceAll(/(?<!:):([a-z_]+)/g, (_, name: string) => placeholder(names.push(name)))
  return { text: replaced, names }
}
