// The service that lets go what is kept long enough, for as long as the process runs.
import { performance } from 'node:perf_hooks'
import type { Logger } from './platform/logger.ts'
import { type Service, service } from './platform/service.ts'
import { makeRetentionPass, PAUSE_MS_MIN, pause, type RetentionPass, type RetentionPassDeps } from './retention-pass.ts'

const POLL_MS = 60_000

/**
 * Makes the service. Several nodes may run it: what one is at work on the others pass over.
 *
 * It is no TimedWork on purpose: a skip of time does not stop for it. In `dev` nothing but old statuses is let go unless a project says how
 * long its details are kept, so a developer who skips a year still sees every body.
 */
export function makeRetention(deps: RetentionPassDeps & { readonly logger: Logger }): Service {
  const { logger } = deps
  const pass = makeRetentionPass(deps)
  const passSafely = async (signal: AbortSignal): Promise<boolean> => {
    const startedAt = performance.now()
    try {
      const done = await pass(signal)
      tell(logger, done, performance.now() - startedAt)
      return done.isMore
    } catch (error) {
      logger.warn('work.failed', { service: 'retention', error })
      return false
    }
  }
  let running: Promise<void> = Promise.resolve()
  const run = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) await pause((await passSafely(signal)) ? PAUSE_MS_MIN : POLL_MS, signal)
  }
  return service('retention', {
    start: async (signal) => {
      running = run(signal)
    },
    stop: () => running,
  })
}

/** One line for a pass that let something go; silence for one that did not. */
function tell(logger: Logger, { counts, isMore }: RetentionPass, durationMs: number): void {
  const count = [...counts.values()].reduce((sum, each) => sum + each, 0)
  if (count === 0) return
  logger.info('retention.passed', {
    count,
    deliveriesRetired: counts.get('details') ?? 0,
    eventsRetired: counts.get('event_bodies') ?? 0,
    factsRetired: counts.get('fact_bodies') ?? 0,
    attemptLogsDeleted: counts.get('attempts') ?? 0,
    auditEntriesDeleted: counts.get('audit') ?? 0,
    publicationsCut: counts.get('publications') ?? 0,
    paymentTokensDeleted: counts.get('payment_tokens') ?? 0,
    cartsDeleted: counts.get('carts') ?? 0,
    isMore,
    durationMs: Math.round(durationMs),
  })
}
