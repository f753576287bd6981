// What has ended can be found by its age: how much of a row was retired, the indexes for that, and PostgreSQL's care for hot tables.
import { type Kysely, sql } from 'kysely'
import type { Engine } from '../store.ts'

const STATEMENTS: readonly string[] = [
  'alter table deliveries add column retired int not null default 0',
  'alter table deliveries add column kept_since int',
  'alter table events_state add column retired int not null default 0',
  // One index for both steps of retiring; what went through both is in none but the two that find a delivery by its id and its order.
  'create index deliveries_ended on deliveries (project_id, retired, coalesce(kept_since, ended_at), id) where ended_at is not null and retired < 2',
  'create index events_processed on events_state (project_id, processed_at, id) where processed_at is not null and retired = 0',
]

// A fifth of ten million rows may be dead before PostgreSQL cleans by itself; the index of what is due would be full of them. Room for
// updates in each page (fillfactor) buys nothing: no update of a delivery can stay out of the indexes.
const POSTGRES_STATEMENTS: readonly string[] = ['deliveries', 'notifications', 'attempts', 'events_state'].map(
  (table) => `alter table ${table} set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)`,
)

/** Adds them; runs inside the migrator's transaction. */
export async function up(engine: Engine, db: Kysely<unknown>): Promise<void> {
  const integer = engine === 'sqlite' ? ' integer' : ' bigint'
  for (const statement of STATEMENTS) await sql.raw(statement.replace(/ int\b/, integer)).execute(db)
  if (engine === 'postgres') for (const statement of POSTGRES_STATEMENTS) await sql.raw(statement).execute(db)
}
