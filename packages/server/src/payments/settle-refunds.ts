// What follows from money given back: the order is canceled when all of it is back, a part is announced.
import { announceRefunds, applyTransitions } from '../orders/index.ts'
import type { Row, Tx } from '../platform/store/index.ts'
import { loadRefunds, refundedAmount } from './refund.ts'

/**
 * Draws the consequence of a refund that has just been written as succeeded. Its order is locked by the caller.
 *
 * Only refunds of the accepted payment count: any other payment was given back because it should never have been taken.
 */
export async function settleRefund(tx: Tx, order: Row<'orders'>, refund: Row<'refunds'>): Promise<string> {
  if (refund.payment_id !== order.accepted_payment_id) return order.status
  const { project_id: projectId, order_id: orderId } = refund
  const payment = await tx.db
    .selectFrom('payments')
    .select('amount')
    .where('project_id', '=', projectId)
    .where('id', '=', refund.payment_id)
    .executeTakeFirstOrThrow()
  const refunded = refundedAmount(refund.payment_id, await loadRefunds(tx, projectId, orderId))
  if (refunded < payment.amount) {
    await announceRefunds(tx, [{ projectId, orderId, refundId: refund.id }])
    return order.status
  }
  const cause = { kind: 'refund_succeeded', reference: String(refund.id) } as const
  const [result] = await applyTransitions(tx, [{ projectId, orderId, to: 'canceled', cause, refundId: refund.id }])
  return result !== undefined && 'status' in result ? result.status : order.status
}
