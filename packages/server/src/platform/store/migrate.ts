// Brings a database to the newest schema: forward only, at open, under the engine's lock.
import { AppError } from '@ordertrail/core'
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import * as firstTables from './migrations/0001-first-tables.ts'
import * as promotions from './migrations/0002-promotions.ts'
import * as recoveries from './migrations/0003-recoveries.ts'
import * as claims from './migrations/0004-claims.ts'
import * as retention from './migrations/0005-retention.ts'
import * as lightIndexes from './migrations/0006-light-indexes.ts'
import * as historyRetention from './migrations/0007-history-retention.ts'
import * as letGo from './migrations/0008-let-go.ts'
import * as growth from './migrations/0009-growth.ts'
import * as linkedStreams from './migrations/0010-linked-streams.ts'
import * as attempts from './migrations/0011-attempts.ts'
import * as ordersByPlayer from './migrations/0012-orders-by-player.ts'
import type { Engine } from './store.ts'
import type { Tables } from './tables.ts'

/** A step of the schema; its name in MIGRATIONS never changes once released. */
interface SchemaStep {
  up(engine: Engine, db: Kysely<unknown>): Promise<void>
}

const MIGRATIONS: Readonly<Record<string, SchemaStep>> = {
  '0001-first-tables': firstTables,
  '0002-promotions': promotions,
  '0003-recoveries': recoveries,
  '0004-claims': claims,
  '0005-retention': retention,
  '0006-light-indexes': lightIndexes,
  '0007-history-retention': historyRetention,
  '0008-let-go': letGo,
  '0009-growth': growth,
  '0010-linked-streams': linkedStreams,
  '0011-attempts': attempts,
  '0012-orders-by-player': ordersByPlayer,
}

/**
 * Runs what has not been run yet; each step in a transaction.
 *
 * @throws AppError store_too_new when the database was made by a newer version; what the database says when a step fails
 */
export async function migrate(engine: Engine, db: Kysely<Tables>): Promise<void> {
  const applied = await appliedMigrations(db)
  const unknown = applied.find((name) => MIGRATIONS[name] === undefined)
  if (unknown !== undefined) {
    const message = `The store was migrated by a newer version (${unknown}). Start that version, or restore a backup.`
    throw new AppError('store_too_new', { message, details: { migration: unknown } })
  }
  // Loading the migrator and its look through the whole schema take longer than opening a store.
  if (applied.length === Object.keys(MIGRATIONS).length) return
  const { Migrator } = await import('kysely/migration')
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: async () => stepsFor(engine) },
  }).migrateToLatest()
  if (error !== undefined) throw error
}

/** Names of the steps that were run; none where the migrator's table is missing. */
async function appliedMigrations(db: Kysely<Tables>): Promise<readonly string[]> {
  const tables = db as unknown as Kysely<{ kysely_migration: { name: string } }>
  const rows = await tables
    .selectFrom('kysely_migration')
    .select('name')
    .execute()
    .catch(() => [])
  return rows.map(({ name }) => name)
}

function stepsFor(engine: Engine): Record<string, Migration> {
  const steps = Object.entries(MIGRATIONS).map(
    ([name, { up }]) => [name, { up: (db: Kysely<unknown>) => up(engine, db) }] as const,
  )
  return Object.fromEntries(steps satisfies readonly (readonly [string, Migration])[])
}
