// Bodies about money: payment, refund, partial_refund and ps_declined.
import {
  type CustomParameters,
  isRefundCode,
  type PartialRefundWebhook,
  type PaymentWebhook,
  type PsDeclinedWebhook,
  REFUND_CODES,
  type RefundCode,
  type RefundWebhook,
} from '@ordertrail/core'
import type { Row } from '../platform/store/index.ts'
import { type NotificationSubject, paymentOf, refundOf } from './notification-subject.ts'
import { readStored } from './stored-details.ts'
import {
  cardMembers,
  paymentDetailsOf,
  wirePaymentDetails,
  wirePurchase,
  wireRefundDetails,
  wireRefundTransaction,
  wireSettings,
  wireTransaction,
} from './wire-payment.ts'
import { wireTime } from './wire-time.ts'
import { wireUser } from './wire-user.ts'

/** The payment system's own refusal, where a provider names no better code. */
const DECLINED_BY_PAYMENT_SYSTEM: RefundCode = 8

/** `payment`: all of the accepted payment. */
export function paymentBody(subject: NotificationSubject): PaymentWebhook {
  const { order, merchantId, format } = subject
  const payment = paymentOf(subject)
  return {
    notification_type: 'payment',
    settings: wireSettings(order, merchantId),
    purchase: wirePurchase(subject, payment),
    user: wireUser(order, format.toggles.onlyNecessaryUser),
    transaction: { ...wireTransaction(order, payment), ...cardMembers(payment, format.toggles) },
    payment_details: wirePaymentDetails(payment, payment.amount),
    custom_parameters: paymentParameters(subject, payment),
    payment_account: format.toggles.paymentAccount ? paymentDetailsOf(payment).paymentAccount : undefined,
  }
}

/** `refund`: the accepted payment is given back whole. */
export function refundBody(subject: NotificationSubject): RefundWebhook {
  const payment = paymentOf(subject)
  return {
    notification_type: 'refund',
    ...refundMembers(subject, payment.amount),
    custom_parameters: readStored<CustomParameters>(subject.order.custom_parameters),
  }
}

/** `partial_refund`: the purchase as it was, the sums of this refund; documented without custom parameters. */
export function partialRefundBody(subject: NotificationSubject): PartialRefundWebhook {
  return { notification_type: 'partial_refund', ...refundMembers(subject, refundOf(subject).amount) }
}

/** What full and partial refunds share; `amount` is what this one is about. */
function refundMembers(subject: NotificationSubject, amount: number) {
  const { order, merchantId, format } = subject
  const payment = paymentOf(subject)
  return {
    settings: wireSettings(order, merchantId),
    purchase: wirePurchase(subject, payment),
    user: wireUser(order, format.toggles.onlyNecessaryUser),
    transaction: wireRefundTransaction(order, payment),
    payment_details: wirePaymentDetails(payment, amount),
    refund_details: wireRefundDetails(refundOf(subject)),
  }
}

/** The order's own parameters, and how the payment used a saved method where the project asked for that. */
function paymentParameters(
  { order, format }: NotificationSubject,
  payment: Row<'payments'>,
): CustomParameters | undefined {
  const own = readStored<CustomParameters>(order.custom_parameters)
  if (!format.toggles.savedPaymentMethods) return own
  const { savedMethod = 0, paymentType = 1 } = paymentDetailsOf(payment)
  return { ...own, saved_payment_method: savedMethod, payment_type: paymentType }
}

/** `ps_declined`: the payment system said no; outside the line of the order's other webhooks. */
export function declinedBody(subject: NotificationSubject): PsDeclinedWebhook {
  const { order, merchantId, format } = subject
  const payment = paymentOf(subject)
  const { declineCode, declineReason } = paymentDetailsOf(payment)
  const code = declineCode !== undefined && isRefundCode(declineCode) ? declineCode : DECLINED_BY_PAYMENT_SYSTEM
  return {
    notification_type: 'ps_declined',
    settings: wireSettings(order, merchantId),
    user: wireUser(order, format.toggles.onlyNecessaryUser),
    transaction: {
      id: payment.id,
      external_id: order.external_id ?? undefined,
      dry_run: payment.is_sandbox === 1 ? 1 : undefined,
      payment_method: payment.method,
    },
    refund_details: {
      author: payment.provider,
      code,
      reason: REFUND_CODES[code].reason,
      date: wireTime(payment.occurred_at),
      reason_detail: declineReason,
    },
  }
}
