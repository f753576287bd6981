// Reads of one endpoint's health; each costs a bounded number of rows, whatever history the project has.
import { type Kysely, sql } from 'kysely'
import type { Row, Tables } from '../../platform/store/index.ts'
import { SLOT_MS } from './counted-answers.ts'

/** Waiting deliveries of one kind that are counted; a count of so many means that many or more. */
export const WAITING_COUNTED_MAX = 10_000

/** Attempts by what came of them. */
export interface AnswerCounts {
  readonly accepted: number
  readonly rejected: number
  readonly errored: number
  readonly unanswered: number
}

/** undefined: nothing was ever sent. */
export function readHealth(read: Kysely<Tables>, projectId: number): Promise<Row<'endpoint_health'> | undefined> {
  return read.selectFrom('endpoint_health').selectAll().where('project_id', '=', projectId).executeTakeFirst()
}

/** Counts since `since`, wall milliseconds, to the five minutes that it lies in. */
export async function countSince(read: Kysely<Tables>, projectId: number, since: number): Promise<AnswerCounts> {
  const sums = await read
    .selectFrom('endpoint_counts')
    .where('project_id', '=', projectId)
    .where('slot', '>=', Math.floor(since / SLOT_MS))
    .select(({ fn }) => [
      fn.sum<number | null>('accepted').as('accepted'),
      fn.sum<number | null>('rejected').as('rejected'),
      fn.sum<number | null>('errored').as('errored'),
      fn.sum<number | null>('unanswered').as('unanswered'),
    ])
    .executeTakeFirstOrThrow()
  return {
    accepted: Number(sums.accepted ?? 0),
    rejected: Number(sums.rejected ?? 0),
    errored: Number(sums.errored ?? 0),
    unanswered: Number(sums.unanswered ?? 0),
  }
}

/** Deliveries that have not ended, each count at most WAITING_COUNTED_MAX. `oldestDueAt` null: none is due. */
export interface WaitingCounts {
  readonly due: number
  readonly later: number
  readonly blocked: number
  readonly held: number
  readonly paused: number
  readonly oldestDueAt: number | null
}

/** Counts what waits; `now` parts what is due from what waits for its time. */
export async function countWaiting(read: Kysely<Tables>, projectId: number, now: number): Promise<WaitingCounts> {
  const countDue = async (is: '<=' | '>'): Promise<number> => {
    const counts = await Promise.all(
      KINDS.map((kind) => countOf(read, due(read, projectId, kind).where('due_at', is, now))),
    )
    return Math.min(
      WAITING_COUNTED_MAX,
      counts.reduce((sum, count) => sum + count, 0),
    )
  }
  const countState = (state: 'blocked' | 'held' | 'paused'): Promise<number> =>
    countOf(read, waiting(read, projectId, state))
  const oldest = await Promise.all(KINDS.map((kind) => oldestDue(read, projectId, kind)))
  const oldestDueAt = Math.min(...oldest.map((dueAt) => dueAt ?? Number.POSITIVE_INFINITY))
  return {
    due: await countDue('<='),
    later: await countDue('>'),
    blocked: await countState('blocked'),
    held: await countState('held'),
    paused: await countState('paused'),
    oldestDueAt: oldestDueAt <= now ? oldestDueAt : null,
  }
}

/** Never tried, and tried before: each has an index of its own. */
const KINDS = ['first', 'again'] as const

function due(read: Kysely<Tables>, projectId: number, kind: (typeof KINDS)[number]) {
  return read
    .selectFrom('deliveries')
    .where('project_id', '=', projectId)
    .where('state', '=', sql.lit('due'))
    .where('first_attempt_at', kind === 'first' ? 'is' : 'is not', null)
}

async function oldestDue(
  read: Kysely<Tables>,
  projectId: number,
  kind: (typeof KINDS)[number],
): Promise<number | null> {
  const row = await due(read, projectId, kind).select('due_at').orderBy('due_at').limit(1).executeTakeFirst()
  return row?.due_at ?? null
}

/** Written out, not bound: only so do both planners see that the index of waiting rows fits. */
function waiting(read: Kysely<Tables>, projectId: number, state: string) {
  return read
    .selectFrom('deliveries')
    .where('project_id', '=', projectId)
    .where('state', '=', sql.lit(state))
    .where(sql<boolean>`(state = 'blocked' or state = 'paused' or state = 'held')`)
}

async function countOf(read: Kysely<Tables>, rows: ReturnType<typeof waiting>): Promise<number> {
  const counted = await read
    .selectFrom(rows.select('id').limit(WAITING_COUNTED_MAX).as('counted'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(counted.count)
}
