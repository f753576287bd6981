// What a scenario of `npm run chaos` is, and how its end is told.
import { SIMULATION_STORES } from './simulation/open-simulation-store.ts'
import type { OpenStore } from './simulation/simulated-time.ts'

/** What a scenario is started with; options that it does not know are left alone. */
export interface ScenarioRun {
  readonly seed: number
  readonly random: () => number
  readonly options: Readonly<Record<string, string | undefined>>
  readonly report: (line: string) => void
}

/** What came of it: a line of the table for each figure, and what was broken. */
export interface ScenarioOutcome {
  readonly figures: readonly (readonly [name: string, ...values: (number | string)[]])[]
  readonly violations: readonly string[]
}

/** One scenario; `usage` shows its options. */
export interface Scenario {
  readonly usage: string
  run(run: ScenarioRun): Promise<ScenarioOutcome>
}

/**
 * A whole number above 0 among `options`, or `fallback`.
 *
 * @throws {RangeError} when it is none
 */
export function countOption(options: ScenarioRun['options'], name: string, fallback: number): number {
  const text = options[name]
  const count = text === undefined ? fallback : Number(text)
  if (!Number.isSafeInteger(count) || count < 1)
    throw new RangeError(`--${name} is a whole number above 0, got ${text}.`)
  return count
}

/** @throws {RangeError} when `--store` names no engine */
export function storeOption(options: ScenarioRun['options']): { readonly name: string; readonly open: OpenStore } {
  const name = options.store ?? 'sqlite'
  const open = SIMULATION_STORES[name]
  if (open === undefined)
    throw new RangeError(`--store is one of ${Object.keys(SIMULATION_STORES).join(', ')}, got ${name}.`)
  return { name, open }
}

/** Figures as lines of equal columns. */
export function tableOf(figures: ScenarioOutcome['figures']): readonly string[] {
  const rows = figures.map((row) => row.map(String))
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
}
