// One claimed delivery from sending to record.
import type { Logger } from '../platform/logger.ts'
import type { Store } from '../platform/store/index.ts'
import type { AttemptReport } from './attempt-report.ts'
import type { ClaimedDelivery } from './claim-due-deliveries.ts'
import type { Pace } from './endpoint-slots.ts'
import { recordUntil } from './record-until.ts'
import { paceOf, type SendDeps, type SentDelivery, sendDelivery, type UnsentReason } from './send-delivery.ts'
import type { TellAttempt } from './tell-attempt.ts'

/** What delivering needs. */
export interface DeliverDeps extends SendDeps {
  readonly store: Store
  readonly logger: Logger
  readonly tell: TellAttempt
}

/** Times a record is tried while the store is away: 5 s. Until somebody takes the lease back, one that comes after its end still counts. */
const RECORD_TRIES = 25

/** How long to wait where nothing could be sent: the directory is a second behind at most; an unreadable secret waits for a person. */
const WAIT_MS: Readonly<Record<Exclude<UnsentReason, 'stopped'>, number>> = {
  off: 1_000,
  store_away: 1_000,
  secret_unreadable: 60_000,
}

/**
 * Sends and records. Never rejects: what cannot be recorded ends as a lease that runs out.
 *
 * @param onSent told the pace for the endpoint when the exchange is over: its room is free while the record waits for its transaction
 */
export async function deliverClaimed(
  deps: DeliverDeps,
  claimed: ClaimedDelivery,
  onSent: (pace: Pace) => void,
): Promise<void> {
  const { projectId, deliveryId, orderId, type, notificationId, body, claimedAt } = claimed
  const sent = await sendDelivery(deps, { projectId, notificationId, type, body, startedAt: claimedAt })
  onSent(paceOf(sent))
  try {
    if (sent.kind === 'unsent') await recordUnsent(deps, claimed, sent)
    else await recordSent(deps, claimed, sent)
  } catch (error) {
    deps.logger.error('delivery.record_failed', { projectId, orderId, deliveryId, type, error })
  }
}

async function recordSent(
  deps: DeliverDeps,
  claimed: ClaimedDelivery,
  { exchange }: Extract<SentDelivery, { kind: 'sent' }>,
): Promise<void> {
  const { leaseToken, position, isLate, claimedAt, dueAt } = claimed
  const report: AttemptReport = { ...identityOf(claimed), kind: 'automatic', leaseToken, position, isLate, exchange }
  const result = await recordUntil(deps.store, report, RECORD_TRIES)
  deps.tell({ ...claimed, by: 'automatic', lagMs: claimedAt - dueAt, exchange }, result)
}

async function recordUnsent(
  deps: DeliverDeps,
  claimed: ClaimedDelivery,
  sent: Extract<SentDelivery, { kind: 'unsent' }>,
): Promise<void> {
  const { reason, error } = sent
  // Going down in mid-exchange is a crash: the listener may have heard it.
  if (reason === 'stopped') return
  const { projectId, orderId, deliveryId, type, leaseToken, isFirst } = claimed
  if (reason === 'secret_unreadable')
    deps.logger.error('delivery.secret_unreadable', { projectId, orderId, deliveryId, type, error })
  const report: AttemptReport = { ...identityOf(claimed), kind: 'unsent', leaseToken, isFirst, waitMs: WAIT_MS[reason] }
  await recordUntil(deps.store, report, RECORD_TRIES)
}

function identityOf({
  projectId,
  deliveryId,
  orderId,
  number,
}: ClaimedDelivery): Pick<AttemptReport, 'projectId' | 'deliveryId' | 'orderId' | 'number'> {
  return { projectId, deliveryId, orderId, number }
}
