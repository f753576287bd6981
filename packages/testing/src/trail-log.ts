// What happened so far, and waiting for what is to happen.
import type { TrailEvent } from '@ordertrail/server'
import { EmulatorError } from './emulator-error.ts'

/** Most happenings that are remembered; the oldest are forgotten first. */
const ENTRIES_MAX = 10_000

/** One thing that happened; `at` is the emulator's time, with skipped time. */
export interface TrailEntry {
  readonly event: TrailEvent
  readonly at: Date
}

/** How long to wait for what, and what to say when it does not come. */
export interface Wait<T> {
  /** Asked at once and after everything that happens; undefined: not yet. */
  readonly find: (entries: readonly TrailEntry[]) => T | undefined
  readonly timeoutMs: number
  /** What was waited for, for a wait that is cut short. */
  readonly what: string
  /** The message when the time is over. */
  readonly explain: (entries: readonly TrailEntry[]) => string
}

/** The log of one emulator. */
export interface TrailLog {
  readonly entries: readonly TrailEntry[]
  take(event: TrailEvent, now: number): void
  /** @throws {EmulatorError} when the time is over, or the emulator is stopped or reset before */
  until<T>(wait: Wait<T>): Promise<T>
  /** Forgets everything and gives up what is waited for; `reason` begins the sentence: `The emulator was stopped`. */
  clear(reason: string): void
}

/** Makes an empty log. `onEntry` is told of each entry. */
export function createTrailLog(onEntry: (entry: TrailEntry) => void): TrailLog {
  const waiting = new Set<{ look(): void; giveUp(reason: string): void }>()
  const entries: TrailEntry[] = []
  return {
    entries,
    take(event, now) {
      const entry = { event, at: new Date(now) }
      entries.push(entry)
      if (entries.length > ENTRIES_MAX) entries.shift()
      onEntry(entry)
      for (const each of waiting) each.look()
    },
    until({ find, timeoutMs, what, explain }) {
      const { promise, resolve, reject } = Promise.withResolvers<NonNullable<ReturnType<typeof find>>>()
      const waiter = {
        look: () => {
          const found = find(entries)
          if (found !== undefined) resolve(found as NonNullable<typeof found>)
        },
        giveUp: (reason: string) => reject(new EmulatorError(`${reason} while a test waited for ${what}.`)),
      }
      const timer = setTimeout(() => reject(new EmulatorError(explain(entries))), timeoutMs)
      waiting.add(waiter)
      waiter.look()
      return promise.finally(() => {
        clearTimeout(timer)
        waiting.delete(waiter)
      })
    },
    clear(reason) {
      entries.length = 0
      for (const each of waiting) each.giveUp(reason)
    },
  }
}
