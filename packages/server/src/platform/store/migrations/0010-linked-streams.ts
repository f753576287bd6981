// SQLite keeps publications in the order in which they come, each with the one before it in its stream; PostgreSQL keeps its index.
import { type Kysely, sql } from 'kysely'
import type { Engine } from '../store.ts'

const POSTGRES_STATEMENTS: readonly string[] = [
  'alter table channels add column newest_id bigint',
  'alter table publications add column id bigint not null default 0, add column previous_id bigint',
]

const SQLITE_STATEMENTS: readonly string[] = [
  'alter table channels add column newest_id integer',
  `create table linked (project_id integer not null, channel text not null, stream_offset integer not null, order_id integer not null,
    data text not null, created_at integer not null, id integer primary key, previous_id integer) strict`,
  // Stream by stream, so that the one before is the row before, where there is one of the same stream.
  `insert into linked select project_id, channel, stream_offset, order_id, data, created_at,
      row_number() over (order by project_id, channel, stream_offset),
      case when row_number() over stream > 1 then row_number() over (order by project_id, channel, stream_offset) - 1 end
    from publications window stream as (partition by project_id, channel order by stream_offset)`,
  `update channels set newest_id = newest.id
    from (select project_id, channel, max(id) as id from linked group by project_id, channel) as newest
    where channels.project_id = newest.project_id and channels.channel = newest.channel`,
  'drop table publications',
  'alter table linked rename to publications',
]

/** Adds the links, and moves what was published; runs inside the migrator's transaction. */
export async function up(engine: Engine, db: Kysely<unknown>): Promise<void> {
  const statements = engine === 'sqlite' ? SQLITE_STATEMENTS : POSTGRES_STATEMENTS
  for (const statement of statements) await sql.raw(statement).execute(db)
}
