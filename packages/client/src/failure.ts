// What a developer should do about a tracking that failed.
import type { FailureCode } from './outcome.ts'

/** Codes with which a tracking can fail. */
export type TrackingFailureCode = Extract<FailureCode, 'order_not_found' | 'unauthorized' | 'refused'>

/** One sentence for each. */
export const ADVICE: Readonly<Record<TrackingFailureCode, string>> = {
  order_not_found: 'Check order, project and whose token it is.',
  unauthorized: 'Sign the player in and track again.',
  refused: 'Check the endpoints.',
}
