// Deliveries that have ended, the oldest first, by how much of them is still there.
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { RetireBatch } from '../../platform/retirable.ts'
import { lockFound, type NumberPair, type Row, type Tables, type Tx, updateRows } from '../../platform/store/index.ts'

/** How much of an ended delivery was retired; what is gone is gone in this order. */
export const RETIRED = { nothing: 0, details: 1, attempts: 2 } as const

/** What was retired of the rows that are looked for. */
type Stage = typeof RETIRED.nothing | typeof RETIRED.details

/** The part of a row that retiring looks at. */
export type EndedRow = Pick<
  Row<'deliveries'>,
  'project_id' | 'id' | 'notification_id' | 'order_id' | 'attempt_count' | 'retired' | 'kept_since'
>

/** When the keeping time of a row began. The index is made over these words. */
const KEPT_SINCE = sql<number>`coalesce(kept_since, ended_at)`

/** Attempts that one batch touches; a delivery with more of them goes alone. */
const ATTEMPTS_MAX = 1_000

/**
 * The oldest deliveries of a project whose keeping time is over, locked. Rows that somebody else has locked are passed over, so nobody ever
 * waits here.
 */
export async function lockEnded(tx: Tx, stage: Stage, batch: RetireBatch): Promise<readonly EndedRow[]> {
  return withinAttempts(await lockFound(tx, overdueDeliveries(tx.db, stage, batch, tx.now)))
}

/** The question behind `lockEnded`. What it reads does not grow with the table: it walks an index that rows leave when they are retired. */
export function overdueDeliveries(
  db: Kysely<Tables>,
  stage: Stage,
  { projectId, keptMs, max }: RetireBatch,
  now: number,
): SelectQueryBuilder<Tables, 'deliveries', EndedRow> {
  return endedDeliveries(db, projectId, stage)
    .select(['project_id', 'id', 'notification_id', 'order_id', 'attempt_count', 'retired', 'kept_since'])
    .where(KEPT_SINCE, '<=', now - keptMs)
    .orderBy('retired')
    .orderBy(KEPT_SINCE)
    .orderBy('id')
    .limit(max)
}

/** Wall time from which the keeping time of the oldest one counts; null: there is none. */
export async function oldestEnded(db: Kysely<Tables>, projectId: number, stage: Stage): Promise<number | null> {
  const row = await endedDeliveries(db, projectId, stage)
    .select(KEPT_SINCE.as('since'))
    .orderBy('retired')
    .orderBy(KEPT_SINCE)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row?.since ?? null
}

/** Writes how far `rows` are retired, and from when on they are kept. */
export function writeRetired(tx: Tx, rows: readonly EndedRow[]): Promise<void> {
  return updateRows(tx, 'deliveries', ['project_id', 'id'], ['retired', 'kept_since'], rows)
}

/** An ended delivery of which somebody wants another attempt is kept as long again, so that nothing of it goes while that is under way. */
export function keptAnew(
  row: Pick<Row<'deliveries'>, 'ended_at' | 'retired' | 'kept_since'>,
  now: number,
): Pick<Row<'deliveries'>, 'retired' | 'kept_since'> {
  return row.ended_at === null
    ? { retired: row.retired, kept_since: row.kept_since }
    : { retired: RETIRED.nothing, kept_since: now }
}

/** Names an order of `selectRows`. */
export function orderPair(row: Pick<EndedRow, 'project_id' | 'order_id'>): NumberPair {
  return { projectId: row.project_id, id: row.order_id }
}

// The stage is written out, not bound: only so do both planners see that the partial index fits.
function endedDeliveries(db: Kysely<Tables>, projectId: number, stage: Stage) {
  return db
    .selectFrom('deliveries')
    .where('project_id', '=', projectId)
    .where('retired', '=', sql.lit(stage))
    .where('retired', '<', sql.lit(RETIRED.attempts))
    .where('ended_at', 'is not', null)
}

function withinAttempts(rows: readonly EndedRow[]): readonly EndedRow[] {
  let attempts = 0
  return rows.filter(({ attempt_count: count }, index) => {
    attempts += count
    return index === 0 || attempts <= ATTEMPTS_MAX
  })
}
