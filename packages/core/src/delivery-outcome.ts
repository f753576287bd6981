// What an answer to a webhook means, and the state the delivery has after it.
import type { DeliveryState } from './delivery.ts'

/** What came back from a listener; `reason` says in a word why nothing did, such as timeout. */
export type AttemptAnswer =
  | { readonly kind: 'response'; readonly status: number }
  | { readonly kind: 'no_answer'; readonly reason: string }

/** Meaning of an answer: done, refused for good, or to be tried again. */
export type Verdict = 'accepted' | 'rejected' | 'retry'

const ACCEPTED_STATUSES: ReadonlySet<number> = new Set([200, 201, 204])
const REJECTED_STATUSES: ReadonlySet<number> = new Set([400, 401, 402, 403, 404, 409, 415, 422])

/**
 * The meaning of one answer; the same for all queued types, on purpose.
 *
 * Source: webhook guide, order_paid answers. Other 4xx, redirects and unknown statuses are retried like a 5xx.
 */
export function judge(answer: AttemptAnswer): Verdict {
  if (answer.kind === 'no_answer') return 'retry'
  if (ACCEPTED_STATUSES.has(answer.status)) return 'accepted'
  return REJECTED_STATUSES.has(answer.status) ? 'rejected' : 'retry'
}

/** One ended attempt. */
export interface EndedAttempt {
  readonly by: 'automatic' | 'manual'
  readonly verdict: Verdict
  /** Whether the schedule has a position after the one just used; of no account for manual attempts. */
  readonly hasNextPosition: boolean
  /** State of the row when the answer came. */
  readonly state: DeliveryState
  /** True where a moved row was sent by hand while its event is unprocessed; left out: it was not. */
  readonly isEventOpen?: boolean
}

/**
 * State of the delivery after an attempt.
 *
 * A 2xx to any attempt ends the delivery as accepted, even one that was rejected or exhausted; any other answer to a
 * manual attempt changes nothing. Void rows never change, moved ones only when they were sent again by hand.
 */
export function afterAttempt(attempt: EndedAttempt): DeliveryState {
  if (attempt.state === 'void' || (attempt.state === 'moved' && attempt.isEventOpen !== true)) return attempt.state
  if (attempt.verdict === 'accepted') return 'accepted'
  if (attempt.by === 'manual') return attempt.state
  if (attempt.verdict === 'rejected') return 'rejected'
  return attempt.hasNextPosition ? 'due' : 'exhausted'
}
