// What people need after an outage: recoveries, the health of endpoints, and indexes to find failed deliveries and attempts by.
import { type Kysely, sql } from 'kysely'
import type { Engine } from '../store.ts'

const TABLES: readonly { readonly name: string; readonly columns: string }[] = [
  {
    name: 'recoveries',
    columns:
      'project_id int not null, id int not null, kind text not null, types text, since int not null, until int not null, rate_per_second int not null, state text not null, requested_by text not null, total int, sent int not null, accepted int not null, rejected int not null, skipped text not null, cursor_order_id int not null, cursor_line int not null, pause text, lease_owner text, lease_token int not null, lease_until int, created_at int not null, ended_at int, primary key (project_id, id)',
  },
  {
    name: 'endpoint_health',
    columns:
      'project_id int primary key, failures_in_row int not null, silent_in_row int not null, failing_since int, silent_since int, healthy_since int, last_accepted_at int, last_failed_at int, last_failure text, failing_told_at int',
  },
  {
    name: 'endpoint_counts',
    columns:
      'project_id int not null, place int not null, slot int not null, accepted int not null, rejected int not null, errored int not null, unanswered int not null, primary key (project_id, place)',
  },
]

// Accepted is what nearly every delivery and attempt ends as: those rows pay for none of the indexes of trouble.
const INDEXES: readonly string[] = [
  "create unique index recoveries_running on recoveries (project_id) where state = 'running'",
  "create index deliveries_failed on deliveries (project_id, order_id, line) where state in ('rejected', 'exhausted')",
  "create index deliveries_moved on deliveries (project_id, order_id, line) where state = 'moved'",
  "create index deliveries_waiting on deliveries (project_id, state, due_at) where state in ('blocked', 'due', 'paused', 'held')",
  "create index deliveries_stuck on deliveries (project_id, state, id) where state in ('paused', 'held', 'rejected', 'exhausted', 'void', 'moved')",
  'create index attempts_time on attempts (project_id, started_at, delivery_id, number)',
  "create index attempts_failed on attempts (project_id, outcome, started_at, delivery_id, number) where outcome <> 'accepted'",
  "create index attempts_status on attempts (project_id, status, started_at, delivery_id, number) where outcome <> 'accepted'",
  "create index attempts_manual on attempts (project_id, started_at, delivery_id, number) where kind = 'manual'",
  "create index attempts_requested on attempts (project_id, requested_by, started_at, delivery_id, number) where kind = 'manual'",
]

/** Makes the tables and indexes; runs inside the migrator's transaction. */
export async function up(engine: Engine, db: Kysely<unknown>): Promise<void> {
  for (const { name, columns } of TABLES) {
    const typed = columns.replaceAll(/ int\b/g, engine === 'sqlite' ? ' integer' : ' bigint')
    await sql.raw(`create table ${name} (${typed})${engine === 'sqlite' ? ' strict, without rowid' : ''}`).execute(db)
  }
  for (const index of INDEXES) await sql.raw(index).execute(db)
}
