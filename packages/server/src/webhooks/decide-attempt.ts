// What one attempt does to its delivery: pure, from the row as it stands and what the sender reported.
import {
  afterAttempt,
  afterCrash,
  type DeliveryState,
  type DeliveryType,
  isEnded,
  judge,
  nextPosition,
  scheduleOffsetsMs,
  type Verdict,
  type WebhookMode,
} from '@ordertrail/core'
import type { Row } from '../platform/store/index.ts'
import type { AttemptReport, AttemptResult, AutomaticReport, ManualReport, UnsentReport } from './attempt-report.ts'
import type { EndedDelivery } from './ended-delivery.ts'

type AttemptedColumn =
  | 'project_id'
  | 'id'
  | 'notification_id'
  | 'order_id'
  | 'type'
  | 'mode'
  | 'state'
  | 'offsets'
  | 'position'
  | 'first_attempt_at'
  | 'lease_token'
  | 'attempt_count'
  | 'crash_resends'
  | 'last_status'
  | 'ended_by'
  | 'ended_at'

/** A delivery as its attempts see it. */
export type AttemptedDelivery = Pick<Row<'deliveries'>, AttemptedColumn>

/** What of a delivery an attempt may depend on. */
export const ATTEMPTED_COLUMNS: readonly AttemptedColumn[] = [
  'project_id',
  'id',
  'notification_id',
  'order_id',
  'type',
  'mode',
  'state',
  'offsets',
  'position',
  'first_attempt_at',
  'lease_token',
  'attempt_count',
  'crash_resends',
  'last_status',
  'ended_by',
  'ended_at',
]

/** A delivery as an attempt leaves it: with the time at which it is due, and whose lease it is. */
export type ChangedDelivery = AttemptedDelivery & Pick<Row<'deliveries'>, 'due_at' | 'lease_owner' | 'lease_until'>

/** The delivery after the attempt; `row` null: it stays as it is. `ended` is set only where it ended just now. */
export interface AttemptDecision {
  readonly row: ChangedDelivery | null
  readonly ended: EndedDelivery | null
  readonly result: AttemptResult
}

/** Decides one report; `now` is the transaction's wall time, `eventId` the unprocessed event that a moved row became. */
export function decideAttempt(
  row: AttemptedDelivery,
  report: AttemptReport,
  { now, eventId }: { readonly now: number; readonly eventId: number | null },
): AttemptDecision {
  if (report.kind === 'manual') return decideManual(row, report, { now, eventId: heardEvent(row, report, eventId) })
  if (isFenced(row, report)) return { row: null, ended: null, result: { kind: 'late' } }
  return report.kind === 'unsent' ? decideUnsent(row, report, now) : decideAutomatic(row, report, now)
}

/** What follows when the lease of a claimed row ran out: the sender died, or could not tell. */
export function decideCrash(row: AttemptedDelivery, now: number): AttemptDecision {
  const after = afterCrash(row.crash_resends)
  const freed = unleased(row)
  if (after.kind === 'failed_attempt')
    return afterVerdict(freed, { verdict: 'retry', status: null, position: row.position }, now)
  const resent: ChangedDelivery = { ...freed, state: 'due', due_at: now, crash_resends: after.crashResends }
  return { row: resent, ended: null, result: { kind: 'recorded', outcome: 'retry', nextDueAt: now } }
}

/** Late is whoever lost the lease: the row is not claimed any more, or by a newer claim, which has a higher token. */
function isFenced(row: AttemptedDelivery, report: AutomaticReport | UnsentReport): boolean {
  return row.state !== 'claimed' || row.lease_token !== report.leaseToken
}

function decideAutomatic(
  row: AttemptedDelivery,
  { exchange, position }: AutomaticReport,
  now: number,
): AttemptDecision {
  return afterVerdict(unleased(row), { verdict: judge(exchange.answer), status: statusOf(exchange), position }, now)
}

interface Outcome {
  readonly verdict: Verdict
  readonly status: number | null
  /** The position that the attempt used. */
  readonly position: number
}

function afterVerdict(row: ChangedDelivery, { verdict, status, position }: Outcome, now: number): AttemptDecision {
  // Nearly every attempt is accepted, and then no schedule is read.
  const next = verdict === 'retry' ? positionAfter(row, position, now) : null
  const state = afterAttempt({ by: 'automatic', verdict, hasNextPosition: next !== null, state: 'claimed' })
  if (next !== null && state === 'due') {
    const waiting: ChangedDelivery = { ...row, state, position: next.position, due_at: next.dueAt, last_status: status }
    return { row: waiting, ended: null, result: { kind: 'recorded', outcome: 'retry', nextDueAt: next.dueAt } }
  }
  return endedAs(row, { state, status, by: 'automatic', now })
}

function positionAfter(row: AttemptedDelivery, usedPosition: number, now: number) {
  const offsetsMs = scheduleOffsetsMs(JSON.parse(row.offsets) as readonly number[])
  return nextPosition({ offsetsMs, firstAttemptAt: row.first_attempt_at ?? now, usedPosition })
}

/** Only what was sent since it moved counts for its event: what was under way at the switch is told by the events API. */
function heardEvent(row: AttemptedDelivery, { exchange }: ManualReport, eventId: number | null): number | null {
  return exchange.startedAt >= (row.ended_at ?? 0) ? eventId : null
}

/** A 2xx ends the delivery with all its effects, and fences an attempt of the schedule that is on its way; nothing else counts. */
function decideManual(
  row: AttemptedDelivery,
  { exchange }: ManualReport,
  { now, eventId }: { readonly now: number; readonly eventId: number | null },
): AttemptDecision {
  const before = row.state as DeliveryState
  const verdict = judge(exchange.answer)
  const isEventOpen = eventId !== null
  const state = afterAttempt({ by: 'manual', verdict, hasNextPosition: false, state: before, isEventOpen })
  if (state === before) return { row: null, ended: null, result: { kind: 'unchanged' } }
  const decision = endedAs(unleased(row), { state, status: statusOf(exchange), by: 'manual', now })
  return eventId === null || decision.ended === null ? decision : { ...decision, ended: { ...decision.ended, eventId } }
}

/** Nothing was sent, so the attempt that the claim counted never was. Nobody can have begun another one since the claim. */
function decideUnsent(row: AttemptedDelivery, { isFirst, waitMs }: UnsentReport, now: number): AttemptDecision {
  const waiting: ChangedDelivery = {
    ...unleased(row),
    state: 'due',
    due_at: now + waitMs,
    first_attempt_at: isFirst ? null : row.first_attempt_at,
    attempt_count: row.attempt_count - 1,
  }
  return { row: waiting, ended: null, result: { kind: 'unsent' } }
}

interface End {
  readonly state: DeliveryState
  readonly status: number | null
  readonly by: 'automatic' | 'manual'
  readonly now: number
}

function endedAs(row: ChangedDelivery, { state, status, by, now }: End): AttemptDecision {
  const outcome = outcomeOf(state)
  const ended: EndedDelivery = {
    projectId: row.project_id,
    deliveryId: row.id,
    orderId: row.order_id,
    type: row.type as DeliveryType,
    mode: row.mode as WebhookMode,
    outcome,
    by,
    status,
  }
  const endedRow: ChangedDelivery = { ...row, state, due_at: null, last_status: status, ended_by: by, ended_at: now }
  return { row: endedRow, ended, result: { kind: 'recorded', outcome } }
}

function outcomeOf(state: DeliveryState): EndedDelivery['outcome'] {
  if (state === 'accepted' || state === 'rejected' || state === 'exhausted') return state
  throw new Error(`An attempt cannot end a delivery as ${state}${isEnded(state) ? '' : ', which is no end'}.`)
}

/** Nobody's; when it is due, if at all, is for the caller to say. */
function unleased(row: AttemptedDelivery): ChangedDelivery {
  return { ...row, due_at: null, lease_owner: null, lease_until: null }
}

function statusOf({ answer }: AutomaticReport['exchange']): number | null {
  return answer.kind === 'response' ? answer.status : null
}
