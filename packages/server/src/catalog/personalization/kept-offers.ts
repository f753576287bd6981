// What games answered lately, by question: fresh for some seconds, good for some minutes, and never more than a bounded memory.
import type { Clock } from '../../platform/clock.ts'
import type { GameAnswer } from './ask-game.ts'
import type { Offers } from './offer.ts'

/** So long nobody asks again: whoever pages through a list asks once. */
export const FRESH_MS = 5_000
/** So long a good answer stands in for one that does not come. */
export const GOOD_MS: number = 5 * 60_000

/** How much is kept; `clock` is asked for monotonic time only. */
export interface KeptOffersOptions {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly entriesMax: number
  readonly bytesMax: number
}

interface Entry {
  /** When the last question began; -Infinity: the next reader asks again. */
  readonly askedAt: number
  /** null: there was no good answer yet. */
  readonly good: { readonly offers: Offers; readonly at: number } | null
  readonly bytes: number
}

/** What an entry takes beside the text of its answer. */
const ENTRY_BYTES = 500

/** Answers by key; the one kept longest makes room. */
export class KeptOffers {
  readonly #options: KeptOffersOptions
  readonly #entries = new Map<string, Entry>()
  #bytes = 0

  constructor(options: KeptOffersOptions) {
    this.#options = options
  }

  /** The fresh answer; undefined: the game is to be asked. */
  fresh(key: string): { readonly offers: Offers | null } | undefined {
    const entry = this.#entries.get(key)
    const isFresh = entry !== undefined && this.#options.clock.monotonic() - entry.askedAt < FRESH_MS
    return isFresh ? { offers: this.lastGood(key) } : undefined
  }

  /** The last good answer; null: there is none, or it is too old. */
  lastGood(key: string): Offers | null {
    const good = this.#entries.get(key)?.good
    return good && this.#options.clock.monotonic() - good.at < GOOD_MS ? good.offers : null
  }

  /**
   * Keeps an answer. A failure is kept beside the last good answer, so that a silent game is not asked for every list.
   *
   * @param askedAt when the question began; -Infinity where the answer is not to be taken for fresh
   */
  keep(key: string, answer: GameAnswer, askedAt: number): void {
    const before = this.#entries.get(key)
    const isGood = answer.kind === 'offers'
    const good = isGood ? { offers: answer.offers, at: this.#options.clock.monotonic() } : (before?.good ?? null)
    const bytes = isGood ? answer.bytes + key.length + ENTRY_BYTES : (before?.bytes ?? key.length + ENTRY_BYTES)
    this.#drop(key)
    this.#entries.set(key, { askedAt, good, bytes })
    this.#bytes += bytes
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#options.entriesMax && this.#bytes <= this.#options.bytesMax) break
      this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0
    this.#entries.delete(key)
  }
}
