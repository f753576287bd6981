// How many webhooks may be under way at once: per endpoint, because a slow one must not take the room of the others, and in all.
import { performance } from 'node:perf_hooks'
import type { ClaimRoom, FreeSlots } from './claim-room.ts'
import { DOWN_AFTER } from './health/health-state.ts'

/** What an endpoint that nothing is known of gets. */
const ENDPOINT_IN_FLIGHT_START = 8

/** What an endpoint that answers may grow to; it never gets more connections than these. */
export const ENDPOINT_CONNECTIONS_MAX = 32

/**
 * What an endpoint that answers quickly may grow to. Most of the time of a quick exchange passes with us, between two claims and in the
 * line for a connection; where that line grows long, answers are not quick any more.
 */
export const ENDPOINT_IN_FLIGHT_MAX = 128

/** A quarter of all room is kept for first attempts, so that a storm of retries cannot delay new orders. */
const RETRY_SHARE = 0.75

/** Endpoints whose pace is remembered while nothing is sent to them; the longest quiet ones are forgotten first. */
const REMEMBERED_MAX = 10_000

/** From so many sends in a row without any answer on, an endpoint gets one at a time, and mostly less time for it. */
const SILENT_MAX = DOWN_AFTER

/** The shorter deadline: this part of the whole one, but never less than the floor. */
const SHORT_SHARE = 1 / 3
const SHORT_DEADLINE_FLOOR_MS = 5_000

/** While an endpoint is silent, each fourth send has the whole deadline, so that a slow one can be heard again. */
const WHOLE_DEADLINE_EACH = 4

/** Whoever was not asked for so long gets the whole deadline: short ones are against storms. */
const STORM_MS = 60_000

/**
 * How an attempt ended, as far as pace is concerned: only silence slows down. `quick`: an answer of an endpoint that could bear more at
 * once. `other`: nothing was sent, or nothing is known.
 */
export type Pace = 'quick' | 'answered' | 'timeout' | 'unanswered' | 'other'

interface Endpoint {
  /** How many may be under way; grows by one with each round of answers and halves with each timeout; above the usual only while answers are quick. */
  cap: number
  inFlight: number
  retries: number
  /** Sends in a row that nobody answered. */
  silent: number
  /** When it was last sent something, monotonic milliseconds. */
  askedAt: number
}

/** The room of one process. A project has one endpoint, so the project stands for it. */
export interface EndpointSlots {
  readonly inFlight: number
  take(projectId: number, isFirst: boolean): void
  /** Takes room that retries may have; false where there is none now. For what comes after all that is promised. */
  tryTakeRetry(projectId: number): boolean
  give(projectId: number, isFirst: boolean, pace: Pace): void
  /** How many may be under way at this endpoint now; null: nothing is known of it here. */
  capOf(projectId: number): number | null
  /** Time for the next exchange, at most `wholeMs`. */
  deadlineFor(projectId: number, wholeMs: number): number
  /** Room there is now, as a claim wants it. */
  room(): ClaimRoom
}

/** Limits of the room; `inFlightMax` for the whole process. */
export interface SlotLimits {
  readonly inFlightMax: number
  readonly endpointInFlightMax: number
  readonly monotonicNow?: () => number
}

/** Makes the room of one process, all of it free. */
export function createEndpointSlots({
  inFlightMax,
  endpointInFlightMax,
  monotonicNow = () => performance.now(),
}: SlotLimits): EndpointSlots {
  const startCap = Math.min(ENDPOINT_IN_FLIGHT_START, endpointInFlightMax)
  const endpoints = new Map<number, Endpoint>()
  const whole = unused(inFlightMax)

  const endpointOf = (projectId: number): Endpoint => {
    const known = endpoints.get(projectId) ?? unused(startCap)
    // Set anew, so that the map is in order of last use.
    endpoints.delete(projectId)
    endpoints.set(projectId, known)
    return known
  }
  const take = (projectId: number, isFirst: boolean): void => {
    for (const each of [whole, endpointOf(projectId)]) count(each, isFirst, 1)
    forgetQuiet(endpoints)
  }
  return {
    get inFlight() {
      return whole.inFlight
    },
    take,
    tryTakeRetry(projectId) {
      if ([whole, endpointOf(projectId)].some((each) => freeOf(each).retries < 1)) return false
      take(projectId, false)
      return true
    },
    give(projectId, isFirst, pace) {
      const endpoint = endpointOf(projectId)
      for (const each of [whole, endpoint]) count(each, isFirst, -1)
      endpoint.silent = nextSilent(endpoint.silent, pace)
      endpoint.cap = endpoint.silent >= SILENT_MAX ? 1 : nextCap(endpoint.cap, pace, endpointInFlightMax)
      if (endpoint.inFlight === 0 && endpoint.cap === startCap && endpoint.silent === 0) endpoints.delete(projectId)
    },
    capOf: (projectId) => {
      const known = endpoints.get(projectId)
      return known === undefined ? null : Math.floor(known.cap)
    },
    deadlineFor(projectId, wholeMs) {
      const endpoint = endpoints.get(projectId)
      if (endpoint === undefined) return wholeMs
      const isStorm = monotonicNow() - endpoint.askedAt < STORM_MS
      endpoint.askedAt = monotonicNow()
      const isShort = isStorm && endpoint.silent >= SILENT_MAX && endpoint.silent % WHOLE_DEADLINE_EACH !== 0
      return isShort ? Math.min(wholeMs, Math.max(SHORT_DEADLINE_FLOOR_MS, wholeMs * SHORT_SHARE)) : wholeMs
    },
    room: () => ({
      free: freeOf(whole),
      perProject: [...endpoints].map(([projectId, endpoint]) => ({ projectId, ...freeOf(endpoint) })),
      perOtherProject: freeOf(unused(startCap)),
    }),
  }
}

function unused(cap: number): Endpoint {
  return { cap, inFlight: 0, retries: 0, silent: 0, askedAt: Number.NEGATIVE_INFINITY }
}

function nextSilent(silent: number, pace: Pace): number {
  if (pace === 'quick' || pace === 'answered') return 0
  return pace === 'other' ? silent : silent + 1
}

function count(endpoint: Endpoint, isFirst: boolean, by: 1 | -1): void {
  endpoint.inFlight += by
  if (!isFirst) endpoint.retries += by
}

/** Fractions make the growth one per round of answers: eight answers at a cap of eight. */
function nextCap(cap: number, pace: Pace, capMax: number): number {
  if (pace === 'timeout') return Math.max(1, cap / 2)
  if (pace === 'quick') return Math.min(capMax, cap + 1 / cap)
  return pace === 'answered' ? Math.min(capMax, ENDPOINT_CONNECTIONS_MAX, cap + 1 / cap) : cap
}

function freeOf({ cap, inFlight, retries }: Pick<Endpoint, 'cap' | 'inFlight' | 'retries'>): FreeSlots {
  const all = Math.max(0, Math.floor(cap) - inFlight)
  const retryCap = Math.max(1, Math.floor(Math.floor(cap) * RETRY_SHARE))
  return { all, retries: Math.max(0, Math.min(all, retryCap - retries)) }
}

function forgetQuiet(endpoints: Map<number, Endpoint>): void {
  if (endpoints.size <= REMEMBERED_MAX) return
  for (const [projectId, { inFlight }] of endpoints) {
    if (endpoints.size <= REMEMBERED_MAX) return
    if (inFlight === 0) endpoints.delete(projectId)
  }
}
