// Records what came of an attempt, again and again while the store is away: an answer that was heard must not be lost.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@ordertrail/core'
import type { Store } from '../platform/store/index.ts'
import { type AttemptReport, type AttemptResult, recordAttempt } from './attempt-report.ts'

const RETRY_MS = 200

/**
 * Records `report`; safe to repeat, because a second record of one attempt changes nothing.
 *
 * @param tries how often at most; afterwards the lease runs out and the attempt counts as crashed
 * @throws what the store threw at last
 */
export function recordUntil(store: Store, report: AttemptReport, tries: number): Promise<AttemptResult> {
  return untilStored(() => store.run(recordAttempt, report), tries)
}

/** Runs `write`, which must be safe to repeat, until the store took it, at most `tries` times; rejects with what it threw at last. */
export async function untilStored<Result>(write: () => Promise<Result>, tries: number): Promise<Result> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await write()
    } catch (error) {
      if (left < 1 || !isPassing(error)) throw error
      await sleep(RETRY_MS)
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof AppError && error.code.startsWith('store_')
}
