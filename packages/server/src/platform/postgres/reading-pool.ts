// The pool that reads: what goes wrong on it reaches callers as AppErrors, and it refuses to write.
import { CompiledQuery, Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import type { Tables } from '../store/index.ts'
import { postgresFailure } from './postgres-errors.ts'

/** Reads by Kysely, and the end of its connections. */
export interface ReadingPool {
  readonly db: Kysely<Tables>
  end(): Promise<void>
}

/** Opens nothing yet; connections are made as they are needed, at most `connectionsMax`. */
export function makeReadingPool(settings: pg.ClientConfig, connectionsMax: number): ReadingPool {
  const pool = new pg.Pool({ ...settings, max: connectionsMax })
  // An idle connection that is lost is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => {})
  const guarded: PostgresPool = {
    connect: () => attempt(async () => guardedClient(await pool.connect())),
    end: () => pool.end(),
    options: pool.options,
  }
  const dialect = new PostgresDialect({
    pool: guarded,
    onCreateConnection: async (connection) => {
      await connection.executeQuery(CompiledQuery.raw('set default_transaction_read_only = on'))
    },
  })
  return { db: new Kysely<Tables>({ dialect }), end: () => pool.end() }
}
