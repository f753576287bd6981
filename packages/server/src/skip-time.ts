// Moves wall time forward in dev, from due time to due time, so that everything that waits happens in its order.
import { AppError } from '@ordertrail/core'
import type { Store } from './platform/store/index.ts'
import type { TimedWork } from './platform/timed-work.ts'

/** Longest single skip: a year. */
export const SKIP_MS_MAX: number = 365 * 24 * 60 * 60 * 1000

/** Stops on the way of one skip; more means that some work is due again and again without ever being done. */
const STOPS_MAX = 100_000

/** What takes part in a skip. */
export interface SkipTimeDeps {
  readonly store: Store
  readonly work: readonly TimedWork[]
}

/**
 * Skips `ms` of wall time.
 *
 * Stops at each time at which some work is due and goes on when nothing is due or in flight, so that twelve hours of retries happen one
 * after the other with the times they would have had.
 *
 * @returns wall time afterwards in milliseconds
 * @throws {AppError} time_skip_refused where time may not be moved or `ms` is out of bounds
 */
export async function skipTime({ store, work }: SkipTimeDeps, ms: number): Promise<number> {
  if (!Number.isSafeInteger(ms) || ms < 1 || ms > SKIP_MS_MAX) {
    throw new AppError('time_skip_refused', {
      message: `A skip takes 1 to ${SKIP_MS_MAX} ms, got ${ms}.`,
      details: { ms },
    })
  }
  const target = store.now() + ms
  for (let stops = 0; stops < STOPS_MAX; stops += 1) {
    await settleAll(work)
    const next = await earliestDue(work)
    if (next === null || next >= target) break
    await moveTo(store, next)
  }
  await moveTo(store, target)
  await settleAll(work)
  return store.now()
}

async function moveTo(store: Store, time: number): Promise<void> {
  const ms = time - store.now()
  if (ms > 0) await store.skipTime(ms)
}

async function settleAll(work: readonly TimedWork[]): Promise<void> {
  for (const each of work) await each.settle()
}

async function earliestDue(work: readonly TimedWork[]): Promise<number | null> {
  const dues = await Promise.all(work.map((each) => each.nextDueAt()))
  const known = dues.filter((due) => due !== null)
  return known.length === 0 ? null : Math.min(...known)
}
