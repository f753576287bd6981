// Indexes of trouble that the common way of a delivery pays next to nothing for: each of its writes asks every one whether it belongs there.
import { type Kysely, sql } from 'kysely'
import type { Engine } from '../store.ts'

const STATEMENTS: readonly string[] = [
  ...['failed', 'waiting', 'stuck'].map((name) => `drop index deliveries_${name}`),
  // Comparisons instead of lists: SQLite builds a table of the list for each row that it asks about.
  "create index deliveries_failed on deliveries (project_id, order_id, line) where (state = 'rejected' or state = 'exhausted')",
  "create index deliveries_stuck on deliveries (project_id, state, id) where state <> 'accepted' and state <> 'claimed' and state <> 'due' and state <> 'blocked'",
  // Those that are due have indexes already, in which claims find them.
  "create index deliveries_waiting on deliveries (project_id, state) where (state = 'blocked' or state = 'paused' or state = 'held')",
]

/** Changes the indexes; runs inside the migrator's transaction. */
export async function up(_engine: Engine, db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}
