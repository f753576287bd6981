// The rows of a long history as SQL: one expression per column, over the number `i` of a delivery, the same on both engines.
import { SCHEDULES } from '@ordertrail/core'
import type { Engine, Tables } from '../../platform/store/index.ts'

/** One stretch of history: deliveries `first` to `last`, all finished or all waiting for a later attempt. */
export interface Stretch {
  readonly kind: 'finished' | 'waiting'
  readonly projectId: number
  readonly first: number
  readonly last: number
  /** Id of delivery and notification number `i` is `i + idShift`; its order is `i + orderShift`. */
  readonly idShift: number
  readonly orderShift: number
  /** Wall milliseconds now: the end of history. */
  readonly now: number
  /** Finished ones ended between these ages before now, the oldest first. Waiting ones are due that long after now, spread evenly. */
  readonly fromMs: number
  readonly untilMs: number
  /** Whether bodies and the details of attempts are there; those of waiting ones always are. */
  readonly isRetired: boolean
}

type Columns<Table extends keyof Tables> = { readonly [Column in keyof Tables[Table]]: string }

/** About the size of an order_paid with one item, and of what an attempt keeps. */
const BODY = text(JSON.stringify({ notification_type: 'order_paid', padding: 'x'.repeat(1_450) }))
const REQUEST_HEADERS = text(JSON.stringify({ 'content-type': 'application/json', padding: 'x'.repeat(250) }))
const RESPONSE_HEADERS = text(JSON.stringify({ date: 'Thu, 01 Jan 2026 00:00:00 GMT', padding: 'x'.repeat(150) }))
const OFFSETS = text(JSON.stringify(SCHEDULES.order_paid))
const ATTEMPT_MS = 40

/** Statements that insert the stretch, a table each. */
export function historyStatements(engine: Engine, stretch: Stretch): readonly string[] {
  const series =
    engine === 'postgres'
      ? `generate_series(${stretch.first}::bigint, ${stretch.last}::bigint) as series (i)`
      : `(with recursive series (i) as (select ${stretch.first} union all select i + 1 from series where i < ${stretch.last}) select i from series)`
  const insert = (table: string, columns: Readonly<Record<string, string>>): string =>
    `insert into ${table} (${Object.keys(columns).join(', ')}) select ${Object.values(columns).join(', ')} from ${series}`
  return [
    insert('notifications', notifications(stretch)),
    insert('deliveries', deliveries(stretch)),
    insert('attempts', attempts(stretch)),
  ]
}

function notifications(stretch: Stretch): Columns<'notifications'> {
  return {
    project_id: `${stretch.projectId}`,
    id: `i + ${stretch.idShift}`,
    order_id: `i + ${stretch.orderShift}`,
    type: text('order_paid'),
    mode: text('combined'),
    version: '2',
    route: text('webhook'),
    party_kind: text('user'),
    party_id: `'player-' || (i % 1000000)`,
    transaction_id: 'null',
    body: isWhole(stretch) ? BODY : text(''),
    created_at: startOf(stretch),
  }
}

function deliveries(stretch: Stretch): Columns<'deliveries'> {
  const isFinished = stretch.kind === 'finished'
  return {
    project_id: `${stretch.projectId}`,
    id: `i + ${stretch.idShift}`,
    notification_id: `i + ${stretch.idShift}`,
    order_id: `i + ${stretch.orderShift}`,
    type: text('order_paid'),
    mode: text('combined'),
    line: '1',
    predecessor_id: 'null',
    // Of fifty one is rejected and one exhausted.
    state: isFinished ? `case i % 50 when 7 then 'rejected' when 8 then 'exhausted' else 'accepted' end` : text('due'),
    offsets: OFFSETS,
    position: isFinished ? '0' : '1',
    first_attempt_at: startOf(stretch),
    due_at: isFinished ? 'null' : momentOf(stretch),
    lease_owner: 'null',
    lease_token: '1',
    lease_until: 'null',
    attempt_count: '1',
    crash_resends: '0',
    last_status: isFinished ? `case i % 50 when 7 then 400 when 8 then 503 else 204 end` : '503',
    ended_by: isFinished ? text('automatic') : 'null',
    created_at: startOf(stretch),
    ended_at: isFinished ? momentOf(stretch) : 'null',
    retired: isWhole(stretch) ? '0' : '1',
    kept_since: 'null',
  }
}

function attempts(stretch: Stretch): Columns<'attempts'> {
  const isFinished = stretch.kind === 'finished'
  const isKept = isWhole(stretch)
  return {
    project_id: `${stretch.projectId}`,
    delivery_id: `i + ${stretch.idShift}`,
    number: '1',
    order_id: `i + ${stretch.orderShift}`,
    kind: text('automatic'),
    position: '0',
    is_late: '0',
    requested_by: 'null',
    url: text('https://game.example/webhooks'),
    started_at: startOf(stretch),
    ended_at: `${startOf(stretch)} + ${ATTEMPT_MS}`,
    outcome: isFinished ? `case i % 50 when 7 then 'rejected' when 8 then 'retry' else 'accepted' end` : text('retry'),
    status: isFinished ? `case i % 50 when 7 then 400 when 8 then 503 else 204 end` : '503',
    failure: 'null',
    request_headers: isKept ? REQUEST_HEADERS : text('{}'),
    response_headers: isKept ? RESPONSE_HEADERS : 'null',
    response_body: isKept ? text('no') : 'null',
  }
}

function isWhole({ kind, isRetired }: Stretch): boolean {
  return kind === 'waiting' || !isRetired
}

/** When the one attempt was made: just before the end, or a while ago. */
function startOf(stretch: Stretch): string {
  return stretch.kind === 'finished' ? `${momentOf(stretch)} - ${ATTEMPT_MS}` : `${stretch.now} - i % 100000`
}

/** The end of a finished one, the due time of a waiting one. */
function momentOf(stretch: Stretch): string {
  const { first, last, now, fromMs, untilMs } = stretch
  const share = `((i - ${first}) * ${untilMs - fromMs}) / ${Math.max(1, last - first)}`
  return stretch.kind === 'finished' ? `${now - fromMs} - ${share}` : `${now + fromMs} + ${share}`
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}
