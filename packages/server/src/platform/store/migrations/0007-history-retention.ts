// Streams can be cut at their old end: what of each is still there, and the index that finds those with something to cut.
import { type Kysely, sql } from 'kysely'
import type { Engine } from '../store.ts'

const OLDEST = `(select created_at from publications where publications.project_id = channels.project_id
  and publications.channel = channels.channel order by stream_offset limit 1)`

const STATEMENTS: readonly string[] = [
  'alter table channels add column first_offset int not null default 1',
  'alter table channels add column oldest_at int',
  // 0: looked at soon, because it may be too long.
  `update channels set oldest_at = case when last_offset > 20 then 0 else ${OLDEST} end`,
  'create index channels_to_cut on channels (project_id, oldest_at, channel) where oldest_at is not null',
]

const POSTGRES_STATEMENTS: readonly string[] = ['channels', 'publications'].map(
  (table) => `alter table ${table} set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)`,
)

/** Adds them; runs inside the migrator's transaction. */
export async function up(engine: Engine, db: Kysely<unknown>): Promise<void> {
  const integer = engine === 'sqlite' ? ' integer' : ' bigint'
  for (const statement of STATEMENTS) await sql.raw(statement.replace(/ int\b/, integer)).execute(db)
  if (engine === 'postgres') for (const statement of POSTGRES_STATEMENTS) await sql.raw(statement).execute(db)
}
