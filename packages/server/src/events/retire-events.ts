// Lets go the bodies of events that the game took note of; unprocessed ones are kept until they are marked.
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import { emptyBodies } from '../notifications/index.ts'
import type { Retirable, RetireBatch, RetiredBatch } from '../platform/retirable.ts'
import {
  type Command,
  type GroupHandler,
  lockFound,
  oneByOne,
  type Row,
  rareCommand,
  selectRows,
  type Tables,
  type Tx,
  updateRows,
} from '../platform/store/index.ts'

type EventRow = Row<'events_state'>

/** Retires one batch of a project. */
export const retireEvents: Command<RetireBatch, RetiredBatch> = rareCommand('events.retire')

/** As the service sees it. */
export const retirableEvents: Retirable = {
  kind: 'event_bodies',
  keptFor: 'details',
  retire: retireEvents,
  oldest: async (read, projectId) => {
    const query = processedEvents(read, projectId).select('processed_at').limit(1)
    return (await query.executeTakeFirst())?.processed_at ?? null
  },
}

/** The handler. An event that is also owed as a webhook keeps its body: that goes with its delivery. */
export const handleRetireEvents: GroupHandler<RetireBatch, RetiredBatch> = oneByOne(async (tx, batch) => {
  const rows = await lockFound(tx, overdueEvents(tx.db, batch, tx.now))
  const owed = await owedNotifications(tx, rows)
  const gone = rows.filter((row) => !owed.has(row.notification_id))
  await emptyBodies(
    tx,
    gone.map((row) => ({ projectId: row.project_id, id: row.notification_id })),
  )
  const retired = rows.map((row) => ({ ...row, retired: 1 }))
  await updateRows(tx, 'events_state', ['project_id', 'id'], ['retired'], retired)
  return { retired: rows.length, heldBack: 0, isMore: rows.length > 0 }
})

/** The oldest events whose keeping time is over. What it reads does not grow with the table. */
export function overdueEvents(
  db: Kysely<Tables>,
  { projectId, keptMs, max }: RetireBatch,
  now: number,
): SelectQueryBuilder<Tables, 'events_state', EventRow> {
  return processedEvents(db, projectId)
    .selectAll()
    .where('processed_at', '<=', now - keptMs)
    .limit(max)
}

// Written out, not bound: only so do both planners see that the index of what is not retired yet fits.
function processedEvents(db: Kysely<Tables>, projectId: number) {
  return db
    .selectFrom('events_state')
    .where('project_id', '=', projectId)
    .where('processed_at', 'is not', null)
    .where('retired', '=', sql.lit(0))
    .orderBy('processed_at')
    .orderBy('id')
}

/** Notifications of `rows` with a delivery that has not ended. */
async function owedNotifications(tx: Tx, rows: readonly EventRow[]): Promise<ReadonlySet<number>> {
  const pairs = rows.map((row) => ({ projectId: row.project_id, id: row.order_id }))
  const lines = await selectRows(tx, 'deliveries', 'order_id', pairs, 'none')
  return new Set(lines.filter((row) => row.ended_at === null).map((row) => row.notification_id))
}
