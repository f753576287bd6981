// Medians, spreads and percentiles of measured figures, and how they are written.
import type { Bar, Figure } from './question.ts'

/** A figure's rounds in short. */
export interface Summary {
  readonly median: number
  readonly lowest: number
  readonly highest: number
  /** null: there is no bar. */
  readonly isBarMet: boolean | null
}

/**
 * Value below which the given share of `values` lies, by nearest rank.
 *
 * @param share from 0 to 1; 0.99 for the 99th percentile
 * @returns NaN for no values
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const rank = Math.max(1, Math.ceil(share * sorted.length))
  return sorted[rank - 1] ?? Number.NaN
}

/** The middle value; of an even number of values the mean of the two in the middle. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  if (!Number.isInteger(middle)) return sorted[Math.floor(middle)] ?? Number.NaN
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

/** Median and spread of a figure, and whether its median reaches the bar. */
export function summaryOf({ rounds, bar }: Figure): Summary {
  const middle = median(rounds)
  return {
    median: middle,
    lowest: Math.min(...rounds),
    highest: Math.max(...rounds),
    isBarMet: bar === null ? null : reaches(middle, bar),
  }
}

function reaches(value: number, bar: Bar): boolean {
  return bar.kind === 'at_least' ? value >= bar.value : value <= bar.value
}

/** A figure in three digits, for more is nothing a shared machine can promise; a dash where it was not measured. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3)
}
