// Times at which no server runs.
import { pick } from './answer-history.ts'

/** One outage, from `from` up to but without `to`. `isKill`: what was being sent then is never reported. */
export interface Outage {
  readonly from: number
  readonly to: number
  readonly isKill: boolean
}

const MINUTE_MS = 60_000
const LENGTHS_MINUTES = [1, 2, 4, 11, 45, 90, 400, 800, 3_000] as const
const PAUSE_MINUTES_MAX = 300

/** Outages of random length over `spanMs` after `startMs`, in their order. */
export function randomOutages(random: () => number, startMs: number, spanMs: number): readonly Outage[] {
  const outages: Outage[] = []
  for (let at = startMs; ; ) {
    const from = at + Math.ceil(random() * PAUSE_MINUTES_MAX) * MINUTE_MS + Math.floor(random() * MINUTE_MS)
    if (from > startMs + spanMs) return outages
    const to = from + Math.ceil(random() * pick(random, LENGTHS_MINUTES) * MINUTE_MS) + MINUTE_MS
    outages.push({ from, to, isKill: random() < 0.6 })
    at = to
  }
}

/** The first moment from `at` on at which a server runs. */
export function firstUp(outages: readonly Outage[], at: number): number {
  return outages.reduce((moment, { from, to }) => (moment >= from && moment < to ? to : moment), at)
}

/** Whether a kill comes after `from` and not after `to`. */
export function isKilledBetween(outages: readonly Outage[], from: number, to: number): boolean {
  return outages.some((outage) => outage.isKill && outage.from > from && outage.from <= to)
}

/** Whether any outage begins after `from` and not after `to`. */
export function isDownBetween(outages: readonly Outage[], from: number, to: number): boolean {
  return outages.some((outage) => outage.from > from && outage.from <= to)
}
