// The walk of a recovery over the deliveries of its project: order by order, along the line of each, a few rows at a time.
import type { RecoveryKind } from '@ordertrail/core'
import { type Compilable, type Kysely, sql } from 'kysely'
import type { Row, Tables } from '../../platform/store/index.ts'
import type { Recovery } from './recovery.ts'

/** What the walk must know of a delivery before it is locked. */
export type Candidate = Pick<
  Row<'deliveries'>,
  'project_id' | 'id' | 'order_id' | 'line' | 'type' | 'state' | 'ended_at' | 'notification_id'
>

/** Written out, not bound: only so do both planners see that the small indexes of failed and moved rows fit. */
const STATES: Readonly<Record<RecoveryKind, ReturnType<typeof sql<boolean>>>> = {
  recover: sql<boolean>`(state = 'rejected' or state = 'exhausted')`,
  replay: sql<boolean>`state = 'moved'`,
}

/**
 * The next rows behind the job's place, at most `limit`, by order and line; among them are rows of another time or type. Work is bounded
 * by `limit`, whatever history the project has.
 */
export function nextCandidates(
  db: Kysely<Tables>,
  { projectId, kind, place }: Pick<Recovery, 'projectId' | 'kind' | 'place'>,
  limit: number,
): Compilable & { execute(): Promise<readonly Candidate[]> } {
  return db
    .selectFrom('deliveries')
    .select(['project_id', 'id', 'order_id', 'line', 'type', 'state', 'ended_at', 'notification_id'])
    .where('project_id', '=', projectId)
    .where(STATES[kind])
    .where(sql<boolean>`(order_id, line) > (${place.orderId}, ${place.line})`)
    .orderBy('order_id')
    .orderBy('line')
    .limit(limit)
}

/** How many deliveries a job is about, or null where there are more than `countedMax`. Events that are processed are not told again. */
export async function countCandidates(
  db: Kysely<Tables>,
  job: Pick<Recovery, 'projectId' | 'kind' | 'types' | 'since' | 'until'>,
  countedMax: number,
): Promise<number | null> {
  let wanted = db
    .selectFrom('deliveries as d')
    .select('d.id')
    .where('d.project_id', '=', job.projectId)
    .where(STATES[job.kind])
    .where('d.ended_at', '>=', job.since)
    .where('d.ended_at', '<', job.until)
    .limit(countedMax + 1)
  if (job.types !== null) wanted = wanted.where('d.type', 'in', [...job.types])
  if (job.kind === 'replay') {
    // Asked row by row: as a join, PostgreSQL would read all events first.
    wanted = wanted.where(
      ({ selectFrom }) =>
        sql<boolean>`${selectFrom('events_state as e')
          .select(({ fn }) => fn.countAll().as('open'))
          .whereRef('e.project_id', '=', 'd.project_id')
          .whereRef('e.order_id', '=', 'd.order_id')
          .whereRef('e.notification_id', '=', 'd.notification_id')
          .where('e.processed_at', 'is', null)} > 0`,
    )
  }
  const counted = await db
    .selectFrom(wanted.as('wanted'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const count = Number(counted.count)
  return count > countedMax ? null : count
}
