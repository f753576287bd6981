// Attempts of an order are found by its deliveries, so that no attempt pays for an index by order.
import { type Kysely, sql } from 'kysely'
import type { Engine } from '../store.ts'

/** Drops the index; runs inside the migrator's transaction. */
export async function up(_engine: Engine, db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop index attempts_order').execute(db)
}
