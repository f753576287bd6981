// Makes requested refunds true at their provider: claimed by lease, called outside any transaction, recorded with a fence.
import { lockOrders, orderKey } from '../orders/index.ts'
import { type Command, type Row, rareCommand, type Tx, updateRows } from '../platform/store/index.ts'
import type { RefundAnswer, RefundRequest } from './psp.ts'
import { isRefundProgress } from './refund.ts'
import { settleRefund } from './settle-refunds.ts'

/** Refunds claimed at once. */
const CLAIM_MAX = 20
/** A provider that has not answered by then is asked again, by whoever claims next; it knows the refund by its id. */
export const REFUND_LEASE_MS = 60_000
/** Delays after a call that was not answered; the last one repeats. */
const REPEAT_DELAYS_MS = [10_000, 60_000, 300_000, 1_800_000, 3_600_000] as const
/** From here on a person is told at every further failure. */
const ALARM_AFTER_ATTEMPTS = 3

/** A refund whose provider is to be called now. */
export interface ClaimedRefund {
  readonly provider: string
  readonly leaseToken: number
  readonly request: RefundRequest
}

/** Takes due refunds; nobody else gets them before the lease ends. */
export const claimRefunds: Command<null, readonly ClaimedRefund[]> = rareCommand('refunds.claim')

/** Handler of `claimRefunds`. */
export async function handleClaimRefunds(tx: Tx): Promise<readonly ClaimedRefund[]> {
  let query = tx.db
    .selectFrom('refunds as r')
    .innerJoin('payments as p', (join) =>
      join.onRef('p.project_id', '=', 'r.project_id').onRef('p.id', '=', 'r.payment_id'),
    )
    .selectAll('r')
    .select(['p.provider', 'p.provider_reference as payment_reference'])
    .where('r.state', '=', 'requested')
    .where('r.due_at', '<=', tx.now)
    .where((eb) => eb.or([eb('r.lease_until', 'is', null), eb('r.lease_until', '<=', tx.leaseNow)]))
    .orderBy('r.due_at')
    .limit(CLAIM_MAX)
  if (tx.engine === 'postgres') query = query.forUpdate('r').skipLocked()
  const rows = await query.execute()
  const leased = rows.map((row) => ({
    project_id: row.project_id,
    id: row.id,
    lease_token: (row.lease_token ?? 0) + 1,
    lease_until: tx.leaseNow + REFUND_LEASE_MS,
    attempt_count: row.attempt_count + 1,
  }))
  await updateRows(tx, 'refunds', ['project_id', 'id'], ['lease_token', 'lease_until', 'attempt_count'], leased)
  return rows.map((row, index) => ({
    provider: row.provider,
    leaseToken: leased[index]?.lease_token as number,
    request: {
      projectId: row.project_id,
      refundId: row.id,
      paymentReference: row.payment_reference,
      amount: row.amount,
      currency: row.currency,
      reason: row.reason,
    },
  }))
}

/** What the provider answered to a claimed refund. */
export interface RefundOutcome {
  readonly projectId: number
  readonly refundId: number
  readonly leaseToken: number
  readonly answer: RefundAnswer
}

/** Records an answer; false when the lease had passed to somebody else. */
export const recordRefund: Command<RefundOutcome, boolean> = rareCommand('refunds.record')

/** Handler of `recordRefund`. */
export async function handleRecordRefund(tx: Tx, outcome: RefundOutcome): Promise<boolean> {
  const { projectId, refundId } = outcome
  const seen = await readRefund(tx, projectId, refundId)
  if (seen === undefined) return false
  const orders = await lockOrders(tx, [{ projectId, id: seen.order_id }])
  // Read again under the lock: a callback of the provider may have come first.
  const refund = (await readRefund(tx, projectId, refundId)) as Row<'refunds'>
  if (refund.lease_token !== outcome.leaseToken || refund.state !== 'requested') return false
  const moved = { ...refund, ...changeOf(tx, refund, outcome.answer) }
  await updateRows(
    tx,
    'refunds',
    ['project_id', 'id'],
    ['state', 'provider_reference', 'failure', 'due_at', 'ended_at', 'lease_until'],
    [moved],
  )
  alarmTrouble(tx, moved, outcome.answer)
  const order = orders.get(orderKey(projectId, seen.order_id)) as Row<'orders'>
  if (moved.state === 'succeeded' && isRefundProgress(refund.state, 'succeeded')) await settleRefund(tx, order, moved)
  return true
}

function readRefund(tx: Tx, projectId: number, id: number): Promise<Row<'refunds'> | undefined> {
  return tx.db
    .selectFrom('refunds')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
}

function changeOf(
  tx: Tx,
  refund: Row<'refunds'>,
  answer: RefundAnswer,
): Pick<Row<'refunds'>, 'state' | 'provider_reference' | 'failure' | 'due_at' | 'ended_at' | 'lease_until'> {
  const released = { lease_until: null, due_at: null, ended_at: null, failure: null }
  switch (answer.kind) {
    case 'succeeded':
      return { ...released, state: 'succeeded', provider_reference: answer.providerReference, ended_at: tx.now }
    case 'pending':
      return { ...released, state: 'pending', provider_reference: answer.providerReference }
    case 'failed':
      return { ...released, state: 'failed', provider_reference: null, failure: answer.reason, ended_at: tx.now }
    case 'unknown': {
      const dueAt = tx.now + repeatDelayMs(refund.attempt_count)
      return { ...released, state: 'requested', provider_reference: null, failure: answer.reason, due_at: dueAt }
    }
  }
}

/** Delay before the next call after `attemptCount` calls that nobody answered. */
export function repeatDelayMs(attemptCount: number): number {
  const index = Math.min(attemptCount, REPEAT_DELAYS_MS.length) - 1
  return REPEAT_DELAYS_MS[Math.max(index, 0)] as number
}

function alarmTrouble(tx: Tx, refund: Row<'refunds'>, answer: RefundAnswer): void {
  const isStuck = answer.kind === 'unknown' && refund.attempt_count >= ALARM_AFTER_ATTEMPTS
  if (answer.kind !== 'failed' && !isStuck) return
  const detail = `refund ${refund.id}: ${refund.failure ?? 'no answer'}`
  tx.wake({
    kind: 'alarm',
    projectId: refund.project_id,
    code: `refund_${answer.kind}`,
    orderId: refund.order_id,
    detail,
  })
}
