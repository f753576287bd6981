// Waits for the signals that end a server.

/**
 * Resolves at the first SIGINT or SIGTERM; a second one ends the process at once.
 *
 * Called before anything is started, so that a signal during the start ends it in order too.
 */
export function untilSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const onSignal = (): void => {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
    resolve()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return promise
}
