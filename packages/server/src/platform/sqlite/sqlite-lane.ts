// The write lane of SQLite: transactions on the one connection that writes.
import type { Kysely } from 'kysely'
import type { Clock } from '../clock.ts'
import {
  type Committed,
  type IdBlocks,
  isStoreFailure,
  type Settled,
  type Tables,
  TIME_OFFSET_KEY,
  type TransactionBody,
  type Tx,
  type WakeUp,
  type WriteLane,
} from '../store/index.ts'
import { makeSavedCounters, type SavedCounters } from './saved-counters.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

/** What the lane works with. */
export interface SqliteLaneOptions {
  readonly connection: SqliteConnection
  readonly clock: Clock
  readonly ids: IdBlocks
}

/** Makes the lane; its connection is closed with it. */
export function makeSqliteLane({ connection, clock, ids }: SqliteLaneOptions): WriteLane {
  const counters = makeSavedCounters(connection)
  const inTransaction = async <Value>(db: Kysely<Tables>, body: LaneBody<Value>): Promise<Committed<Value>> => {
    const wakeUps: WakeUp[] = []
    connection.failure = null
    connection.run('begin immediate', [])
    try {
      counters.saveLost()
      const value = await body(makeTx({ connection, clock, ids }, counters, db, wakeUps), wakeUps)
      if (connection.failure !== null) throw connection.failure
      connection.run('commit', [])
      counters.committed()
      return { value, wakeUps }
    } catch (error) {
      const reason = isStoreFailure(connection.failure) ? connection.failure : error
      rollBack(connection, counters)
      throw reason
    }
  }
  // connection() holds Kysely's lock to the end, so that readers of a store in memory never see half a transaction.
  const transact = <Value>(body: LaneBody<Value>): Promise<Committed<Value>> =>
    connection.db.connection().execute((db) => inTransaction(db, body))
  return {
    away: null,
    transact: (body) => transact((tx) => body(tx)),
    // One transaction with a savepoint for each: members that had to be parted still share the wait for the disk.
    transactEach: (bodies) =>
      transact((tx, wakeUps) => runApart(connection, counters, bodies, tx, wakeUps)).catch((error: unknown) => ({
        value: bodies.map(() => ({ kind: 'failed', error }) as const),
        wakeUps: [],
      })),
    close: async () => connection.close(),
  }
}

/** A body that may also take back wake-ups. */
type LaneBody<Value> = (tx: Tx, wakeUps: WakeUp[]) => Promise<Value>

function makeTx(
  { connection, clock, ids }: SqliteLaneOptions,
  counters: SavedCounters,
  db: Kysely<Tables>,
  wakeUps: WakeUp[],
): Tx {
  const leaseNow = clock.unskippedNow()
  const wake = (wakeUp: WakeUp): void => {
    wakeUps.push(wakeUp)
  }
  return {
    engine: 'sqlite',
    db,
    now: leaseNow + readOffset(connection),
    leaseNow,
    takeIds: (projectId, kind, count) => ids.take(projectId, kind, count, counters.reserve, wake),
    wake,
    runText: async (text, values) => connection.run(text, values),
    postText: async (text, values) => {
      connection.run(text, values)
    },
    runEach: async (text, lists) => connection.runEach(text, lists),
    findEach: async (text, lists) => connection.findEach(text, lists),
  }
}

function readOffset(connection: SqliteConnection): number {
  const [row] = connection.run('select value from meta where key = ?', [TIME_OFFSET_KEY])
  return Number((row as { readonly value: string } | undefined)?.value ?? 0)
}

/** SQLite has rolled back by itself when the disk was full. */
function rollBack(connection: SqliteConnection, counters: SavedCounters): void {
  if (connection.raw.isTransaction) connection.run('rollback', [])
  try {
    counters.saveLost()
  } catch {
    // A full disk, say: the next transaction begins with it.
  }
}

/** Each body behind a savepoint of its own. */
async function runApart<Value>(
  connection: SqliteConnection,
  counters: SavedCounters,
  bodies: readonly TransactionBody<Value>[],
  tx: Tx,
  wakeUps: WakeUp[],
): Promise<readonly Settled<Value>[]> {
  const settled: Settled<Value>[] = []
  for (const body of bodies) {
    const wakeUpsBefore = wakeUps.length
    connection.run('savepoint member', [])
    try {
      const value = await body(tx)
      if (connection.failure !== null) throw connection.failure
      settled.push({ kind: 'committed', value })
    } catch (error) {
      // The store failed, not the member: the rest has no better chance.
      if (isStoreFailure(connection.failure) || !connection.raw.isTransaction) throw error
      connection.failure = null
      connection.run('rollback to member', [])
      counters.saveLost()
      wakeUps.length = wakeUpsBefore
      settled.push({ kind: 'failed', error })
    }
    connection.run('release member', [])
  }
  return settled
}
