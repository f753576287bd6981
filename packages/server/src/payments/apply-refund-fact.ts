// Applies what a provider tells about refunds and disputes of an order.
import { isRefundCode, REFUND_CODES, type RefundCode } from '@ordertrail/core'
import { insertRows, type Row, type Tx, updateRows } from '../platform/store/index.ts'
import type { FactNote, PaymentFact, PaymentFactType } from './payment-fact.ts'
import {
  acceptedPayment,
  isRefundProgress,
  isTaken,
  loadRefunds,
  PENDING_LOOK_MS,
  type RefundState,
  refundableAmount,
} from './refund.ts'
import { settleRefund } from './settle-refunds.ts'

/** What became of the fact, and the order's status afterwards. */
export interface RefundFactResult {
  readonly note: FactNote
  readonly status: string
}

/** A lost dispute takes the money back whatever we think of it, so it counts as a refund. */
const STATE_OF_FACT: Readonly<Partial<Record<PaymentFactType, RefundState>>> = {
  'refund.pending': 'pending',
  'refund.succeeded': 'succeeded',
  'refund.failed': 'failed',
  'dispute.lost': 'succeeded',
}

const CHARGEBACK: RefundCode = 2
/** Reason of a refund that a provider made without telling why. */
const PROVIDER_REQUEST: RefundCode = 8

/** A fact about money that goes back, with all it is about. */
interface Subject {
  readonly fact: PaymentFact
  readonly state: RefundState
  readonly order: Row<'orders'>
  readonly payment: Row<'payments'>
  readonly refunds: readonly Row<'refunds'>[]
}

/** Applies one fact to the locked order that it names; `parked` while its payment has not succeeded. */
export async function applyRefundFact(tx: Tx, fact: PaymentFact, order: Row<'orders'>): Promise<RefundFactResult> {
  if (fact.type.startsWith('dispute.')) alarmDispute(tx, fact, order.id)
  const state = STATE_OF_FACT[fact.type]
  if (state === undefined) return { note: 'recorded', status: order.status }
  const payment = await paymentOf(tx, fact, order)
  if (payment === undefined || !isTaken(payment)) return { note: 'parked', status: order.status }
  const subject = { fact, state, order, payment, refunds: await loadRefunds(tx, order.project_id, order.id) }
  const known = knownRefund(subject)
  return known === undefined ? recordForeignRefund(tx, subject) : moveRefund(tx, subject, known)
}

async function paymentOf(tx: Tx, fact: PaymentFact, order: Row<'orders'>): Promise<Row<'payments'> | undefined> {
  if (fact.paymentReference === null) return acceptedPayment(tx, order)
  return tx.db
    .selectFrom('payments')
    .selectAll()
    .where('project_id', '=', fact.projectId)
    .where('provider', '=', fact.provider)
    .where('provider_reference', '=', fact.paymentReference)
    .where('order_id', '=', order.id)
    .executeTakeFirst()
}

/**
 * The refund that the fact speaks of. A callback may overtake the answer to our own call, so a request without a reference and of the
 * same amount is taken for it; a dispute is never an answer to a call of ours.
 */
function knownRefund({ fact, payment, refunds }: Subject): Row<'refunds'> | undefined {
  const own = refunds.filter((refund) => refund.payment_id === payment.id)
  const isRequested = (refund: Row<'refunds'>): boolean =>
    refund.provider_reference === null && refund.state === 'requested' && refund.amount === fact.amount
  return (
    own.find((refund) => refund.provider_reference === fact.providerReference) ??
    (fact.type === 'dispute.lost' ? undefined : own.find(isRequested))
  )
}

async function moveRefund(tx: Tx, subject: Subject, known: Row<'refunds'>): Promise<RefundFactResult> {
  const { fact, state, order, payment } = subject
  if (!isRefundProgress(known.state, state)) {
    return { note: known.state === state ? 'duplicate' : 'late', status: order.status }
  }
  const refund = { ...known, ...changeOf(tx, fact, state) }
  // Asked about again at the provider that we called ourselves; any other ends by a fact only.
  if (state === 'pending' && known.attempt_count > 0) refund.due_at = tx.now + PENDING_LOOK_MS
  await updateRows(tx, 'refunds', ['project_id', 'id'], CHANGED_COLUMNS, [refund])
  const status = state === 'succeeded' ? await settleRefund(tx, { order, payment, refund }) : order.status
  return { note: 'applied', status }
}

/** A refund that was started at the provider: we hear of it only now. */
async function recordForeignRefund(tx: Tx, subject: Subject): Promise<RefundFactResult> {
  const { fact, state, order, payment } = subject
  const amount = givenBackBy(subject)
  if (amount === null) {
    const detail = `${fact.provider} gave back ${fact.amount} ${fact.currency}, which is more than is left of payment ${payment.id}`
    tx.wake({ kind: 'alarm', projectId: fact.projectId, code: 'refund_too_large', orderId: order.id, detail })
    return { note: 'refund_too_large', status: order.status }
  }
  const [id] = await tx.takeIds(0, 'refund', 1)
  const refund = foreignRow(tx, subject, { id: id as number, amount })
  await insertRows(tx, 'refunds', [refund])
  const status = state === 'succeeded' ? await settleRefund(tx, { order, payment, refund }) : order.status
  return { note: 'applied', status }
}

/** Minor units that the fact takes from the payment; null: more than there is. A dispute takes what is left, fees and all. */
function givenBackBy({ fact, state, payment, refunds }: Subject): number | null {
  const left = refundableAmount(payment, refunds)
  if (state === 'failed') return fact.amount
  if (fact.currency !== payment.currency || left < 1) return null
  if (fact.type === 'dispute.lost') return Math.min(fact.amount, left)
  return fact.amount > left ? null : fact.amount
}

function foreignRow(
  tx: Tx,
  { fact, state, payment }: Subject,
  { id, amount }: { readonly id: number; readonly amount: number },
): Row<'refunds'> {
  const code = codeOf(fact)
  return {
    project_id: fact.projectId,
    id,
    order_id: payment.order_id,
    payment_id: payment.id,
    amount,
    currency: fact.currency,
    code,
    reason: REFUND_CODES[code].reason,
    reason_detail: fact.reason?.text ?? null,
    author: fact.provider,
    lease_token: null,
    lease_until: null,
    attempt_count: 0,
    requested_at: tx.now,
    ...changeOf(tx, fact, state),
  }
}

function codeOf({ type, reason }: PaymentFact): RefundCode {
  const code = reason?.code ?? null
  if (code !== null && isRefundCode(code)) return code
  return type === 'dispute.lost' ? CHARGEBACK : PROVIDER_REQUEST
}

const CHANGED_COLUMNS = ['state', 'provider_reference', 'failure', 'due_at', 'ended_at'] as const

function changeOf(
  tx: Tx,
  fact: PaymentFact,
  state: RefundState,
): Pick<Row<'refunds'>, (typeof CHANGED_COLUMNS)[number]> {
  return {
    state,
    provider_reference: fact.providerReference,
    failure: state === 'failed' ? (fact.reason?.text ?? 'refused by the provider') : null,
    due_at: null,
    ended_at: state === 'pending' ? null : tx.now,
  }
}

function alarmDispute(tx: Tx, fact: PaymentFact, orderId: number): void {
  const detail = `${fact.provider} ${fact.type} ${fact.providerReference}${fact.reason === null ? '' : `: ${fact.reason.text}`}`
  tx.wake({ kind: 'alarm', projectId: fact.projectId, code: fact.type.replace('.', '_'), orderId, detail })
}
