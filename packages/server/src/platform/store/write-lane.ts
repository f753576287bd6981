// A write lane: one connection that runs one transaction after another. Both engines make these.
import type { AppError } from '@ordertrail/core'
import type { Tx } from './store.ts'
import type { WakeUp } from './wake-up.ts'

/** What a transaction does; the lane may run it again after it had to be undone. */
export type TransactionBody<Value> = (tx: Tx) => Promise<Value>

/** A committed transaction. */
export interface Committed<Value> {
  readonly value: Value
  readonly wakeUps: readonly WakeUp[]
}

/** How one of several bodies ended. */
export type Settled<Value> =
  | { readonly kind: 'committed'; readonly value: Value }
  | { readonly kind: 'failed'; readonly error: unknown }

/** One writing connection; its callers run one transaction at a time on it. */
export interface WriteLane {
  /** Why the database could not be reached at the last try; null when it was. What waits then need not wait longer. */
  readonly away: AppError | null
  /**
   * Runs `body` in a transaction and commits.
   *
   * @throws what body threw (everything is undone), or AppError store_unavailable, store_full, store_read_only
   */
  transact<Value>(body: TransactionBody<Value>): Promise<Committed<Value>>
  /** Runs the bodies so that one that throws undoes only itself; the results are in their order. Never rejects. */
  transactEach<Value>(bodies: readonly TransactionBody<Value>[]): Promise<Committed<readonly Settled<Value>[]>>
  close(): Promise<void>
}
