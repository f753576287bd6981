// The way of one payment to its player and its backend: when it came where, and what follows from many of them.
import { percentile } from '../frame/statistics.ts'

/** Places on the way, in no order of time. */
export const STATIONS = ['client has paid', 'client has done', 'payment webhook', 'order_paid webhook'] as const

export type Station = (typeof STATIONS)[number]

/** One order; wall milliseconds. Infinity: it never came there. */
export interface Journey {
  /** When its payment was to be sent, whether or not the load was late. */
  readonly dueAtMs: number
  /** When the answer to its payment was there. */
  readonly answeredAtMs: number
  /** Beginning of the transaction that took the payment, in whole milliseconds. */
  readonly acceptedAtMs: number
  readonly cameAtMs: Readonly<Record<Station, number>>
}

/** Milliseconds in the middle and at the slow end. */
export interface Spread {
  readonly p50: number
  readonly p99: number
}

/** What many journeys come to. */
export interface JourneyTimes {
  readonly answered: Spread
  readonly fromSent: Readonly<Record<Station, Spread>>
  readonly fromAccepted: Readonly<Record<Station, Spread>>
}

/** Part of the run in which queues may still grow to their usual length. */
const SETTLING_SHARE = 0.25

/**
 * How many orders a second went the whole way to the `stations` while payments were sent, the beginning left out. A server that keeps the
 * pace gives the pace, however long the way takes.
 *
 * @param journeys in the order in which they were due
 */
export function paceOf(journeys: readonly Journey[], stations: readonly Station[]): number {
  const from = journeys[Math.floor(journeys.length * SETTLING_SHARE)]?.dueAtMs ?? Number.NaN
  const to = journeys.at(-1)?.dueAtMs ?? Number.NaN
  const ends = endsOf(journeys, stations).filter((at) => at > from && at <= to)
  return (ends.length * 1_000) / (to - from)
}

/** How many orders a second went the whole way from the first payment until all that came had come: what a flooded server does. */
export function throughputOf(journeys: readonly Journey[], stations: readonly Station[]): number {
  const ends = endsOf(journeys, stations).filter(Number.isFinite)
  const last = ends.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  return (ends.length * 1_000) / (last - (journeys[0]?.dueAtMs ?? Number.NaN))
}

function endsOf(journeys: readonly Journey[], stations: readonly Station[]): readonly number[] {
  return journeys.map(({ cameAtMs }) => Math.max(...stations.map((station) => cameAtMs[station])))
}

/** Times of journeys by station. */
export function timesOf(journeys: readonly Journey[]): JourneyTimes {
  const spread = (msOf: (journey: Journey) => number): Spread => {
    const ms = journeys.map(msOf)
    return { p50: percentile(ms, 0.5), p99: percentile(ms, 0.99) }
  }
  const byStation = (from: 'dueAtMs' | 'acceptedAtMs'): Readonly<Record<Station, Spread>> => {
    const at = (station: Station): Spread => spread((journey) => journey.cameAtMs[station] - journey[from])
    return Object.fromEntries(STATIONS.map((station) => [station, at(station)])) as Record<Station, Spread>
  }
  return {
    answered: spread(({ answeredAtMs, dueAtMs }) => answeredAtMs - dueAtMs),
    fromSent: byStation('dueAtMs'),
    fromAccepted: byStation('acceptedAtMs'),
  }
}
