// Lets go what was received about payments some time ago; that it was received stays, so that a repeat is known for ever.
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { Retirable, RetireBatch, RetiredBatch } from '../platform/retirable.ts'
import {
  type Command,
  type GroupHandler,
  lockFound,
  oneByOne,
  rareCommand,
  type Tables,
  updateRows,
} from '../platform/store/index.ts'

/** Retires one batch of a project. */
export const retireFactBodies: Command<RetireBatch, RetiredBatch> = rareCommand('payments.retire-fact-bodies')

/** As the service sees it. */
export const retirableFactBodies: Retirable = {
  kind: 'fact_bodies',
  keptFor: 'details',
  retire: retireFactBodies,
  oldest: async (read, projectId) => {
    const first = await retirableFacts(read, projectId).select('received_at').limit(1).executeTakeFirst()
    return first?.received_at ?? null
  },
}

/** The handler. What is parked is still to be applied, and is in none of these rows. */
export const handleRetireFactBodies: GroupHandler<RetireBatch, RetiredBatch> = oneByOne(async (tx, batch) => {
  const rows = await lockFound(tx, overdueFacts(tx.db, batch, tx.now))
  await updateRows(
    tx,
    'payment_events',
    ['project_id', 'id'],
    ['body'],
    rows.map((row) => ({ ...row, body: '' })),
  )
  return { retired: rows.length, heldBack: 0, isMore: rows.length > 0 }
})

/** The oldest facts whose keeping time is over. What it reads does not grow with the table. */
export function overdueFacts(
  db: Kysely<Tables>,
  { projectId, keptMs, max }: RetireBatch,
  now: number,
): SelectQueryBuilder<Tables, 'payment_events', Pick<Tables['payment_events'], 'project_id' | 'id'>> {
  return retirableFacts(db, projectId)
    .select(['project_id', 'id'])
    .where('received_at', '<=', now - keptMs)
    .limit(max)
}

// Written out, not bound, and in the words of the index: only so do both planners see that it fits.
function retirableFacts(db: Kysely<Tables>, projectId: number) {
  return db
    .selectFrom('payment_events')
    .where('project_id', '=', projectId)
    .where(sql<boolean>`state in ('applied', 'ignored') and body <> '' and type not like 'dispute.%'`)
    .orderBy('received_at')
    .orderBy('id')
}
