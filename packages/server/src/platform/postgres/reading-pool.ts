// The pool that reads: what goes wrong on it reaches callers as AppErrors, and it refuses to write.
import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import type { Tables } from '../store/index.ts'
import { endsConnection, postgresFailure } from './postgres-errors.ts'

/** Reads by Kysely, and the end of its connections. */
export interface ReadingPool {
  readonly db: Kysely<Tables>
  end(): Promise<void>
}

/** Opens nothing yet; connections are made as they are needed, at most `connectionsMax`. */
export function makeReadingPool(settings: pg.ClientConfig, connectionsMax: number): ReadingPool {
  const pool = openPool(settings, connectionsMax)
  // Kysely knows a connection by its object, so each one is wrapped once.
  const guards = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  const connect = async (): Promise<PostgresPoolClient> => {
    const client = await attempt(() => pool.connect())
    const known = guards.get(client)
    if (known !== undefined) return known
    const guard = guardedClient(client)
    await refuseWrites(guard)
    guards.set(client, guard)
    return guard
  }
  const dialect = new PostgresDialect({ pool: { connect, end: () => pool.end(), options: {} } })
  return { db: new Kysely<Tables>({ dialect }), end: () => pool.end() }
}

/** A pool that survives the loss of idle connections: they are replaced at the next use. */
export function openPool(settings: pg.ClientConfig, connectionsMax: number): pg.Pool {
  const pool = new pg.Pool({ ...settings, max: connectionsMax })
  // Without a listener the loss would end the process.
  pool.on('error', () => {})
  // The pool listens only while a connection is idle. One that is new, or whose answer has just come, is nobody's for a moment, and in the
  // same bytes the server may say that it goes down.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Here and not in Kysely's onCreateConnection: a connection that fails there is never given back, and its place in the pool is lost. */
async function refuseWrites(guard: PostgresPoolClient): Promise<void> {
  try {
    await guard.query('set default_transaction_read_only = on', [])
  } catch (error) {
    guard.release()
    throw error
  }
}

function guardedClient(client: pg.PoolClient): PostgresPoolClient {
  let isBroken = false
  const query = async (text: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
    try {
      return await client.query(text, [...values])
    } catch (error) {
      isBroken ||= endsConnection(error)
      throw postgresFailure(error)
    }
  }
  const release = (destroy?: boolean): void => client.release(destroy === true || isBroken)
  return { query, release } as unknown as PostgresPoolClient
}

async function attempt<Value>(act: () => Promise<Value>): Promise<Value> {
  try {
    return await act()
  } catch (error) {
    throw postgresFailure(error)
  }
}
