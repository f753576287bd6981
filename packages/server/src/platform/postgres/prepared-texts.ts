// Which statements a connection prepares: PostgreSQL parses such a text once, and need not plan it at each call.
import { hash } from 'node:crypto'

/** Of one connection, which keeps some 30 KB in PostgreSQL for each, until it ends. */
export const PREPARED_MAX = 500

const NAME_DIGITS = 32

/**
 * Name of the prepared statement, the same on every connection of every process.
 *
 * It says the text, so that none can be taken for another: a pooler hands connections from one process to the next.
 */
export function statementName(text: string): string {
  return `ordertrail_${hash('sha256', text).slice(0, NAME_DIGITS)}`
}

/** The texts that one connection has met. */
export interface MetTexts {
  /** True when no more are prepared: texts with lists of every length, say, have taken all places. Another connection has them all again. */
  readonly isFull: boolean
  /** Name to prepare `text` by, or undefined when it is to go unprepared: it may never come again, or the connection is full. */
  nameOf(text: string): string | undefined
}

/** Starts with none. A text is prepared when it comes for the second time. */
export function makeMetTexts(textsMax: number = PREPARED_MAX): MetTexts {
  /** Null: met once. */
  const names = new Map<string, string | null>()
  return {
    get isFull() {
      return names.size >= textsMax
    },
    nameOf(text) {
      const known = names.get(text)
      if (typeof known === 'string') return known
      if (known === undefined) {
        if (names.size < textsMax) names.set(text, null)
        return undefined
      }
      const name = statementName(text)
      names.set(text, name)
      return name
    },
  }
}
