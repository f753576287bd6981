// The search of attempts: newest first, each page a bounded amount of work whatever is asked for.
import { judge } from '@ordertrail/core'
import { type Compilable, type Kysely, sql } from 'kysely'
import type { Row, Tables } from '../../platform/store/index.ts'

/** Attempts in one answer at most. */
export const ATTEMPTS_PAGE_MAX = 100

/** Rows that one page looks at where no index fits; then it ends early and the next one goes on. */
export const SCANNED_MAX = 5_000

/** The place of an attempt in the order of the search. */
export interface AttemptPlace {
  readonly startedAt: number
  readonly deliveryId: number
  readonly number: number
}

/** What to find; null: any. Times are wall milliseconds of the start. `before` is where the page before ended. */
export interface AttemptFilter {
  readonly orderId: number | null
  readonly deliveryId: number | null
  readonly type: string | null
  readonly outcome: string | null
  readonly status: number | null
  readonly kind: string | null
  readonly requestedBy: string | null
  readonly from: number | null
  readonly until: number | null
  readonly before: AttemptPlace | null
  readonly limit: number
}

/** An attempt with the type of its delivery; null: the delivery is gone. */
export type FoundAttempt = Row<'attempts'> & { readonly type: string | null }

/** One page, perhaps a short one; `next` null: there are no more. */
export interface AttemptPage {
  readonly rows: readonly FoundAttempt[]
  readonly next: AttemptPlace | null
}

/** Attempts of one project. */
export async function listAttempts(
  read: Kysely<Tables>,
  projectId: number,
  filter: AttemptFilter,
): Promise<AttemptPage> {
  const keys = await attemptKeys(read, projectId, filter).execute()
  const page = keys.slice(0, filter.limit)
  const rows = await wholeRows(read, projectId, page)
  if (keys.length > page.length) return { rows, next: placeOf(page.at(-1)) }
  return { rows, next: await placeOfLastScanned(read, projectId, split(filter)) }
}

interface KeyRow {
  readonly started_at: number
  readonly delivery_id: number
  readonly number: number
}

/** Keys of one page and one more, from the index that fits best. */
export function attemptKeys(
  read: Kysely<Tables>,
  projectId: number,
  filter: AttemptFilter,
): Compilable & { execute(): Promise<readonly KeyRow[]> } {
  const { indexed, rest } = split(filter)
  const scanned = scan(read, projectId, indexed).limit(isNothing(rest) ? filter.limit + 1 : SCANNED_MAX)
  let query = read.selectFrom(scanned.as('a')).select(['a.started_at', 'a.delivery_id', 'a.number'])
  if (rest.outcome !== null) query = query.where('a.outcome', '=', rest.outcome)
  if (rest.status !== null) query = query.where('a.status', '=', rest.status)
  if (rest.kind !== null) query = query.where('a.kind', '=', rest.kind)
  if (rest.requestedBy !== null) query = query.where('a.requested_by', '=', rest.requestedBy)
  if (rest.type !== null) {
    const { type } = rest
    // Asked row by row: as a join, PostgreSQL would read all deliveries first.
    query = query.where(
      ({ selectFrom }) =>
        sql<boolean>`${selectFrom('deliveries as d')
          .select('d.type')
          .where('d.project_id', '=', projectId)
          .whereRef('d.id', '=', 'a.delivery_id')} = ${type}`,
    )
  }
  return query
    .orderBy('a.started_at', 'desc')
    .orderBy('a.delivery_id', 'desc')
    .orderBy('a.number', 'desc')
    .limit(filter.limit + 1)
}

type Rest = Pick<AttemptFilter, 'type' | 'outcome' | 'status' | 'kind' | 'requestedBy'>

/** What an index answers, and what is then looked at row by row. */
interface Split {
  readonly indexed: AttemptFilter
  readonly rest: Rest
}

/**
 * One index a search: of a delivery or an order, else of what is rare. Accepted is what nearly all attempts are, and automatic, so
 * these are found on the way through time.
 */
function split(filter: AttemptFilter): Split {
  const rest: Rest = filter
  const none = { type: null, outcome: null, status: null, kind: null, requestedBy: null }
  const base = { ...filter, ...none }
  if (filter.deliveryId !== null || filter.orderId !== null) return { indexed: base, rest }
  if (filter.requestedBy !== null) {
    return { indexed: { ...base, requestedBy: filter.requestedBy }, rest: { ...rest, requestedBy: null } }
  }
  if (filter.kind === 'manual') return { indexed: { ...base, kind: 'manual' }, rest: { ...rest, kind: null } }
  if (filter.outcome !== null && filter.outcome !== 'accepted') {
    return { indexed: { ...base, outcome: filter.outcome }, rest: { ...rest, outcome: null } }
  }
  if (filter.status !== null && judge({ kind: 'response', status: filter.status }) !== 'accepted') {
    return { indexed: { ...base, status: filter.status }, rest: { ...rest, status: null } }
  }
  return { indexed: base, rest }
}

/** Attempts by one index, newest first. What the partial indexes cover is written out, so that both planners see that they fit. */
function scan(read: Kysely<Tables>, projectId: number, filter: AttemptFilter) {
  let query = read
    .selectFrom('attempts')
    .select(['started_at', 'delivery_id', 'number', 'outcome', 'status', 'kind', 'requested_by'])
    .where('project_id', '=', projectId)
  if (filter.deliveryId !== null) query = query.where('delivery_id', '=', filter.deliveryId)
  if (filter.orderId !== null) query = query.where('delivery_id', 'in', deliveriesOf(read, projectId, filter.orderId))
  if (filter.requestedBy !== null) query = query.where('requested_by', '=', filter.requestedBy)
  if (filter.requestedBy !== null || filter.kind === 'manual') query = query.where(sql<boolean>`kind = 'manual'`)
  if (filter.outcome !== null) query = query.where('outcome', '=', filter.outcome)
  if (filter.status !== null) query = query.where('status', '=', filter.status)
  if (filter.outcome !== null || filter.status !== null) query = query.where(sql<boolean>`outcome <> 'accepted'`)
  if (filter.from !== null) query = query.where('started_at', '>=', filter.from)
  if (filter.until !== null) query = query.where('started_at', '<', filter.until)
  if (filter.before !== null) {
    const { startedAt, deliveryId, number } = filter.before
    query = query.where(sql<boolean>`(started_at, delivery_id, number) < (${startedAt}, ${deliveryId}, ${number})`)
  }
  return query.orderBy('started_at', 'desc').orderBy('delivery_id', 'desc').orderBy('number', 'desc')
}

/** An order has few deliveries, so attempts need no index by order, which each of them would pay for. */
function deliveriesOf(read: Kysely<Tables>, projectId: number, orderId: number) {
  return read
    .selectFrom('deliveries')
    .where('project_id', '=', projectId)
    .where('order_id', '=', orderId)
    .select('deliveries.id')
}

/** Where a page that found less than it may stopped looking; null: it saw everything. */
async function placeOfLastScanned(
  read: Kysely<Tables>,
  projectId: number,
  { indexed, rest }: Split,
): Promise<AttemptPlace | null> {
  if (isNothing(rest)) return null
  const last = await scan(read, projectId, indexed)
    .offset(SCANNED_MAX - 1)
    .limit(1)
    .executeTakeFirst()
  return placeOf(last)
}

function isNothing({ type, outcome, status, kind, requestedBy }: Rest): boolean {
  return [type, outcome, status, kind, requestedBy].every((value) => value === null)
}

function placeOf(row: KeyRow | undefined): AttemptPlace | null {
  return row === undefined ? null : { startedAt: row.started_at, deliveryId: row.delivery_id, number: row.number }
}

/** Attempts are deleted now and then, so a key of a moment ago may have no row any more. */
async function wholeRows(
  read: Kysely<Tables>,
  projectId: number,
  keys: readonly KeyRow[],
): Promise<readonly FoundAttempt[]> {
  if (keys.length === 0) return []
  const found = await read
    .selectFrom('attempts as a')
    .leftJoin('deliveries as d', (join) =>
      join.onRef('d.project_id', '=', 'a.project_id').onRef('d.id', '=', 'a.delivery_id'),
    )
    .selectAll('a')
    .select('d.type as type')
    .where('a.project_id', '=', projectId)
    .where(({ or, and, eb }) =>
      or(keys.map((key) => and([eb('a.delivery_id', '=', key.delivery_id), eb('a.number', '=', key.number)]))),
    )
    .execute()
  const byKey = new Map(found.map((row) => [`${row.delivery_id}.${row.number}`, row]))
  return keys.flatMap((key) => byKey.get(`${key.delivery_id}.${key.number}`) ?? [])
}
