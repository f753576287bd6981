// How long things are kept, and how much one batch takes: pure.
import type { KeptFor } from './platform/retirable.ts'

/** What is kept by days; how long clients may read history again is a time of each project. */
export type KeptByDays = Exclude<KeptFor, 'history'>

/** Days of the operator; 0: for ever. */
export type OperatorDays = Readonly<Record<KeptByDays, number>>

/**
 * Days that such things are kept; null: for ever. A log is never gone before the details that belong to it.
 *
 * @param ownDays what the project says of its details; null: as the operator chose
 */
export function keptDays(keptFor: KeptByDays, days: OperatorDays, ownDays: number | null): number | null {
  const chosen = days[keptFor] === 0 ? null : days[keptFor]
  if (keptFor === 'leftovers') return chosen
  if (keptFor === 'details') return ownDays ?? chosen
  return chosen === null ? null : Math.max(chosen, ownDays ?? days.details)
}

/** Size of the first batch of a kind. */
export const BATCH_FIRST = 50

const BATCH_MIN = 10
const BATCH_MAX = 200
/**
 * A batch is to take so long, waiting for its turn included: a store that is busy is given smaller ones. On SQLite every other write waits
 * for it.
 */
const BATCH_MS_GOAL = 10
const BATCH_MS_MAX = 25

/** Size of the batch after one of `max` things that took `tookMs`. */
export function nextBatchMax(max: number, tookMs: number): number {
  if (tookMs > BATCH_MS_MAX) return Math.max(BATCH_MIN, Math.floor(max / 2))
  return tookMs < BATCH_MS_GOAL ? Math.min(BATCH_MAX, Math.ceil(max * 1.5)) : max
}
