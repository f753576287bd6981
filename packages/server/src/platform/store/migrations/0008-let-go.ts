// What else grows and need not: streams that nobody ever published to, and the bodies of facts about payments.
import { type Kysely, sql } from 'kysely'
import type { Engine } from '../store.ts'

const EMPTY_KEPT_MS = 172_800_000

const STATEMENTS: readonly string[] = [
  // As if they had been opened when they were made; whoever still watches one renews it at the next connect.
  `update channels set oldest_at = created_at + ${EMPTY_KEPT_MS} where last_offset = 0`,
  // What a person may still have to look at, a dispute or what needs review, is in none of it and keeps its body.
  `create index payment_events_bodies on payment_events (project_id, received_at, id)
    where state in ('applied', 'ignored') and body <> '' and type not like 'dispute.%'`,
]

/** Marks and indexes it; runs inside the migrator's transaction. */
export async function up(_engine: Engine, db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}
