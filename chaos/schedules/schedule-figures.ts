// What histories add up to, counted from what was seen alone.
import type { AnswerHistory } from './answer-history.ts'
import type { SeenDelivery } from './ruled-delivery.ts'
import { RULED_CRASH_RESENDS, ruledWindowMs } from './schedule-rules.ts'

/** Sums over histories. The last four must be 0, `beyondWindow` only while a dispatcher is always up. */
export interface ScheduleFigures {
  readonly histories: number
  readonly attempts: number
  readonly crashes: number
  readonly skipped: number
  readonly late: number
  readonly early: number
  readonly offOffset: number
  readonly beyondWindow: number
  readonly usedTwice: number
  readonly overCount: number
}

/** Nothing yet. */
export const NO_FIGURES: ScheduleFigures = {
  histories: 0,
  attempts: 0,
  crashes: 0,
  skipped: 0,
  late: 0,
  early: 0,
  offOffset: 0,
  beyondWindow: 0,
  usedTwice: 0,
  overCount: 0,
}

/** Both together. */
export function addFigures(one: ScheduleFigures, other: ScheduleFigures): ScheduleFigures {
  const sums = Object.entries(one).map(([name, value]) => [name, value + other[name as keyof ScheduleFigures]])
  return Object.fromEntries(sums) as unknown as ScheduleFigures
}

/** Figures of one delivery with this schedule. */
export function figuresOf(
  { starts, attempts }: SeenDelivery,
  minutes: readonly number[],
  { manual }: AnswerHistory,
): ScheduleFigures {
  const first = starts[0]?.at ?? 0
  const late = starts.filter(({ isLate }) => isLate).length
  const waits = starts.map(({ at, position }) => at - first - (minutes[position] ?? 0) * 60_000)
  const crashes = attempts.filter(({ outcome, kind }) => kind === 'automatic' && outcome === 'crashed').length
  const used = attempts.filter(
    ({ kind, outcome }) => kind === 'automatic' && outcome !== 'crashed' && outcome !== 'late',
  )
  const usedPositions = new Set(used.map(({ position }) => position))
  const highest = Math.max(-1, ...starts.map(({ position }) => position))
  return {
    histories: 1,
    attempts: starts.length,
    crashes,
    skipped: highest + 1 - new Set(starts.map(({ position }) => position)).size,
    late,
    early: waits.filter((wait) => wait < 0).length,
    offOffset: waits.filter((wait) => wait !== 0).length,
    beyondWindow: starts.filter(({ at }) => at - first > ruledWindowMs(minutes)).length,
    usedTwice: used.length - usedPositions.size,
    overCount: attempts.length > minutes.length + RULED_CRASH_RESENDS + manual.length ? 1 : 0,
  }
}
