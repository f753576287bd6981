// A refund: its states, and what is left of a payment to give back.
import type { Row, Tx } from '../platform/store/index.ts'

/** requested: we owe the call; pending: the provider works on it; the others are final. */
export type RefundState = 'requested' | 'pending' | 'succeeded' | 'failed'

/** A provider that works on a refund is asked about it again after this time, in case its callback was lost. */
export const PENDING_LOOK_MS: number = 60 * 60 * 1000

const RANK: Readonly<Record<RefundState, number>> = { requested: 1, pending: 2, failed: 3, succeeded: 4 }

/** True where `to` says more than `from`; a refund never goes back, but success may follow a failure that was told too early. */
export function isRefundProgress(from: string, to: RefundState): boolean {
  return RANK[to] > RANK[from as RefundState]
}

/** Refunds of an order, oldest first. Its order is locked by the caller. */
export async function loadRefunds(tx: Tx, projectId: number, orderId: number): Promise<readonly Row<'refunds'>[]> {
  return tx.db
    .selectFrom('refunds')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('order_id', '=', orderId)
    .orderBy('id')
    .execute()
}

/** The payment that paid the order; undefined before that. */
export async function acceptedPayment(tx: Tx, order: Row<'orders'>): Promise<Row<'payments'> | undefined> {
  if (order.accepted_payment_id === null) return undefined
  return paymentById(tx, order.project_id, order.accepted_payment_id)
}

/** A payment by its id. */
export function paymentById(tx: Tx, projectId: number, id: number): Promise<Row<'payments'> | undefined> {
  return tx.db
    .selectFrom('payments')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** True where money was taken, so that there is something to give back. */
export function isTaken({ state }: Pick<Row<'payments'>, 'state'>): boolean {
  return state === 'succeeded' || state === 'in_review'
}

/** Minor units of `payment` that are neither given back nor about to be. */
export function refundableAmount(
  payment: Pick<Row<'payments'>, 'id' | 'amount'>,
  refunds: readonly Row<'refunds'>[],
): number {
  const taken = refunds.filter((refund) => refund.payment_id === payment.id && refund.state !== 'failed')
  return taken.reduce((rest, refund) => rest - refund.amount, payment.amount)
}

/** Minor units of a payment that have been given back. */
export function refundedAmount(
  paymentId: number,
  refunds: readonly Pick<Row<'refunds'>, 'payment_id' | 'state' | 'amount'>[],
): number {
  const done = refunds.filter((refund) => refund.payment_id === paymentId && refund.state === 'succeeded')
  return done.reduce((sum, refund) => sum + refund.amount, 0)
}
