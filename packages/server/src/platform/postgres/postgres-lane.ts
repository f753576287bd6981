// A write lane of PostgreSQL: one connection, made anew when it is lost, running one transaction after another.
import type { AppError } from '@ordertrail/core'
import {
  type Committed,
  type IdBlocks,
  isStoreFailure,
  type ReserveIds,
  type Settled,
  storeConflict,
  TIME_OFFSET_KEY,
  type TransactionBody,
  type Tx,
  together,
  type WakeUp,
  type WriteLane,
} from '../store/index.ts'
import { isConflict } from './postgres-errors.ts'
import type { PostgresSession } from './postgres-session.ts'

/** What a lane works with. */
export interface PostgresLaneOptions {
  /** @throws AppError store_unavailable */
  readonly connect: () => Promise<PostgresSession>
  readonly ids: IdBlocks
  readonly reserve: ReserveIds
  /** Told the database's wall time, with skipped time, at each begin. */
  readonly onTime: (now: number) => void
}

/** The database's clock as a transaction reads it. */
interface Moment {
  readonly now: number
  readonly lease_now: number
}

const CONFLICT_TRIES_MAX = 5

const CLOCK = `with clock as (select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as lease_now)
  select lease_now, lease_now + coalesce((select value from meta where key = '${TIME_OFFSET_KEY}'), '0')::bigint as now
  from clock`

/** Makes a lane; it connects at its first transaction. */
export function makePostgresLane(options: PostgresLaneOptions): WriteLane {
  let session: PostgresSession | null = null
  let away: AppError | null = null

  const connect = async (): Promise<PostgresSession> => {
    try {
      session = await options.connect()
      away = null
      return session
    } catch (error) {
      if (isStoreFailure(error)) away = error as AppError
      throw error
    }
  }
  const begin = async (): Promise<{ session: PostgresSession; moment: Moment }> => {
    const known = session?.isUsable === true ? session : await connect()
    try {
      return { session: known, moment: await beginOn(known) }
    } catch (error) {
      if (known.isUsable) {
        // Begun, but without a time: left like this, the connection would refuse every transaction after it.
        await rollBack(known)
        throw error
      }
      // The connection was lost while it was idle: nothing is begun, so nothing can happen twice.
      const fresh = await connect()
      return { session: fresh, moment: await beginOn(fresh) }
    }
  }
  const transactOnce = async <Value>(body: TransactionBody<Value>): Promise<Committed<Value>> => {
    const { session, moment } = await begin()
    options.onTime(moment.now)
    const wakeUps: WakeUp[] = []
    try {
      const value = await body(makeTx(options, session, moment, wakeUps))
      if (session.failure !== null) throw session.failure
      await commit(session)
      return { value, wakeUps }
    } catch (error) {
      const { failure } = session
      await rollBack(session)
      // What comes after a statement that failed only says that the transaction is broken.
      throw failure ?? error
    }
  }
  const transact = <Value>(body: TransactionBody<Value>): Promise<Committed<Value>> =>
    withRetries(() => transactOnce(body))
  return {
    get away() {
      return away
    },
    transact,
    transactEach: (bodies) => runOneByOne(transact, bodies),
    close: async () => session?.end(),
  }
}

/** In one round trip. */
async function beginOn(session: PostgresSession): Promise<Moment> {
  session.failure = null
  session.renewPlans()
  const [, clock] = await together([session.query('begin'), session.queryPrepared(CLOCK, [])])
  return clock.rows[0] as Moment
}

function makeTx(
  { ids, reserve }: PostgresLaneOptions,
  session: PostgresSession,
  moment: Moment,
  wakeUps: WakeUp[],
): Tx {
  const wake = (wakeUp: WakeUp): void => {
    wakeUps.push(wakeUp)
  }
  return {
    engine: 'postgres',
    db: session.db,
    now: moment.now,
    leaseNow: moment.lease_now,
    takeIds: (projectId, kind, count) => ids.take(projectId, kind, count, reserve, wake),
    wake,
    runText: async (text, values) => (await session.queryPrepared(text, values)).rows,
    // The session remembers its failure, and PostgreSQL runs nothing more in a transaction that has failed.
    postText: async (text, values) => {
      session.queryPrepared(text, values).catch(() => {})
    },
  }
}

/** PostgreSQL answers the COMMIT of a broken transaction with ROLLBACK, and no error. */
async function commit(session: PostgresSession): Promise<void> {
  const { command } = await session.query('commit')
  if (command !== 'COMMIT') throw new Error(`PostgreSQL answered COMMIT with ${command}.`)
}

async function rollBack(session: PostgresSession): Promise<void> {
  // A connection that is lost, or that fails here, is not used again; the server rolls back by itself.
  if (session.isUsable) await session.query('rollback').catch(() => session.end())
}

/** Deadlocks and the like: the one that was undone comes again, while the other goes on. */
async function withRetries<Value>(transact: () => Promise<Value>): Promise<Value> {
  for (let triesLeft = CONFLICT_TRIES_MAX; ; triesLeft--) {
    try {
      return await transact()
    } catch (error) {
      if (!isConflict(error)) throw error
      if (triesLeft <= 1) throw storeConflict(error)
    }
  }
}

/** A transaction for each: with savepoints in one they would take their locks in an order that invites deadlocks. */
async function runOneByOne<Value>(
  transact: (body: TransactionBody<Value>) => Promise<Committed<Value>>,
  bodies: readonly TransactionBody<Value>[],
): Promise<Committed<readonly Settled<Value>[]>> {
  const settled: Settled<Value>[] = []
  const wakeUps: WakeUp[] = []
  for (const body of bodies) {
    try {
      const committed = await transact(body)
      settled.push({ kind: 'committed', value: committed.value })
      wakeUps.push(...committed.wakeUps)
    } catch (error) {
      settled.push({ kind: 'failed', error })
    }
  }
  return { value: settled, wakeUps }
}
