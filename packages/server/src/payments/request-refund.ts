// Asks for a refund: the transaction only writes the request, the runner makes it true at the provider.
import { type ErrorCode, isRefundCode, REFUND_CODES } from '@ordertrail/core'
import { lockOrders, orderKey } from '../orders/index.ts'
import type { Command, Row, Tx } from '../platform/store/index.ts'
import { recordAudit } from '../projects/index.ts'
import { acceptedPayment, isTaken, loadRefunds, paymentById, refundableAmount } from './refund.ts'
import { insertRequestedRefunds } from './requested-refunds.ts'

/** What somebody asks for; `amount` null: all that is left, in minor units. */
export interface RequestRefundInput {
  readonly projectId: number
  readonly orderId: number
  /** Null: the payment that paid the order. Another one is given back when it waits in review, for instance. */
  readonly paymentId: number | null
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

/** Requests one refund of a payment of an order. */
export const requestRefund: Command<RequestRefundInput, RequestRefundResult> = {
  name: 'refunds.request',
  groupMax: 16,
  keys: ({ projectId, orderId }) => [`order:${projectId}:${orderId}`],
}

/**
 * Handler of `requestRefund`. Orders are locked together, in the one order of all locks: one after the other, two nodes could wait for
 * each other in a ring.
 */
export async function requestRefunds(
  tx: Tx,
  inputs: readonly RequestRefundInput[],
): Promise<readonly RequestRefundResult[]> {
  const orders = await lockOrders(
    tx,
    inputs.map(({ projectId, orderId }) => ({ projectId, id: orderId })),
  )
  const results: RequestRefundResult[] = []
  for (const input of inputs) {
    results.push(await requestOne(tx, input, orders.get(orderKey(input.projectId, input.orderId))))
  }
  return results
}

async function requestOne(
  tx: Tx,
  input: RequestRefundInput,
  order: Row<'orders'> | undefined,
): Promise<RequestRefundResult> {
  const { projectId, orderId } = input
  if (order === undefined) return refused('order_not_found', { orderId })
  const payment = await paymentToRefund(tx, input, order)
  if (payment === undefined) return refused('payment_not_found', { orderId, transactionId: input.paymentId })
  if (payment === null) return refused('refund_not_paid', { orderId, status: order.status })
  const refunds = await loadRefunds(tx, projectId, orderId)
  const rest = refundableAmount(payment, refunds)
  const fault = faultOf(input, rest, underWay(payment, refunds))
  if (fault !== null) return refused(fault, { orderId, amount: input.amount, refundable: rest, code: input.code })
  return { kind: 'requested', refund: await writeRequest(tx, input, { payment, amount: input.amount ?? rest }) }
}

/** Undefined: the order has no such payment. Null: nothing was taken, so nothing can be given back. */
async function paymentToRefund(
  tx: Tx,
  { projectId, orderId, paymentId }: RequestRefundInput,
  order: Row<'orders'>,
): Promise<Row<'payments'> | null | undefined> {
  if (paymentId === null) return (await acceptedPayment(tx, order)) ?? null
  const payment = await paymentById(tx, projectId, paymentId)
  if (payment?.order_id !== orderId) return undefined
  return isTaken(payment) ? payment : null
}

async function writeRequest(
  tx: Tx,
  input: RequestRefundInput,
  { payment, amount }: { readonly payment: Row<'payments'>; readonly amount: number },
): Promise<Row<'refunds'>> {
  const { projectId, orderId, code, author } = input
  const { id: paymentId, currency } = payment
  const [refund] = await insertRequestedRefunds(tx, [{ ...input, paymentId, amount, currency, reason: reasonOf(code) }])
  const details = { transactionId: paymentId, amount, currency, code }
  await recordAudit(tx, { projectId, actor: author, action: 'refund.request', target: `order ${orderId}`, details })
  return refund as Row<'refunds'>
}

/** Minor units of refunds that have neither succeeded nor failed yet. */
function underWay({ id }: Row<'payments'>, refunds: readonly Row<'refunds'>[]): number {
  const open = refunds.filter(
    ({ payment_id, state }) => payment_id === id && state !== 'failed' && state !== 'succeeded',
  )
  return open.reduce((sum, refund) => sum + refund.amount, 0)
}

function faultOf({ amount, code }: RequestRefundInput, rest: number, open: number): ErrorCode | null {
  if (!isRefundCode(code)) return 'refund_code_unknown'
  if (amount !== null && (!Number.isSafeInteger(amount) || amount < 1)) return 'refund_amount_invalid'
  const wanted = amount ?? Math.max(rest, 1)
  if (wanted > rest) return wanted <= rest + open ? 'refund_in_progress' : 'refund_amount_too_large'
  // What is left after an earlier part completes the whole, so only a part of the rest needs a code that allows parts.
  return wanted < rest && !REFUND_CODES[code].partialAllowed ? 'refund_partial_refused' : null
}

function reasonOf(code: number): string {
  return isRefundCode(code) ? REFUND_CODES[code].reason : ''
}

function refused(code: ErrorCode, details: Readonly<Record<string, unknown>>): RequestRefundResult {
  return { kind: 'refused', code, details }
}
