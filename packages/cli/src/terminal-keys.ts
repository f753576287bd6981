// Single keys pressed in a terminal, each tied to what it does.

/** A key with the word shown for it. */
export interface KeyBinding {
  readonly key: string
  readonly label: string
  /** What the key does; gives a sentence to show, or undefined where the trail tells enough. */
  readonly press: () => Promise<string | undefined>
}

/** Who hears what came of a key; `signal` ends the reading. */
export interface KeyListener {
  readonly onDone: (sentence: string) => void
  readonly onError: (sentence: string) => void
  readonly signal?: AbortSignal
}

/** What keys are read from: a terminal. */
export interface KeyInput {
  resume(): unknown
  pause(): unknown
  setRawMode(isRaw: boolean): unknown
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  off(event: 'data', listener: (chunk: Buffer) => void): unknown
}

const QUIT_KEYS: readonly string[] = ['q', '\u0003', '\u0004']

/** One line that names all keys, the one that quits among them. */
export function keysLine(bindings: readonly KeyBinding[]): string {
  return [...bindings, { key: 'q', label: 'quit' }].map(({ key, label }) => `[${key}] ${label}`).join('  ')
}

/** True where a person sits at the keyboard. */
export function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true
}

/**
 * Reads keys until `q`, Ctrl-C or Ctrl-D, or until the signal is aborted, and gives the terminal back as it was.
 *
 * One action at a time: a key pressed meanwhile is dropped, so that a key held down starts no queue.
 */
export async function readKeys(
  bindings: readonly KeyBinding[],
  listener: KeyListener,
  input: KeyInput = process.stdin,
): Promise<void> {
  const ended = Promise.withResolvers<void>()
  const pressOne = oneAtATime(listener)
  const onData = (chunk: Buffer): void => {
    // Keys pressed quickly, or pasted, come as one chunk.
    for (const key of chunk.toString('utf8')) {
      if (QUIT_KEYS.includes(key)) ended.resolve()
      const binding = bindings.find((each) => each.key === key)
      if (binding !== undefined) pressOne(binding)
    }
  }
  listener.signal?.addEventListener('abort', () => ended.resolve(), { once: true })
  input.setRawMode(true)
  input.on('data', onData)
  input.resume()
  try {
    await ended.promise
  } finally {
    input.off('data', onData)
    input.setRawMode(false)
    // A terminal that is still read would keep the process alive.
    input.pause()
  }
}

function oneAtATime({ onDone, onError }: KeyListener): (binding: KeyBinding) => void {
  let isBusy = false
  return (binding) => {
    if (isBusy) return
    isBusy = true
    binding
      .press()
      .then((sentence) => sentence !== undefined && onDone(sentence))
      .catch((error: unknown) => onError(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        isBusy = false
      })
  }
}
