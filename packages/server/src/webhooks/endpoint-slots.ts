// How many webhooks may be under way at once: per endpoint, because a slow one must not take the room of the others, and in all.
import type { ClaimInput, FreeSlots } from './claim-due-deliveries.ts'

/** What an endpoint that nothing is known of gets. */
const ENDPOINT_IN_FLIGHT_START = 8

/** What an endpoint that answers well may grow to; senders need as many connections per origin. */
export const ENDPOINT_IN_FLIGHT_MAX = 32

/** A quarter of all room is kept for first attempts, so that a storm of retries cannot delay new orders. */
const RETRY_SHARE = 0.75

/** Endpoints whose pace is remembered while nothing is sent to them; the longest quiet ones are forgotten first. */
const REMEMBERED_MAX = 10_000

/** How an attempt ended, as far as pace is concerned: only silence slows down. */
export type Pace = 'answered' | 'timeout' | 'other'

interface Endpoint {
  /** How many may be under way; grows by one with each round of answers and halves with each timeout. */
  cap: number
  inFlight: number
  retries: number
}

/** The room of one process. A project has one endpoint, so the project stands for it. */
export interface EndpointSlots {
  readonly inFlight: number
  take(projectId: number, isFirst: boolean): void
  /** Takes room that retries may have; false where there is none now. For what comes after all that is promised. */
  tryTakeRetry(projectId: number): boolean
  give(projectId: number, isFirst: boolean, pace: Pace): void
  /** Room there is now, as a claim wants it. */
  room(): Pick<ClaimInput, 'free' | 'perProject' | 'perOtherProject'>
}

/** Limits of the room; `inFlightMax` for the whole process. */
export interface SlotLimits {
  readonly inFlightMax: number
  readonly endpointInFlightMax: number
}

/** Makes the room of one process, all of it free. */
export function createEndpointSlots({ inFlightMax, endpointInFlightMax }: SlotLimits): EndpointSlots {
  const startCap = Math.min(ENDPOINT_IN_FLIGHT_START, endpointInFlightMax)
  const endpoints = new Map<number, Endpoint>()
  const whole: Endpoint = { cap: inFlightMax, inFlight: 0, retries: 0 }

  const endpointOf = (projectId: number): Endpoint => {
    const known = endpoints.get(projectId) ?? { cap: startCap, inFlight: 0, retries: 0 }
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
      endpoint.cap = nextCap(endpoint.cap, pace, endpointInFlightMax)
      if (endpoint.inFlight === 0 && endpoint.cap === startCap) endpoints.delete(projectId)
    },
    room: () => ({
      free: freeOf(whole),
      perProject: [...endpoints].map(([projectId, endpoint]) => ({ projectId, ...freeOf(endpoint) })),
      perOtherProject: freeOf({ cap: startCap, inFlight: 0, retries: 0 }),
    }),
  }
}

function count(endpoint: Endpoint, isFirst: boolean, by: 1 | -1): void {
  endpoint.inFlight += by
  if (!isFirst) endpoint.retries += by
}

/** Fractions make the growth one per round of answers: eight answers at a cap of eight. */
function nextCap(cap: number, pace: Pace, capMax: number): number {
  if (pace === 'timeout') return Math.max(1, cap / 2)
  return pace === 'answered' ? Math.min(capMax, cap + 1 / cap) : cap
}

function freeOf({ cap, inFlight, retries }: Endpoint): FreeSlots {
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
