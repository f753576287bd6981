// Makes requested refunds true at their provider: claimed by lease, called outside any transaction, recorded with a fence.
import { type RawBuilder, sql } from 'kysely'
import { lockOrders, orderKey } from '../orders/index.ts'
import { type Command, lockFound, type Row, rareCommand, type Tx, updateRows } from '../platform/store/index.ts'
import type { RefundAnswer, RefundRequest } from './psp.ts'
import { PENDING_LOOK_MS, paymentById, type RefundState } from './refund.ts'
import { settleRefund } from './settle-refunds.ts'

/** Refunds claimed at once. */
const CLAIM_MAX = 20
/** A provider that has not answered by then is asked again, by whoever claims next; it knows the refund by its id. */
export const REFUND_LEASE_MS = 60_000
/** Delays after a call that was not answered; the last one repeats. */
const REPEAT_DELAYS_MS = [10_000, 60_000, 300_000, 1_800_000, 3_600_000] as const
/** Delay where the provider is not connected: its own callback ends the refund, so this is only a reminder. */
const REMINDER_MS = 86_400_000
/** From here on a person is told at every further failure. */
const ALARM_AFTER_ATTEMPTS = 3

/** A refund whose provider is to be called now. `providerReference` null: it was never answered; else it was pending. */
export interface ClaimedRefund {
  readonly provider: string
  readonly leaseToken: number
  readonly request: RefundRequest
  readonly providerReference: string | null
}

/** Written out, not bound: only so do the planners see that the small index of due refunds fits. */
export const OPEN_STATES: RawBuilder<RefundState> = sql<RefundState>`('requested', 'pending')`

/** Takes due refunds; nobody else gets them before the lease ends. */
export const claimRefunds: Command<null, readonly ClaimedRefund[]> = rareCommand('refunds.claim')

/** Handler of `claimRefunds`. */
export async function handleClaimRefunds(tx: Tx): Promise<readonly ClaimedRefund[]> {
  const query = tx.db
    .selectFrom('refunds as r')
    .innerJoin('payments as p', (join) =>
      join.onRef('p.project_id', '=', 'r.project_id').onRef('p.id', '=', 'r.payment_id'),
    )
    .selectAll('r')
    .select(['p.provider', 'p.provider_reference as payment_reference'])
    .where('r.state', 'in', OPEN_STATES)
    .where('r.due_at', '<=', tx.now)
    .where((eb) => eb.or([eb('r.lease_until', 'is', null), eb('r.lease_until', '<=', tx.leaseNow)]))
    .orderBy('r.due_at')
    .limit(CLAIM_MAX)
  const rows = await lockFound(tx, query, 'r')
  const leased = rows.map((row) => ({
    ...row,
    lease_token: (row.lease_token ?? 0) + 1,
    lease_until: tx.leaseNow + REFUND_LEASE_MS,
    attempt_count: row.attempt_count + 1,
  }))
  await updateRows(tx, 'refunds', ['project_id', 'id'], ['lease_token', 'lease_until', 'attempt_count'], leased)
  return leased.map(claimedRefund)
}

type DueRefund = Row<'refunds'> & { readonly provider: string; readonly payment_reference: string }

function claimedRefund(row: DueRefund): ClaimedRefund {
  return {
    provider: row.provider,
    leaseToken: row.lease_token as number,
    providerReference: row.provider_reference,
    request: {
      projectId: row.project_id,
      refundId: row.id,
      paymentReference: row.payment_reference,
      amount: row.amount,
      currency: row.currency,
      reason: row.reason,
    },
  }
}

/** What a call gave: the provider's answer, or that it is not connected here and the refund must be made there by hand. */
export type CallAnswer = RefundAnswer | { readonly kind: 'not_connected'; readonly reason: string }

/** What the provider answered to a claimed refund. */
export interface RefundOutcome {
  readonly projectId: number
  readonly refundId: number
  readonly leaseToken: number
  readonly answer: CallAnswer
}

/** Records an answer; false when the lease had passed to somebody else. */
export const recordRefund: Command<RefundOutcome, boolean> = rareCommand('refunds.record')

/** Handler of `recordRefund`. */
export async function handleRecordRefund(tx: Tx, outcome: RefundOutcome): Promise<boolean> {
  const { projectId, refundId, answer } = outcome
  const seen = await readRefund(tx, projectId, refundId)
  if (seen === undefined) return false
  const orders = await lockOrders(tx, [{ projectId, id: seen.order_id }])
  // Read again under the lock: a callback of the provider may have come first.
  const refund = (await readRefund(tx, projectId, refundId)) as Row<'refunds'>
  if (refund.lease_token !== outcome.leaseToken || refund.ended_at !== null) return false
  const moved = { ...refund, ...changeOf(tx, refund, answer) }
  await updateRows(tx, 'refunds', ['project_id', 'id'], CHANGED_COLUMNS, [moved])
  alarmTrouble(tx, moved, answer)
  if (moved.state === 'succeeded') {
    const order = orders.get(orderKey(projectId, seen.order_id)) as Row<'orders'>
    const payment = (await paymentById(tx, projectId, refund.payment_id)) as Row<'payments'>
    await settleRefund(tx, { order, payment, refund: moved })
  }
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

const CHANGED_COLUMNS = ['state', 'provider_reference', 'failure', 'due_at', 'ended_at', 'lease_until'] as const

type Change = Pick<Row<'refunds'>, (typeof CHANGED_COLUMNS)[number]>

/** An unanswered call leaves the refund as it was: requested, or pending under the provider's reference. */
function changeOf(tx: Tx, refund: Row<'refunds'>, answer: CallAnswer): Change {
  const released = { lease_until: null, due_at: null, ended_at: null, failure: null }
  const { state, provider_reference } = refund
  switch (answer.kind) {
    case 'succeeded':
      return { ...released, state: 'succeeded', provider_reference: answer.providerReference, ended_at: tx.now }
    case 'pending':
      return {
        ...released,
        state: 'pending',
        provider_reference: answer.providerReference,
        due_at: tx.now + PENDING_LOOK_MS,
      }
    case 'failed':
      return { ...released, state: 'failed', provider_reference, failure: answer.reason, ended_at: tx.now }
    case 'unknown':
    case 'not_connected': {
      const delayMs = answer.kind === 'unknown' ? repeatDelayMs(refund.attempt_count) : REMINDER_MS
      return { ...released, state, provider_reference, failure: answer.reason, due_at: tx.now + delayMs }
    }
  }
}

/** Delay before the next call after `attemptCount` calls that nobody answered. */
export function repeatDelayMs(attemptCount: number): number {
  const index = Math.min(attemptCount, REPEAT_DELAYS_MS.length) - 1
  return REPEAT_DELAYS_MS[Math.max(index, 0)] as number
}

function alarmTrouble(tx: Tx, refund: Row<'refunds'>, answer: CallAnswer): void {
  const isStuck = answer.kind === 'unknown' && refund.attempt_count >= ALARM_AFTER_ATTEMPTS
  if (answer.kind !== 'failed' && answer.kind !== 'not_connected' && !isStuck) return
  const { project_id: projectId, order_id: orderId } = refund
  const detail = `refund ${refund.id}: ${refund.failure ?? 'no answer'}`
  tx.wake({ kind: 'alarm', projectId, code: `refund_${answer.kind}`, orderId, detail })
}
