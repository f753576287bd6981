// The keys under which handled webhooks are remembered.
import type { IdempotencyEntry } from './idempotency-store.ts'
import type { RefundNotice } from './payment-notice.ts'
import { numberAt, objectAt, textAt, type WireObject } from './wire-fields.ts'

/** The webhooks of an order: granting is forbidden once the order was canceled. */
export function orderEntry(scope: string, type: 'order_paid' | 'order_canceled', orderId: number): IdempotencyEntry {
  const keyOf = (name: string): string => `${scope}:${name}:${orderId}`
  return {
    key: keyOf(type),
    subject: keyOf('order'),
    forbiddenBy: type === 'order_paid' ? [keyOf('order_canceled')] : [],
  }
}

/** payment, refund, ps_declined: each at most once for a transaction. */
export function transactionEntry(scope: string, type: string, transactionId: string): IdempotencyEntry {
  return { key: `${scope}:${type}:${transactionId}`, subject: `${scope}:transaction:${transactionId}`, forbiddenBy: [] }
}

/** partial_refund: a transaction may have several, told apart by date and amount. */
export function partialRefundEntry(scope: string, notice: RefundNotice): IdempotencyEntry {
  const { refund, transactionId, amount } = notice
  const body = notice.raw as object as WireObject
  const date = refund?.date ?? textAt(objectAt(body, 'transaction'), 'date') ?? ''
  const total = numberAt(objectAt(body, 'purchase', 'total'), 'amount')
  // A repeat is the same body, so naming both sums can only tell more apart.
  const part = [date, amount ?? '', total ?? ''].join(':')
  return {
    ...transactionEntry(scope, 'partial_refund', transactionId),
    key: `${scope}:partial_refund:${transactionId}:${part}`,
  }
}
