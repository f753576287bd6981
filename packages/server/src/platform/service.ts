// Long-lived things: one contract for starting and stopping, and the order in which a process does it.
import type { Logger } from './logger.ts'

/**
 * Something that runs until it is stopped.
 *
 * It survives stop before start and stop twice; once stopped it never starts again. `signal` ends it like stop does.
 */
export interface Service {
  readonly name: string
  /** Resolves when it does its work; rejects when it cannot. */
  start(signal?: AbortSignal): Promise<void>
  /** Resolves when nothing of it is left: no timer, no socket, no work under way. */
  stop(): Promise<void>
}

/** The two acts of a service, without the care for repeats. */
export interface ServiceBody {
  /** `signal` is aborted when the service stops, so that loops can hang on it. */
  start(signal: AbortSignal): Promise<void>
  /** Called once, and only after start was called. */
  stop(): Promise<void>
}

/**
 * Makes a service of its two acts.
 *
 * A second start gives the first one's promise, a second stop too. A stop during the start waits for the start to end.
 */
export function service(name: string, body: ServiceBody): Service {
  const running = new AbortController()
  let starting: Promise<void> | undefined
  let stopping: Promise<void> | undefined

  const stop = (): Promise<void> => {
    stopping ??= endAfter(starting)
    return stopping
  }
  const endAfter = async (started: Promise<void> | undefined): Promise<void> => {
    running.abort()
    if (started === undefined) return
    await started.catch(() => undefined)
    await body.stop()
  }
  const start = async (signal: AbortSignal | undefined): Promise<void> => {
    const onAbort = (): void => void stop()
    signal?.addEventListener('abort', onAbort, { once: true })
    running.signal.addEventListener('abort', () => signal?.removeEventListener('abort', onAbort), { once: true })
    await body.start(running.signal)
  }
  return {
    name,
    start: (signal) => {
      if (running.signal.aborted || signal?.aborted === true) return starting ?? Promise.resolve()
      starting ??= start(signal)
      return starting
    },
    stop,
  }
}

/**
 * Starts services one after the other.
 *
 * @throws what the first failing one threw, after those started before it were stopped again
 */
export async function startAll(
  services: readonly Service[],
  options: { readonly logger: Logger; readonly signal?: AbortSignal },
): Promise<void> {
  for (const [index, each] of services.entries()) {
    try {
      await each.start(options.signal)
      options.logger.debug('service.started', { service: each.name })
    } catch (error) {
      options.logger.debug('service.start_failed', { service: each.name, error })
      await stopAll(services.slice(0, index + 1), options)
      throw error
    }
  }
}

/** Stops services in reverse order. One that fails is logged and does not keep the others running. */
export async function stopAll(services: readonly Service[], options: { readonly logger: Logger }): Promise<void> {
  for (const each of services.toReversed()) {
    try {
      await each.stop()
      options.logger.debug('service.stopped', { service: each.name })
    } catch (error) {
      options.logger.error('service.stop_failed', { service: each.name, error })
    }
  }
}
