// Single keys pressed in a terminal, each tied to what it does.

/** A key with the word shown for it. */
export interface KeyBinding {
  readonly key: string
  readonly label: string
  readonly press: () => Promise<void>
}

/** One line that names all keys. */
export function keysLine(bindings: readonly KeyBinding[]): string {
  return bindings.map(({ key, label }) => `[${key}] ${label}`).join('   ')
}

/** True where a person sits at the keyboard. */
export function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true
}

/**
 * Reads keys until `q`, Ctrl-C or Ctrl-D, one action at a time; a key pressed meanwhile waits for nothing and is dropped.
 *
 * @param onError gets the sentence of an action that failed
 */
export function readKeys(bindings: readonly KeyBinding[], onError: (sentence: string) => void): Promise<void> {
  const input = process.stdin
  const ended = Promise.withResolvers<void>()
  let isBusy = false
  const onData = (chunk: Buffer): void => {
    const key = chunk.toString('utf8')
    if (key === 'q' || key === '\u0003' || key === '\u0004') ended.resolve()
    const binding = bindings.find((each) => each.key === key)
    if (binding === undefined || isBusy) return
    isBusy = true
    binding
      .press()
      .catch((error: unknown) => onError(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        isBusy = false
      })
  }
  input.setRawMode(true)
  input.resume()
  input.on('data', onData)
  return ended.promise.finally(() => {
    input.off('data', onData)
    input.setRawMode(false)
    input.pause()
  })
}
