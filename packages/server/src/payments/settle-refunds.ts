// What follows from money given back: the order is canceled when all of it is back, a part is announced.
import { announceRefunds, applyTransitions } from '../orders/index.ts'
import { type Row, type Tx, updateRows } from '../platform/store/index.ts'
import { loadRefunds, refundedAmount } from './refund.ts'

/** A refund that has just been written as succeeded, its payment, and the locked order. */
export interface SettledRefund {
  readonly order: Row<'orders'>
  readonly payment: Row<'payments'>
  readonly refund: Row<'refunds'>
}

/**
 * Draws the consequence of a refund, and gives the status of the order afterwards.
 *
 * Only refunds of the accepted payment count: any other payment was given back because it should never have been taken.
 */
export async function settleRefund(tx: Tx, settled: SettledRefund): Promise<string> {
  const { order, payment, refund } = settled
  const isWhole = refundedAmount(payment.id, await loadRefunds(tx, order.project_id, order.id)) >= payment.amount
  if (payment.id !== order.accepted_payment_id) {
    if (isWhole) await closeReview(tx, payment)
    return order.status
  }
  if (isWhole) return cancelOrder(tx, settled)
  await announceRefunds(tx, [{ projectId: order.project_id, orderId: order.id, refundId: refund.id }])
  return order.status
}

async function cancelOrder(tx: Tx, { order, refund }: SettledRefund): Promise<string> {
  const { project_id: projectId, id: orderId } = order
  const cause = { kind: 'refund_succeeded', reference: String(refund.id) } as const
  const [result] = await applyTransitions(tx, [{ projectId, orderId, to: 'canceled', cause, refundId: refund.id }])
  return result !== undefined && 'status' in result ? result.status : order.status
}

/** A payment that waited for a person is settled once all of it is given back, so that its order may be given up. */
async function closeReview(tx: Tx, payment: Row<'payments'>): Promise<void> {
  if (payment.state !== 'in_review') return
  const closed = { ...payment, state: 'succeeded', updated_at: tx.now }
  await updateRows(tx, 'payments', ['project_id', 'id'], ['state', 'updated_at'], [closed])
}
