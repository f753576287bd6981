// What is done to a database before a store serves from it: its version, its schema and its time are checked.
import { AppError } from '@ordertrail/core'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { checkTimeOffset, migrate, readTimeOffset, type Tables } from '../store/index.ts'
import { migratingSettings } from './connection-settings.ts'
import { postgresFailure } from './postgres-errors.ts'
import { openPool } from './reading-pool.ts'

const VERSION_MIN = 15
const VERSION_FACTOR = 10_000

/**
 * Brings the database at `url` to the newest schema; processes that start together wait for each other.
 *
 * @throws AppError store_unavailable when it cannot be reached, config_invalid when it is older than PostgreSQL 15,
 *   store_too_new, time_skip_refused
 */
export async function prepareDatabase(url: string, allowTimeSkip: boolean): Promise<void> {
  const pool = openPool(migratingSettings(url), 1)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await checkVersion(pool)
    await migrate('postgres', db)
    checkTimeOffset(await readTimeOffset(db), allowTimeSkip)
  } catch (error) {
    throw openingFailure(error, url)
  } finally {
    await pool.end()
  }
}

async function checkVersion(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query('show server_version_num')
  const version = Math.floor(Number(rows[0].server_version_num) / VERSION_FACTOR)
  if (version >= VERSION_MIN) return
  const message = `The database is PostgreSQL ${version}; OrderTrail needs ${VERSION_MIN} or newer.`
  throw new AppError('config_invalid', { message, details: { version } })
}

/** The one who reads this chose the URL, so it says which database and why; never the password. */
function openingFailure(error: unknown, url: string): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const failure = postgresFailure(error)
  const code = failure instanceof AppError ? failure.code : 'store_unavailable'
  const { host, port, database } = new pg.Client(url)
  const reason = error instanceof AggregateError ? error.errors.map(String).join('; ') : error.message
  const message = `PostgreSQL (${host}:${port}, database ${database}) cannot be used: ${reason}`
  return new AppError(code, { message, cause: error })
}
