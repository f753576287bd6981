// Whoever counts the orders of a project starts from how many there were before a time, and not from the first one.
import { type Kysely, sql } from 'kysely'
import type { Engine } from '../store.ts'

const COLUMNS = 'project_id int not null, at int not null, orders int not null, primary key (project_id, at)'

/** Makes the table, and the index that finds a place in the middle; the search for orders fills it. */
export async function up(engine: Engine, db: Kysely<unknown>): Promise<void> {
  const columns = COLUMNS.replaceAll(/ int\b/g, engine === 'sqlite' ? ' integer' : ' bigint')
  const options = engine === 'sqlite' ? ' strict, without rowid' : ''
  await sql.raw(`create table order_milestones (${columns})${options}`).execute(db)
  await sql.raw('create index order_milestones_orders on order_milestones (project_id, orders)').execute(db)
}
