// How long the leases of the dead lay about: from the moment at which somebody could take one back to the moment at which it was.
import { type Stall, stalledMs } from '../observed-stalls.ts'
import type { LoggedAttempt } from './delivery-rows.ts'

/** A time in which nobody could take leases back; wall milliseconds. */
export interface Outage {
  readonly at: number
  readonly backAt: number
}

/** What the return of a lease depends on. */
export interface LeaseTimes {
  readonly leaseMs: number
  /** The only process of a store knows at its start that the leases of others are over. */
  readonly isAlone: boolean
  readonly outages: readonly Outage[]
  /** When the observer itself got no time. */
  readonly stalls: readonly Stall[]
}

/**
 * What is promised: an overdue lease is taken back within a second. A dispatcher looks for leases every 500 ms, when it looks at all, which is
 * every 260 ms; what is left is for the transaction.
 */
export const RETURN_MS_MAX = 1_000

/**
 * How long the lease of an attempt lay about after somebody could have taken it back.
 *
 * @param attempt one that is logged as crashed: it started with its lease and ended when that was taken back
 * @returns milliseconds; those in which the observer was stalled are left out
 */
export function overdueMs(attempt: Pick<LoggedAttempt, 'startedAt' | 'endedAt'>, times: LeaseTimes): number {
  const from = takeableAt(attempt, times)
  const until = Math.max(from, attempt.endedAt)
  return until - from - stalledMs(times.stalls, { from, until })
}

function takeableAt(
  { startedAt, endedAt }: Pick<LoggedAttempt, 'startedAt' | 'endedAt'>,
  { leaseMs, isAlone, outages }: LeaseTimes,
): number {
  let from = startedAt + leaseMs
  for (const { at, backAt } of outages.filter((outage) => startedAt <= outage.at && outage.at <= endedAt)) {
    // An outage that came when the time was over is no excuse.
    if (at > from + RETURN_MS_MAX) break
    from = isAlone ? backAt : Math.max(from, backAt)
  }
  return from
}
