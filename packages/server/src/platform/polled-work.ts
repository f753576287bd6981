// A service that looks at the store again and again and does what is due, one pass at a time.
import type { Logger } from './logger.ts'
import { type Service, service } from './service.ts'
import type { TimedWork } from './timed-work.ts'

/**
 * What such a service does.
 *
 * @property pass does all that is due now; may reject, it is run again at the next poll
 * @property listen calls back when there is something to do at once; returns its own removal
 */
export interface PolledWorkOptions {
  readonly name: string
  readonly pollMs: number
  readonly logger: Logger
  readonly pass: () => Promise<void>
  readonly nextDueAt: () => Promise<number | null>
  readonly listen?: (hurry: () => void) => () => void
}

/**
 * Makes the service. `settle` resolves after a pass that began after it was called, and rejects when that pass fails.
 *
 * Trouble is logged once and not at every pass, because a store may be away for an hour.
 */
export function polledWork(options: PolledWorkOptions): Service & TimedWork {
  let last: Promise<void> = Promise.resolve()
  let isWaiting = false
  let isTroubled = false
  let timer: NodeJS.Timeout | undefined
  let stopListening: (() => void) | undefined

  const pass = async (): Promise<void> => {
    await options.pass()
    if (isTroubled) options.logger.info('work.recovered', { service: options.name })
    isTroubled = false
  }
  const settle = (): Promise<void> => {
    last = last.catch(() => undefined).then(pass)
    return last
  }
  const logTrouble = (error: unknown): void => {
    if (!isTroubled) options.logger.warn('work.failed', { service: options.name, error })
    isTroubled = true
  }
  /** Like settle, but many calls during one pass make one more pass. */
  const hurry = (): void => {
    if (isWaiting) return
    isWaiting = true
    last = last
      .catch(() => undefined)
      .then(() => {
        isWaiting = false
        return pass()
      })
    last.catch(logTrouble)
  }
  const body = service(options.name, {
    start: async () => {
      stopListening = options.listen?.(hurry)
      timer = setInterval(hurry, options.pollMs)
      hurry()
    },
    stop: async () => {
      stopListening?.()
      clearInterval(timer)
      await last.catch(() => undefined)
    },
  })
  return { ...body, nextDueAt: options.nextDueAt, settle }
}
