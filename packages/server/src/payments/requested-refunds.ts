// Refunds that are decided and not yet made: the rows the runner works off.
import { insertRows, type Row, type Tx } from '../platform/store/index.ts'

/** A refund that is decided; whoever inserts it has locked the order and checked what is left. Minor units. */
export interface DecidedRefund {
  readonly projectId: number
  readonly orderId: number
  readonly paymentId: number
  readonly amount: number
  readonly currency: string
  readonly code: number
  readonly reason: string
  readonly reasonDetail: string | null
  readonly author: string
}

/** Writes requests, due at once, and wakes the runner. */
export async function insertRequestedRefunds(
  tx: Tx,
  refunds: readonly DecidedRefund[],
): Promise<readonly Row<'refunds'>[]> {
  if (refunds.length === 0) return []
  const ids = await tx.takeIds(0, 'refund', refunds.length)
  const rows = refunds.map((refund, index) => requestedRow(tx, refund, ids[index] as number))
  await insertRows(tx, 'refunds', rows)
  const projectIds = new Set(rows.map((row) => row.project_id))
  for (const projectId of projectIds) tx.wake({ kind: 'refund_requested', projectId })
  return rows
}

function requestedRow(tx: Tx, refund: DecidedRefund, id: number): Row<'refunds'> {
  return {
    project_id: refund.projectId,
    id,
    order_id: refund.orderId,
    payment_id: refund.paymentId,
    provider_reference: null,
    state: 'requested',
    amount: refund.amount,
    currency: refund.currency,
    code: refund.code,
    reason: refund.reason,
    reason_detail: refund.reasonDetail,
    author: refund.author,
    failure: null,
    lease_token: null,
    lease_until: null,
    attempt_count: 0,
    due_at: tx.now,
    requested_at: tx.now,
    ended_at: null,
  }
}
