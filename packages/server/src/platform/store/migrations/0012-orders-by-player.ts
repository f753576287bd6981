// Nobody asks for the orders of a player: what a player may see, it finds by order, channel or event.
import { type Kysely, sql } from 'kysely'
import type { Engine } from '../store.ts'

/** Drops the index, which put each new order on a page of its own; runs inside the migrator's transaction. */
export async function up(_engine: Engine, db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop index orders_party').execute(db)
}
