// Whose turn it is to test an endpoint: one test of a project at a time, few in a row, and few in all.
import { AppError } from '@ordertrail/core'

/** Tests of one project that may follow each other at once, and the time after which one more may. */
const BURST = 10
const REFILL_MS = 6_000
/** Tests under way in this process; each holds one request. */
const IN_ALL = 16
/** Projects that are remembered. */
const PROJECTS_MAX = 10_000

/** The turns of one process. */
export interface TestTurns {
  /** Runs `test`. @throws {AppError} rate_limited with `retryAfterSeconds`, and whatever it throws */
  run<Result>(projectId: number, test: () => Promise<Result>): Promise<Result>
}

/** Makes turns. @param now monotonic milliseconds */
export function createTestTurns(now: () => number): TestTurns {
  const underWay = new Set<number>()
  /** When all tests of a project so far would have been due, had they come evenly. */
  const dueAt = new Map<number, number>()

  const take = (projectId: number): void => {
    if (underWay.has(projectId) || underWay.size >= IN_ALL) throw tooMany(REFILL_MS)
    const due = Math.max(dueAt.get(projectId) ?? 0, now())
    const waitMs = due - now() - (BURST - 1) * REFILL_MS
    if (waitMs > 0) throw tooMany(waitMs)
    dueAt.delete(projectId)
    const [oldest] = dueAt.keys()
    if (oldest !== undefined && dueAt.size >= PROJECTS_MAX) dueAt.delete(oldest)
    dueAt.set(projectId, due + REFILL_MS)
  }
  return {
    async run(projectId, test) {
      take(projectId)
      underWay.add(projectId)
      try {
        return await test()
      } finally {
        underWay.delete(projectId)
      }
    },
  }
}

function tooMany(waitMs: number): AppError {
  return new AppError('rate_limited', {
    details: { limit: 'endpoint_test', retryAfterSeconds: Math.ceil(waitMs / 1_000) },
  })
}
