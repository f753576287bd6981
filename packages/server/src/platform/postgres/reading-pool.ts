// The pool that reads: what goes wrong on it reaches callers as AppErrors, and it refuses to write.
import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { type Clock, systemClock } from '../clock.ts'
import type { Tables } from '../store/index.ts'
import { makePlanAge, RENEW_PLANS } from './plan-age.ts'
import { endsConnection, mayBeStale, postgresFailure } from './postgres-errors.ts'
import { makeMetTexts } from './prepared-texts.ts'

/**
 * Whether a plan for any values is as good as those for the values that come, PostgreSQL judges by costs that it keeps for as long as the
 * connection lives. Tables grow, and what is asked for changes: a connection is not kept for longer than this.
 */
const LIFETIME_MS_MAX = 600_000

const REFUSE_WRITES = 'set default_transaction_read_only = on'

/** Reads by Kysely, and the end of its connections. */
export interface ReadingPool {
  readonly db: Kysely<Tables>
  end(): Promise<void>
}

/** A connection as Kysely takes it. */
interface Guard {
  readonly client: PostgresPoolClient
  /** To be called before each use. */
  renewPlans(): Promise<void>
}

/** Opens nothing yet; connections are made as they are needed, at most `connectionsMax`. */
export function makeReadingPool(
  settings: pg.ClientConfig,
  connectionsMax: number,
  clock: Pick<Clock, 'monotonic'> = systemClock(),
): ReadingPool {
  const pool = openPool(settings, connectionsMax)
  // Kysely knows a connection by its object, so each one is wrapped once.
  const guards = new WeakMap<pg.PoolClient, Guard>()
  const connect = async (): Promise<PostgresPoolClient> => {
    const client = await attempt(() => pool.connect())
    const known = guards.get(client)
    if (known !== undefined) {
      await orGiveBack(known, () => known.renewPlans())
      return known.client
    }
    const guard = guardClient(client, clock)
    await orGiveBack(guard, () => guard.client.query(REFUSE_WRITES, []))
    guards.set(client, guard)
    return guard.client
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
async function orGiveBack({ client }: Guard, act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (error) {
    client.release()
    throw error
  }
}

function guardClient(client: pg.PoolClient, clock: Pick<Clock, 'monotonic'>): Guard {
  const planAge = makePlanAge(clock)
  const texts = makeMetTexts()
  const madeAt = clock.monotonic()
  const isWorn = (): boolean => texts.isFull || clock.monotonic() - madeAt > LIFETIME_MS_MAX
  let isBroken = false
  const ask = async (text: string, values: readonly unknown[], name?: string): Promise<pg.QueryResult> => {
    try {
      return await client.query({ name, text, values: [...values] })
    } catch (error) {
      isBroken ||= endsConnection(error)
      throw error
    }
  }
  const query = async (text: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
    const isInTransaction = client.getTransactionStatus() !== 'I'
    const name = texts.nameOf(text)
    try {
      return await ask(text, values, name)
    } catch (error) {
      if (name === undefined || !mayBeStale(error)) throw postgresFailure(error)
      if (!isInTransaction) return await askAgain(text, values)
      // It is broken by now. Who begins it again does so on another connection.
      isBroken = true
      throw postgresFailure(error)
    }
  }
  /** Where the text alone does what the prepared statement did not, the others that were prepared here are stale, too. */
  const askAgain = async (text: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
    const result = await attempt(() => ask(text, values))
    isBroken = true
    return result
  }
  const release = (destroy?: boolean): void => client.release(destroy === true || isBroken || isWorn())
  return {
    client: { query, release } as unknown as PostgresPoolClient,
    renewPlans: async () => {
      if (planAge.isOver()) await attempt(() => ask(RENEW_PLANS, []))
    },
  }
}

async function attempt<Value>(act: () => Promise<Value>): Promise<Value> {
  try {
    return await act()
  } catch (error) {
    throw postgresFailure(error)
  }
}
