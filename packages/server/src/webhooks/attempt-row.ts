// The attempt log: one row for each request that was sent.
import { judge, scheduleOffsetsMs, windowMs } from '@ordertrail/core'
import type { Row } from '../platform/store/index.ts'
import type { AutomaticReport, ManualReport } from './attempt-report.ts'

/** Characters of an answer's body that the log keeps. */
const LOGGED_BODY_CHARS_MAX: number = 16 * 1024

/**
 * The row of an attempt that was told of. Its outcome is the meaning of the answer, or `late` where that came after the lease was over and
 * changed nothing.
 */
export function attemptRow(report: AutomaticReport | ManualReport, isAfterLease: boolean): Row<'attempts'> {
  const { exchange } = report
  return {
    project_id: report.projectId,
    delivery_id: report.deliveryId,
    number: report.number,
    order_id: report.orderId,
    kind: report.kind,
    position: report.kind === 'automatic' ? report.position : null,
    is_late: report.kind === 'automatic' && report.isLate ? 1 : 0,
    requested_by: report.kind === 'manual' ? report.requestedBy : null,
    url: exchange.url,
    started_at: exchange.startedAt,
    ended_at: exchange.startedAt + exchange.durationMs,
    outcome: isAfterLease ? 'late' : judge(exchange.answer),
    status: exchange.answer.kind === 'response' ? exchange.answer.status : null,
    failure: isAfterLease ? lateNote(exchange.failure) : exchange.failure,
    request_headers: exchange.requestHeaders,
    response_headers: exchange.responseHeaders,
    response_body: exchange.responseBody === null ? null : storable(exchange.responseBody),
  }
}

/** The row of an attempt whose sender died; what its listener answered is unknown. A claimed delivery was due when it was claimed. */
export function crashedAttemptRow(row: Row<'deliveries'>, now: number): Row<'attempts'> {
  const startedAt = row.due_at ?? now
  return {
    project_id: row.project_id,
    delivery_id: row.id,
    // Manual attempts are refused while a row is claimed, so the last number is the claim's.
    number: row.attempt_count,
    order_id: row.order_id,
    kind: 'automatic',
    position: row.position,
    is_late: isLate(row, startedAt) ? 1 : 0,
    requested_by: null,
    url: '',
    started_at: startedAt,
    ended_at: now,
    outcome: 'crashed',
    status: null,
    failure: 'The sender did not tell what came of it before its lease was over.',
    request_headers: '{}',
    response_headers: null,
    response_body: null,
  }
}

function isLate({ offsets, first_attempt_at: firstAt }: Row<'deliveries'>, startedAt: number): boolean {
  return firstAt !== null && startedAt - firstAt > windowMs(scheduleOffsetsMs(JSON.parse(offsets) as readonly number[]))
}

function lateNote(failure: string | null): string {
  const note = 'The lease was over, so this changed nothing.'
  return failure === null ? note : `${failure} ${note}`
}

/** PostgreSQL keeps no NUL in text, and nobody reads more than this. */
function storable(body: string): string {
  return body.slice(0, LOGGED_BODY_CHARS_MAX).replaceAll('\u0000', '\uFFFD')
}
