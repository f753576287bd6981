// Bodies about what was bought: order_paid and order_canceled, with `billing` in combined mode.
import type {
  CombinedOrderCanceledWebhook,
  CombinedOrderPaidWebhook,
  CustomParameters,
  OrderCanceledWebhook,
  OrderPaidWebhook,
  PaymentBilling,
  RefundBilling,
} from '@ordertrail/core'
import { type NotificationSubject, refundOf } from './notification-subject.ts'
import { readStored } from './stored-details.ts'
import { listedItems, wireItem, wireOrder } from './wire-order.ts'
import {
  billedPurchase,
  wirePaymentDetails,
  wireRefundDetails,
  wireRefundTransaction,
  wireSettings,
  wireTransaction,
} from './wire-payment.ts'
import { wireOrderUser } from './wire-user.ts'

/** `order_paid`: what to grant. */
export function orderPaidBody(subject: NotificationSubject): OrderPaidWebhook | CombinedOrderPaidWebhook {
  return {
    items: listedItems(subject).map((item) => wireItem(subject.order, item, subject.format)),
    notification_type: 'order_paid',
    order: wireOrder(subject, 'paid'),
    user: wireOrderUser(subject.order),
    billing: paymentBilling(subject),
    custom_parameters: readStored<CustomParameters>(subject.order.custom_parameters),
  }
}

/** `order_canceled`: what to take back. */
export function orderCanceledBody(subject: NotificationSubject): OrderCanceledWebhook | CombinedOrderCanceledWebhook {
  return {
    items: listedItems(subject).map((item) => wireItem(subject.order, item, subject.format)),
    notification_type: 'order_canceled',
    order: wireOrder(subject, 'canceled'),
    user: wireOrderUser(subject.order),
    billing: refundBilling(subject),
    custom_parameters: readStored<CustomParameters>(subject.order.custom_parameters),
  }
}

/** Absent in separate mode, and where nothing was paid with money. */
function paymentBilling(subject: NotificationSubject): PaymentBilling | undefined {
  const { order, merchantId, format, payment } = subject
  if (format.mode === 'separate' || payment === null) return undefined
  return {
    notification_type: 'payment',
    settings: wireSettings(order, merchantId),
    purchase: billedPurchase(subject, payment),
    transaction: wireTransaction(order, payment),
    payment_details: wirePaymentDetails(payment, payment.amount),
  }
}

function refundBilling(subject: NotificationSubject): RefundBilling | undefined {
  const { order, merchantId, format, payment } = subject
  if (format.mode === 'separate' || payment === null) return undefined
  return {
    notification_type: 'refund',
    settings: wireSettings(order, merchantId),
    purchase: billedPurchase(subject, payment),
    transaction: wireRefundTransaction(order, payment),
    payment_details: wirePaymentDetails(payment, payment.amount),
    refund_details: wireRefundDetails(refundOf(subject)),
  }
}
