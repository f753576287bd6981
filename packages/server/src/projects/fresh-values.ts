// A bounded cache of values that are read again when they are older than a given age.
import type { Clock } from '../platform/clock.ts'

/** How long values stay and how many; `clock` is asked for monotonic time only. */
export interface FreshValuesOptions {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly freshMs: number
  readonly entriesMax: number
}

interface Entry<Value> {
  readonly value: Promise<Value>
  readonly readAt: number
}

/**
 * Values by key. Callers that ask at the same time share one read; a read that fails is forgotten at once.
 *
 * A read under way when its key is dropped is still given to those who wait for it, but to nobody who asks later.
 */
export class FreshValues<Key, Value> {
  readonly #options: FreshValuesOptions
  readonly #read: (key: Key) => Promise<Value>
  readonly #entries = new Map<Key, Entry<Value>>()

  constructor(options: FreshValuesOptions, read: (key: Key) => Promise<Value>) {
    this.#options = options
    this.#read = read
  }

  /** The value of `key`, read anew when what is known is too old. */
  get(key: Key): Promise<Value> {
    const now = this.#options.clock.monotonic()
    const known = this.#entries.get(key)
    if (known !== undefined && now - known.readAt < this.#options.freshMs) return known.value
    const entry: Entry<Value> = { value: this.#read(key), readAt: now }
    this.#keep(key, entry)
    entry.value.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key)
    })
    return entry.value
  }

  /** Forgets one key. */
  drop(key: Key): void {
    this.#entries.delete(key)
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear()
  }

  /** The oldest entry makes room; a Map keeps the order in which keys came. */
  #keep(key: Key, entry: Entry<Value>): void {
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    if (this.#entries.size <= this.#options.entriesMax) return
    const oldest = this.#entries.keys().next()
    if (oldest.done !== true) this.#entries.delete(oldest.value)
  }
}
