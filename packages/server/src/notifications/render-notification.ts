// The body of any queued webhook or event: one renderer per type, compact JSON.
import type { DeliveryType, WebhookBody } from '@ordertrail/core'
import type { NotificationSubject } from './notification-subject.ts'
import { orderCanceledBody, orderPaidBody } from './order-bodies.ts'
import { declinedBody, partialRefundBody, paymentBody, refundBody } from './payment-bodies.ts'

const BODIES: Readonly<Record<DeliveryType, (subject: NotificationSubject) => WebhookBody>> = {
  payment: paymentBody,
  order_paid: orderPaidBody,
  partial_refund: partialRefundBody,
  refund: refundBody,
  order_canceled: orderCanceledBody,
  ps_declined: declinedBody,
}

/**
 * The body of one notification as compact JSON text, which is signed, sent and kept byte for byte.
 *
 * Members stand in the order of the sandbox captures where there are any, else of the reference. Those that do not
 * apply are absent.
 *
 * @throws {TypeError} when the subject lacks the payment or refund that the body is about
 *
 * Source: webhook reference.
 */
export function renderNotification(type: DeliveryType, subject: NotificationSubject): string {
  return JSON.stringify(BODIES[type](subject))
}
