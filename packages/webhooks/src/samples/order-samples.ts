// Sample webhooks about orders: order_paid and order_canceled, in both modes.
import {
  type CombinedOrderCanceledWebhook,
  type CombinedOrderPaidWebhook,
  CURRENCY_TYPES,
  type WebhookOrder,
} from '@ordertrail/core'
import { parametersOf, paymentBilling, refundBilling } from './payment-samples.ts'
import { type SampleOrder, samplePromotion, type WholeSample, wholeSample } from './sample-order.ts'
import { type DeepPartial, withOverrides } from './with-overrides.ts'

/** What to grant. In combined mode with the payment, unless the order is free or virtual. */
export function sampleOrderPaid(
  sample: SampleOrder = {},
  over?: DeepPartial<CombinedOrderPaidWebhook>,
): CombinedOrderPaidWebhook {
  const whole = wholeSample(sample)
  const body: CombinedOrderPaidWebhook = {
    items: whole.items,
    notification_type: 'order_paid',
    ...buyerParts(whole, 'paid'),
    ...(hasBilling(whole) ? { billing: paymentBilling(whole) } : {}),
    ...(whole.isFull ? parametersOf() : {}),
  }
  return withOverrides(body, over)
}

/** What to take back. In combined mode with the refund, unless the order is free or virtual. */
export function sampleOrderCanceled(
  sample: SampleOrder = {},
  over?: DeepPartial<CombinedOrderCanceledWebhook>,
): CombinedOrderCanceledWebhook {
  const whole = wholeSample(sample)
  const body: CombinedOrderCanceledWebhook = {
    items: whole.items,
    notification_type: 'order_canceled',
    ...buyerParts(whole, 'canceled'),
    ...(hasBilling(whole) ? { billing: refundBilling(whole) } : {}),
    ...(whole.isFull ? parametersOf() : {}),
  }
  return withOverrides(body, over)
}

function hasBilling({ mode, money }: WholeSample): boolean {
  return mode === 'combined' && money === 'real'
}

function buyerParts(whole: WholeSample, status: string): Pick<CombinedOrderPaidWebhook, 'order' | 'user'> {
  return {
    order: orderOf(whole, status),
    user: { external_id: whole.userId, email: 'player@example.com', country: 'US' },
  }
}

function orderOf(whole: WholeSample, status: string): WebhookOrder {
  const { orderId, isSandbox, money, currency, amount, transactionId, isFull } = whole
  return {
    id: orderId,
    mode: isSandbox ? 'sandbox' : 'default',
    currency_type: CURRENCY_TYPES[money],
    currency,
    amount,
    status,
    platform: 'xsolla',
    comment: isFull ? 'Bought on the summer page' : null,
    invoice_id: money === 'real' ? String(transactionId) : null,
    promotions: isFull ? [samplePromotion(money)] : [],
    ...(isFull
      ? {
          promocodes: [{ code: 'SUMMER', external_id: 'summer-code' }],
          coupons: [{ code: 'SUMMER26', external_id: 'summer-coupon' }],
        }
      : {}),
  }
}
