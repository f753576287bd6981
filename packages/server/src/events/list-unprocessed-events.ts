// GET /events: what a game without a backend has not yet taken note of, oldest first.
import type { Kysely } from 'kysely'
import type { Party } from '../platform/http/index.ts'
import type { Tables } from '../platform/store/index.ts'

/** Events in one answer; the next page starts after the last id. */
const EVENTS_PAGE_MAX = 100

/** One event as it goes over the wire; `data` is the webhook body. */
export interface WireEvent {
  readonly id: number
  /** 0: not processed; no other value is ever sent. */
  readonly status: 0
  /** Whole seconds with Z. */
  readonly created_at: string
  readonly data: unknown
}

/** What to list: `afterId` 0 from the start, `types` empty for all. */
export interface EventQuery {
  readonly afterId: number
  readonly types: readonly string[]
}

interface EventRow {
  readonly id: number
  readonly created_at: number
  readonly body: string
}

/**
 * Unprocessed events of all `parties` (one player may own accounts in several projects), ascending by id.
 *
 * Ids are per project, so two projects can share one. A page never ends between two events of the same id, or the second would be
 * skipped by `after_id`; such a page is longer than EVENTS_PAGE_MAX by the number of projects less one at most.
 */
export async function listUnprocessedEvents(
  read: Kysely<Tables>,
  parties: readonly Party[],
  query: EventQuery,
): Promise<readonly WireEvent[]> {
  const lists = await Promise.all(parties.map((party) => eventsOf(read, party, query)))
  const rows = lists.flat().sort((a, b) => a.id - b.id)
  const last = rows[EVENTS_PAGE_MAX - 1]
  return (last === undefined ? rows : rows.filter((row) => row.id <= last.id)).map(wireEvent)
}

function eventsOf(read: Kysely<Tables>, party: Party, { afterId, types }: EventQuery): Promise<readonly EventRow[]> {
  let statement = read
    .selectFrom('events_state as e')
    .innerJoin('notifications as n', (join) =>
      join.onRef('n.project_id', '=', 'e.project_id').onRef('n.id', '=', 'e.notification_id'),
    )
    .select(['e.id', 'e.created_at', 'n.body'])
    .where('e.project_id', '=', party.projectId)
    .where('e.party_kind', '=', party.kind)
    .where('e.party_id', '=', party.id)
    .where('e.processed_at', 'is', null)
    .where('e.id', '>', afterId)
  if (types.length > 0) statement = statement.where('e.type', 'in', types)
  return statement.orderBy('e.id').limit(EVENTS_PAGE_MAX).execute()
}

function wireEvent(row: EventRow): WireEvent {
  const wholeSeconds = `${new Date(row.created_at).toISOString().slice(0, 19)}Z`
  return { id: row.id, status: 0, created_at: wholeSeconds, data: JSON.parse(row.body) }
}
