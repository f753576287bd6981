// Tells people of an attempt: one wide log line, figures, and the developer's trail.
import { judge } from '@ordertrail/core'
import type { Logger } from '../platform/logger.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Observe, TrailEvent } from '../platform/trail.ts'
import type { AttemptExchange, AttemptResult } from './attempt-report.ts'

/** Where it is told. */
export interface TellDeps {
  readonly logger: Logger
  readonly metrics: Metrics
  readonly observe?: Observe | undefined
}

/** One attempt that was made. `position` and `offsetMinutes` are null for manual ones; `lagMs` says how long after its due time it began. */
export interface ToldAttempt {
  readonly projectId: number
  readonly orderId: number
  readonly deliveryId: number
  readonly type: string
  readonly number: number
  readonly attemptsMax: number
  readonly by: 'automatic' | 'manual'
  readonly position: number | null
  readonly offsetMinutes: number | null
  readonly isLate: boolean
  readonly lagMs: number | null
  readonly body: string
  readonly exchange: AttemptExchange
}

/** Tells of attempts. */
export type TellAttempt = (attempt: ToldAttempt, result: AttemptResult) => void

type TrailOutcome = Extract<TrailEvent, { readonly kind: 'delivery.attempted' }>['outcome']

/** Makes the teller. */
export function makeTellAttempt({ logger, metrics, observe }: TellDeps): TellAttempt {
  const attempts = metrics.counter({
    name: 'delivery_attempts_total',
    help: 'Webhooks sent, by type and by what became of the delivery.',
    labels: ['type', 'by', 'outcome'],
  })
  const seconds = metrics.histogram({
    name: 'delivery_attempt_seconds',
    help: 'From sending a webhook to the last byte of its answer.',
    labels: ['type'],
  })
  const lagSeconds = metrics.histogram({
    name: 'delivery_lag_seconds',
    help: 'How long after its due time an attempt began.',
    labels: ['type'],
  })
  return (attempt, result) => {
    const { type, by, exchange, lagMs } = attempt
    const outcome = outcomeOf(exchange, result)
    attempts.add({ type, by, outcome })
    seconds.observe(exchange.durationMs / 1_000, { type })
    if (lagMs !== null) lagSeconds.observe(lagMs / 1_000, { type })
    logAttempt(logger, attempt, outcome)
    if (outcome !== 'late') observe?.(trailEvent(attempt, outcome, result))
  }
}

/** What is told is what became of the delivery; where nothing did, what the answer means. */
function outcomeOf(exchange: AttemptExchange, result: AttemptResult): TrailOutcome | 'late' {
  if (result.kind === 'recorded') return result.outcome
  return result.kind === 'late' ? 'late' : judge(exchange.answer)
}

function logAttempt(logger: Logger, attempt: ToldAttempt, outcome: string): void {
  const { projectId, orderId, deliveryId, type, by, position, isLate, lagMs, exchange } = attempt
  const { answer, durationMs, url } = exchange
  const write = outcome === 'accepted' ? logger.info : logger.warn
  write('delivery.attempted', {
    projectId,
    orderId,
    deliveryId,
    type,
    attempt: attempt.number,
    position,
    by,
    outcome,
    status: answer.kind === 'response' ? answer.status : null,
    reason: answer.kind === 'no_answer' ? answer.reason : undefined,
    durationMs,
    lagMs,
    isLate,
    url: withoutQuery(url),
  })
}

/** A query may hold a credential of the listener. */
function withoutQuery(url: string): string {
  const start = url.indexOf('?')
  return start < 0 ? url : url.slice(0, start)
}

function trailEvent(attempt: ToldAttempt, outcome: TrailOutcome, result: AttemptResult): TrailEvent {
  const { projectId, orderId, deliveryId, type, number, attemptsMax, by, offsetMinutes, body, exchange } = attempt
  const { answer, failure, durationMs } = exchange
  const nextDueAt = result.kind === 'recorded' && result.outcome === 'retry' ? result.nextDueAt : null
  return {
    kind: 'delivery.attempted',
    projectId,
    orderId,
    deliveryId,
    type,
    attempt: number,
    attemptsMax,
    by,
    status: answer.kind === 'response' ? answer.status : null,
    failure,
    outcome,
    durationMs,
    nextDueAt,
    offsetMinutes,
    body,
  }
}
