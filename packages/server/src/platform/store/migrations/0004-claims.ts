// What a claim looks for: first attempts and retries by endpoint, so that a full one is jumped over, and retries by their time.
import { type Kysely, sql } from 'kysely'
import type { Engine } from '../store.ts'

const STATEMENTS: readonly string[] = [
  // Both kinds at once: a claim would walk past one to find the other.
  'drop index deliveries_due',
  "create index deliveries_due_first on deliveries (project_id, due_at) where state = 'due' and first_attempt_at is null",
  "create index deliveries_due_again on deliveries (project_id, due_at) where state = 'due' and first_attempt_at is not null",
  // Most deliveries are accepted at once and never pay for the two of retries.
  "create index deliveries_due_again_time on deliveries (due_at, project_id) where state = 'due' and first_attempt_at is not null",
]

/** Changes the indexes; runs inside the migrator's transaction. */
export async function up(_engine: Engine, db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}
