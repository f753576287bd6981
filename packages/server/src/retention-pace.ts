// How long things are kept, and how much one batch takes: pure.
import type { KeptFor } from './platform/retirable.ts'

/** Days of the operator, where 0 is for ever, and of the project, where null is as the operator chose. */
export interface KeepingDays {
  readonly detailsKeptDays: number
  readonly logKeptDays: number
  readonly leftoversKeptDays: number
  readonly ownDays: number | null
}

/** Days that such things are kept; null: for ever. A log is never gone before the details that belong to it. */
export function keptDays(
  keptFor: Exclude<KeptFor, 'history'>,
  { detailsKeptDays, logKeptDays, leftoversKeptDays, ownDays }: KeepingDays,
): number | null {
  if (keptFor === 'leftovers') return leftoversKeptDays === 0 ? null : leftoversKeptDays
  const details = ownDays ?? (detailsKeptDays === 0 ? null : detailsKeptDays)
  if (keptFor === 'details') return details
  return logKeptDays === 0 ? null : Math.max(logKeptDays, details ?? 0)
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
