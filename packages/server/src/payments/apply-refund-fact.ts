// Applies what a provider tells about refunds and disputes of an order.
import { REFUND_CODES, type RefundCode } from '@ordertrail/core'
import { lockOrders, orderKey } from '../orders/index.ts'
import { insertRows, type Row, type Tx, updateRows } from '../platform/store/index.ts'
import type { FactNote, PaymentFact } from './payment-fact.ts'
import { isRefundProgress, loadRefunds, type RefundState, refundableAmount } from './refund.ts'
import { acceptedPayment } from './request-refund.ts'
import { settleRefund } from './settle-refunds.ts'

/** What became of the fact, and the order's status afterwards. */
export interface RefundFactResult {
  readonly note: FactNote
  readonly status: string
}

/** A lost dispute takes the money back whatever we think of it, so it counts as a refund. */
const STATE_OF_FACT: Readonly<Record<string, RefundState>> = {
  'refund.pending': 'pending',
  'refund.succeeded': 'succeeded',
  'refund.failed': 'failed',
  'dispute.lost': 'succeeded',
}

const CHARGEBACK: RefundCode = 2
/** Reason of a refund that a provider made without telling why. */
const PROVIDER_REQUEST: RefundCode = 8

/** Applies one fact to the order it names; `parked` when its payment is not known yet. */
export async function applyRefundFact(tx: Tx, fact: PaymentFact, orderId: number): Promise<RefundFactResult> {
  const orders = await lockOrders(tx, [{ projectId: fact.projectId, id: orderId }])
  const order = orders.get(orderKey(fact.projectId, orderId)) as Row<'orders'>
  if (fact.type.startsWith('dispute.')) alarmDispute(tx, fact, orderId)
  const state = STATE_OF_FACT[fact.type]
  if (state === undefined) return { note: 'recorded', status: order.status }
  const payment = await paymentOf(tx, fact, order)
  if (payment === undefined) return { note: 'parked', status: order.status }
  const refunds = await loadRefunds(tx, fact.projectId, orderId)
  const known = knownRefund(fact, payment, refunds)
  if (known === undefined) return recordForeignRefund(tx, fact, order, payment, refunds, state)
  return moveRefund(tx, fact, order, known, state)
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
 * same amount is taken for it.
 */
function knownRefund(
  fact: PaymentFact,
  payment: Row<'payments'>,
  refunds: readonly Row<'refunds'>[],
): Row<'refunds'> | undefined {
  const own = refunds.filter((refund) => refund.payment_id === payment.id)
  return (
    own.find((refund) => refund.provider_reference === fact.providerReference) ??
    own.find(
      (refund) => refund.provider_reference === null && refund.state === 'requested' && refund.amount === fact.amount,
    )
  )
}

async function moveRefund(
  tx: Tx,
  fact: PaymentFact,
  order: Row<'orders'>,
  known: Row<'refunds'>,
  state: RefundState,
): Promise<RefundFactResult> {
  if (!isRefundProgress(known.state, state)) {
    return { note: known.state === state ? 'duplicate' : 'late', status: order.status }
  }
  const moved = { ...known, ...changeOf(tx, fact, state) }
  await updateRows(
    tx,
    'refunds',
    ['project_id', 'id'],
    ['state', 'provider_reference', 'failure', 'due_at', 'ended_at'],
    [moved],
  )
  const status = state === 'succeeded' ? await settleRefund(tx, order, moved) : order.status
  return { note: 'applied', status }
}

/** A refund that was started at the provider: we hear of it only now. */
async function recordForeignRefund(
  tx: Tx,
  fact: PaymentFact,
  order: Row<'orders'>,
  payment: Row<'payments'>,
  refunds: readonly Row<'refunds'>[],
  state: RefundState,
): Promise<RefundFactResult> {
  const isTooLarge = fact.amount > refundableAmount(payment, refunds) || fact.currency !== payment.currency
  if (isTooLarge && state !== 'failed') {
    const detail = `${fact.provider} gave back ${fact.amount} ${fact.currency}, which is more than is left of payment ${payment.id}`
    tx.wake({ kind: 'alarm', projectId: fact.projectId, code: 'refund_too_large', orderId: order.id, detail })
    return { note: 'refund_too_large', status: order.status }
  }
  const [id] = await tx.takeIds(0, 'refund', 1)
  const refund = foreignRow(tx, fact, payment, id as number, state)
  await insertRows(tx, 'refunds', [refund])
  const status = state === 'succeeded' ? await settleRefund(tx, order, refund) : order.status
  return { note: 'applied', status }
}

function foreignRow(
  tx: Tx,
  fact: PaymentFact,
  payment: Row<'payments'>,
  id: number,
  state: RefundState,
): Row<'refunds'> {
  const fallback = fact.type === 'dispute.lost' ? CHARGEBACK : PROVIDER_REQUEST
  const code = fact.reason?.code ?? fallback
  return {
    project_id: fact.projectId,
    id,
    order_id: payment.order_id,
    payment_id: payment.id,
    amount: fact.amount,
    currency: fact.currency,
    code,
    reason: REFUND_CODES[code as RefundCode]?.reason ?? REFUND_CODES[fallback].reason,
    reason_detail: fact.reason?.text ?? null,
    author: fact.provider,
    lease_token: null,
    lease_until: null,
    attempt_count: 0,
    requested_at: tx.now,
    ...changeOf(tx, fact, state),
  }
}

function changeOf(
  tx: Tx,
  fact: PaymentFact,
  state: RefundState,
): Pick<Row<'refunds'>, 'state' | 'provider_reference' | 'failure' | 'due_at' | 'ended_at'> {
  return {
    state,
    provider_reference: fact.providerReference,
    failure: state === 'failed' ? (fact.reason?.text ?? 'refused by the provider') : null,
    // A pending refund ends by a fact of the provider, not by another call of ours.
    due_at: null,
    ended_at: state === 'pending' ? null : tx.now,
  }
}

function alarmDispute(tx: Tx, fact: PaymentFact, orderId: number): void {
  const detail = `${fact.provider} ${fact.type} ${fact.providerReference}${fact.reason === null ? '' : `: ${fact.reason.text}`}`
  tx.wake({ kind: 'alarm', projectId: fact.projectId, code: fact.type.replace('.', '_'), orderId, detail })
}
