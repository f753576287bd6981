// What grew with a store and need not: counting orders from the first one on, carts of visitors, payment tokens that are over.
import { type Kysely, sql } from 'kysely'
import type { Engine } from '../store.ts'

const MILESTONES = 'project_id int not null, at int not null, orders int not null, primary key (project_id, at)'

const STATEMENTS: readonly string[] = [
  // Finds a place in the middle of all orders; the search for orders fills the table.
  'create index order_milestones_orders on order_milestones (project_id, orders)',
  "create index carts_of_visitors on carts (project_id, updated_at) where party_kind = 'visitor'",
  // Tokens are let go project by project; nobody asks for those of all projects.
  'drop index payment_tokens_expiry',
  'create index payment_tokens_expiry on payment_tokens (project_id, expires_at)',
]

/** Makes the table and the indexes; runs inside the migrator's transaction. */
export async function up(engine: Engine, db: Kysely<unknown>): Promise<void> {
  const columns = MILESTONES.replaceAll(/ int\b/g, engine === 'sqlite' ? ' integer' : ' bigint')
  const options = engine === 'sqlite' ? ' strict, without rowid' : ''
  await sql.raw(`create table order_milestones (${columns})${options}`).execute(db)
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}
