// What the figures of an endpoint say in a word; pure.
import type { Row } from '../../platform/store/index.ts'

/** `down`: nothing answers at all. `failing`: it answers, or not, but accepts nothing. */
export const HEALTH_STATES = ['healthy', 'failing', 'down'] as const

/** One of them. */
type HealthState = (typeof HEALTH_STATES)[number]

/** Attempts in a row, over all deliveries, that were not accepted: one or two may be a refused order or a hiccup. */
export const FAILING_AFTER = 3

/** Attempts in a row that nobody answered. */
export const DOWN_AFTER = 5

/** The state, and since when in wall milliseconds; null: nothing was ever accepted, or sent. */
export interface EndpointState {
  readonly state: HealthState
  readonly since: number | null
}

/** @param health undefined: nothing was ever sent, which is no fault */
export function endpointState(health: Row<'endpoint_health'> | undefined): EndpointState {
  if (health === undefined) return { state: 'healthy', since: null }
  if (health.silent_in_row >= DOWN_AFTER) return { state: 'down', since: health.silent_since }
  if (health.failures_in_row >= FAILING_AFTER) return { state: 'failing', since: health.failing_since }
  return { state: 'healthy', since: health.healthy_since }
}
