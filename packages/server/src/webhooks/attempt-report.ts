// What a sender tells of one attempt, and what became of the delivery by it.
import type { AttemptAnswer } from '@ordertrail/core'
import type { Command } from '../platform/store/index.ts'

interface ReportBase {
  readonly projectId: number
  readonly deliveryId: number
  readonly orderId: number
  /** Number of the attempt over automatic and manual ones, as given when it began. */
  readonly number: number
}

/**
 * The exchange itself, as the attempt log keeps it. Times are wall milliseconds; signatures are hidden already. Headers are JSON, because
 * a text crosses to the write thread for a tenth of what an object costs.
 */
export interface AttemptExchange {
  readonly url: string
  readonly startedAt: number
  readonly durationMs: number
  readonly answer: AttemptAnswer
  /** Why there was no answer, or a remark; null: nothing to say. */
  readonly failure: string | null
  readonly requestHeaders: string
  readonly responseHeaders: string | null
  readonly responseBody: string | null
}

/** An attempt of the schedule that was made. */
export interface AutomaticReport extends ReportBase {
  readonly kind: 'automatic'
  readonly leaseToken: number
  readonly position: number
  readonly isLate: boolean
  readonly exchange: AttemptExchange
}

/** An attempt that a person asked for. */
export interface ManualReport extends ReportBase {
  readonly kind: 'manual'
  readonly requestedBy: string
  readonly exchange: AttemptExchange
}

/**
 * A claimed delivery that was not sent, because there is nowhere to send it to: it uses no position and is looked at again after
 * `waitMs`, or when webhooks are enabled.
 */
export interface UnsentReport extends ReportBase {
  readonly kind: 'unsent'
  readonly leaseToken: number
  readonly isFirst: boolean
  readonly waitMs: number
}

/** One report; plain data. */
export type AttemptReport = AutomaticReport | ManualReport | UnsentReport

/**
 * What became of it. `late`: the lease was over or the delivery went another way, so the attempt is only logged. `repeated`: it was
 * recorded before. `unchanged`: a manual attempt without success.
 */
export type AttemptResult =
  | { readonly kind: 'recorded'; readonly outcome: 'accepted' | 'rejected' | 'exhausted' }
  /** `nextDueAt` null: webhooks are off by now, so it is paused. */
  | { readonly kind: 'recorded'; readonly outcome: 'retry'; readonly nextDueAt: number | null }
  | { readonly kind: 'unchanged' | 'unsent' | 'late' | 'repeated' | 'absent' }

/** Under load, time in which answers gather for the next transaction. Their endpoints have their room back by then. */
const PACE_MS = 20

/** Records one attempt; completions that arrive together share a transaction. */
export const recordAttempt: Command<AttemptReport, AttemptResult> = {
  name: 'deliveries.record-attempts',
  groupMax: 256,
  keys: ({ projectId, orderId }) => [`order:${projectId}:${orderId}`],
  paceMs: PACE_MS,
}
