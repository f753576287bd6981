// The contract of the store: two engines, one schema, reads by Kysely and writes by named commands.
import type { Kysely } from 'kysely'
import type { Command } from './command.ts'
import type { Tables } from './tables.ts'
import type { WakeUp } from './wake-up.ts'

/** The engines that hold the store. */
export type Engine = 'sqlite' | 'postgres'

/**
 * A transaction of the write side.
 *
 * `db` is bound to the transaction. `now` is wall time in milliseconds, read once per transaction (PostgreSQL: the database's
 * clock; both: plus the skipped time) and the same for everything the transaction writes. Leases use `leaseNow`, which no skip moves.
 *
 * A statement that fails ends the transaction on both engines: catching its error and going on is refused at the commit.
 * Statements take effect in the order in which they were asked for, also where several are asked for at once: a single connection
 * runs them one after another. A handler may be run again for the same inputs after an undone try, so it causes
 * nothing but rows, ids and wake-ups.
 */
export type Tx = PostgresTx | SqliteTx

interface PostgresTx extends AnyTx {
  readonly engine: 'postgres'
}

/** A transaction of SQLite, where a statement is no way to go; PostgreSQL is given the values of many rows in one statement. */
export interface SqliteTx extends AnyTx {
  readonly engine: 'sqlite'
  /** Runs one statement with each of `lists` of values, in their order, and gives the rows of all; callers use runEach of set-rows.ts. */
  runEach(text: string, lists: readonly (readonly unknown[])[]): Promise<readonly unknown[]>
  /** The first row that the statement gives for each of `lists`, undefined where there is none; callers use findEach of set-rows.ts. */
  findEach(text: string, lists: readonly (readonly unknown[])[]): Promise<readonly unknown[]>
}

interface AnyTx {
  readonly db: Kysely<Tables>
  readonly now: number
  readonly leaseNow: number
  /** `count` fresh ids of `kind`, ascending; gaps are allowed, an id is never given twice. Throws AppError ids_exhausted. */
  takeIds(projectId: number, kind: IdKind, count: number): Promise<readonly number[]>
  /** Tells the main thread after the commit; lost when the process dies, because rows are the truth. */
  wake(wakeUp: WakeUp): void
  /** Runs one hand-written statement; callers use runText of set-rows.ts, which types the rows. */
  runText(text: string, values: readonly unknown[]): Promise<readonly unknown[]>
  /**
   * The same for a statement whose rows nobody reads. On PostgreSQL it may only be on its way when this resolves; what comes after it
   * sees what it did, and should it fail, the transaction fails with its error.
   */
  postText(text: string, values: readonly unknown[]): Promise<void>
}

/**
 * What ids are made for. order and event are int32 per project from 10,000,001; all others are below 2^53 and unique over the
 * installation (their project_id in id_blocks is 0).
 */
export type IdKind =
  | 'order'
  | 'event'
  | 'transaction'
  | 'refund'
  | 'notification'
  | 'delivery'
  | 'recovery'
  | 'payment_event'
  | 'audit'
  | 'item'
  | 'promotion'

/**
 * One open store.
 *
 * `read` answers from what is committed: on SQLite an own read-only connection, on PostgreSQL the pool.
 * `run` resolves once the transaction that holds the command is committed; a refusal that was expected is a value in the result.
 * It rejects with AppError: store_unavailable (not committed or unknown: repeat it), store_full, store_read_only, or what the
 * handler threw.
 */
export interface Store {
  readonly engine: Engine
  readonly read: Kysely<Tables>
  run<Input, Result>(command: Command<Input, Result>, input: Input): Promise<Result>
  /** Called on the main thread after each commit, in commit order per connection. Returns its own removal. */
  onWakeUp(listener: (wakeUps: readonly WakeUp[]) => void): () => void
  /** Wall time now in milliseconds, with skipped time; PostgreSQL: asks the database at most once a second and goes on monotonically. */
  now(): number
  /** Moves wall time forward; refused (AppError time_skip_refused) unless the store was opened with `allowTimeSkip`. Kept over a restart. */
  skipTime(ms: number): Promise<void>
  /** Resolves when the store answers; rejects with AppError store_unavailable. */
  ping(): Promise<void>
  /** Ends after the commands under way; later calls are refused. Safe to call twice. */
  stop(): Promise<void>
}

/** How many waiting commands one store accepts before it answers store_unavailable. */
export const WAITING_COMMANDS_MAX = 20_000
