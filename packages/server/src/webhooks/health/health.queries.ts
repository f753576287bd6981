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
  const count = async (state: string, isOf: 'any time' | 'now' | 'later' = 'any time'): Promise<number> => {
    let query = waiting(read, projectId, state).select('id').limit(WAITING_COUNTED_MAX)
    if (isOf !== 'any time') query = query.where('due_at', isOf === 'now' ? '<=' : '>', now)
    const counted = await read
      .selectFrom(query.as('waiting'))
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(counted.count)
  }
  const oldest = await waiting(read, projectId, 'due').select('due_at').orderBy('due_at').limit(1).executeTakeFirst()
  const oldestDueAt = oldest?.due_at ?? null
  return {
    due: await count('due', 'now'),
    later: await count('due', 'later'),
    blocked: await count('blocked'),
    held: await count('held'),
    paused: await count('paused'),
    oldestDueAt: oldestDueAt !== null && oldestDueAt <= now ? oldestDueAt : null,
  }
}

/** Written out, not bound: only so do both planners see that the index of waiting rows fits. */
function waiting(read: Kysely<Tables>, projectId: number, state: string) {
  return read
    .selectFrom('deliveries')
    .where('project_id', '=', projectId)
    .where('state', '=', sql.lit(state))
    .where(sql<boolean>`state in ('blocked', 'due', 'paused', 'held')`)
}
