// Asks for a refund: the transaction only writes the request, the runner makes it true at the provider.
import { type ErrorCode, isRefundCode, REFUND_CODES } from '@ordertrail/core'
import { lockOrders, orderKey } from '../orders/index.ts'
import { type Command, insertRows, oneByOne, type Row, type Tx } from '../platform/store/index.ts'
import { recordAudit } from '../projects/index.ts'
import { loadRefunds, refundableAmount } from './refund.ts'

/** What somebody asks for; `amount` null: all that is left. Minor units. */
export interface RequestRefundInput {
  readonly projectId: number
  readonly orderId: number
  readonly amount: number | null
  readonly code: number
  readonly reasonDetail: string | null
  /** Who asked, for refund_details.author and the audit. */
  readonly author: string
}

/** The request as a row, or why not. */
export type RequestRefundResult =
  | { readonly kind: 'requested'; readonly refund: Row<'refunds'> }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly details: Readonly<Record<string, unknown>> }

/** Requests one refund of the accepted payment of an order. */
export const requestRefund: Command<RequestRefundInput, RequestRefundResult> = {
  name: 'refunds.request',
  groupMax: 16,
  keys: ({ projectId, orderId }) => [`order:${projectId}:${orderId}`],
}

/** Handler of `requestRefund`. */
export const requestRefunds: (
  tx: Tx,
  inputs: readonly RequestRefundInput[],
) => Promise<readonly RequestRefundResult[]> = oneByOne(requestOne)

async function requestOne(tx: Tx, input: RequestRefundInput): Promise<RequestRefundResult> {
  const { projectId, orderId } = input
  const orders = await lockOrders(tx, [{ projectId, id: orderId }])
  const order = orders.get(orderKey(projectId, orderId))
  if (order === undefined) return refused('order_not_found', { orderId })
  const payment = await acceptedPayment(tx, order)
  if (payment === undefined) return refused('refund_not_paid', { orderId, status: order.status })
  const rest = refundableAmount(payment, await loadRefunds(tx, projectId, orderId))
  const fault = faultOf(input, payment.amount, rest)
  if (fault !== null) return refused(fault, { orderId, amount: input.amount, refundable: rest, code: input.code })
  const [refund] = await insertRequestedRefunds(tx, [
    {
      ...input,
      paymentId: payment.id,
      amount: input.amount ?? rest,
      currency: payment.currency,
      reason: reasonOf(input.code),
    },
  ])
  const details = { amount: refund?.amount, currency: refund?.currency, code: input.code }
  await recordAudit(tx, {
    projectId,
    actor: input.author,
    action: 'refund.request',
    target: `order ${orderId}`,
    details,
  })
  return { kind: 'requested', refund: refund as Row<'refunds'> }
}

/** The payment that paid the order; undefined before that. */
export async function acceptedPayment(tx: Tx, order: Row<'orders'>): Promise<Row<'payments'> | undefined> {
  if (order.accepted_payment_id === null) return undefined
  return tx.db
    .selectFrom('payments')
    .selectAll()
    .where('project_id', '=', order.project_id)
    .where('id', '=', order.accepted_payment_id)
    .executeTakeFirst()
}

function faultOf(input: RequestRefundInput, paid: number, rest: number): ErrorCode | null {
  if (!isRefundCode(input.code)) return 'refund_code_unknown'
  if (input.amount !== null && (!Number.isSafeInteger(input.amount) || input.amount < 1)) return 'refund_amount_invalid'
  const amount = input.amount ?? rest
  if (rest < 1 || amount > rest) return 'refund_amount_too_large'
  // What is left after an earlier part completes the whole, so only a part of the rest needs a code that allows parts.
  if (amount < rest && amount < paid && !REFUND_CODES[input.code].partialAllowed) return 'refund_partial_refused'
  return null
}

function reasonOf(code: number): string {
  return isRefundCode(code) ? REFUND_CODES[code].reason : ''
}

function refused(code: ErrorCode, details: Readonly<Record<string, unknown>>): RequestRefundResult {
  return { kind: 'refused', code, details }
}

/** A refund that is decided; whoever inserts it has locked the order and checked what is left. */
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
  for (const row of rows) tx.wake({ kind: 'refund_requested', projectId: row.project_id })
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
