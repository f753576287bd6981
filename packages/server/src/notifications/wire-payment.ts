// The parts of payment, refund and `billing`: purchase, transaction, payment_details and refund_details.
import {
  type BillingPurchase,
  type NumberMoney,
  numberAmount,
  type PurchaseOrder,
  type WebhookPaymentDetails,
  type WebhookPurchase,
  type WebhookRefundDetails,
  type WebhookRefundTransaction,
  type WebhookSettings,
  type WebhookTransaction,
} from '@ordertrail/core'
import type { Row } from '../platform/store/index.ts'
import type { NotificationSubject, NotificationToggles } from './notification-subject.ts'
import {
  type AppliedPromotion,
  type PaymentDetails,
  readStored,
  type TaxDetails,
  type UsedCode,
} from './stored-details.ts'
import { listedItems } from './wire-order.ts'
import { wireTime } from './wire-time.ts'

type Order = Row<'orders'>
type Payment = Row<'payments'>

/** `settings`: whose payment it is. */
export function wireSettings(order: Pick<Order, 'project_id'>, merchantId: number): WebhookSettings {
  return { project_id: order.project_id, merchant_id: merchantId }
}

function money(minor: number, currency: string): NumberMoney {
  return { currency, amount: numberAmount(minor, currency) }
}

function orderMoney(order: Order, payment: Payment): NumberMoney {
  return money(order.amount, order.currency ?? payment.currency)
}

/** `purchase` of `billing`: the total, and what made it smaller. */
export function billedPurchase({ order, items }: NotificationSubject, payment: Payment): BillingPurchase {
  const [coupon] = readStored<readonly UsedCode[]>(order.coupons) ?? []
  return {
    total: orderMoney(order, payment),
    promotions: purchasePromotions([order, ...items]),
    coupon: coupon && { coupon_code: coupon.code, campaign_code: coupon.externalId },
  }
}

/** Each promotion of the catalog once, whether it was applied to the order or to some of its lines; absent when there is none. */
function purchasePromotions(holders: readonly { readonly promotions: string }[]): BillingPurchase['promotions'] {
  const names = new Map<number, string>()
  for (const { promotions } of holders)
    for (const { id, technicalName } of readStored<readonly AppliedPromotion[]>(promotions) ?? [])
      if (id !== undefined) names.set(id, technicalName ?? '')
  if (names.size === 0) return undefined
  return [...names].map(([id, name]) => ({ technical_name: name, id }))
}

/** `purchase` of payment and refund. Events always have the order object: their readers can join nothing else. */
export function wirePurchase(subject: NotificationSubject, payment: Payment): WebhookPurchase {
  const { order, format } = subject
  const hasOrderObject = format.route === 'events' || format.toggles.orderObject
  return {
    checkout: orderMoney(order, payment),
    ...billedPurchase(subject, payment),
    order: hasOrderObject ? { id: order.id, lineitems: lineItems(subject, payment) } : undefined,
  }
}

/** Lines with the total of each; the content of a bundle costs nothing of its own. */
function lineItems(subject: NotificationSubject, payment: Payment): PurchaseOrder['lineitems'] {
  const currency = subject.order.currency ?? payment.currency
  return listedItems(subject).map(({ sku, quantity, amount, amount_without_discount: before }) => ({
    sku,
    quantity,
    price: money(amount ?? 0, currency),
    price_before_discount: before === null || before === amount ? undefined : money(before, currency),
  }))
}

function transactionBase(order: Order, payment: Payment, details: PaymentDetails) {
  return {
    id: payment.id,
    external_id: order.external_id ?? undefined,
    payment_method_order_id: details.paymentMethodOrderId ?? payment.provider_reference,
    // Present only on test payments; real ones do not carry the member at all.
    dry_run: payment.is_sandbox === 1 ? (1 as const) : undefined,
    agreement: details.agreement,
  }
}

/** `transaction` of a payment. */
export function wireTransaction(order: Order, payment: Payment): WebhookTransaction {
  return {
    ...transactionBase(order, payment, paymentDetailsOf(payment)),
    payment_date: wireTime(payment.occurred_at),
    payment_method: payment.method,
    payment_method_name: payment.method_name,
  }
}

/** What the toggles add to `transaction` of a payment webhook. */
export function cardMembers(payment: Payment, toggles: NotificationToggles): Partial<WebhookTransaction> {
  const card = paymentDetailsOf(payment).card ?? {}
  return {
    card_bin: toggles.cardDetails ? card.bin : undefined,
    card_suffix: toggles.cardDetails ? card.suffix : undefined,
    card_brand: toggles.cardBrand ? card.brand : undefined,
  }
}

/** `transaction` of a refund: the payment's, with its date and without its method. */
export function wireRefundTransaction(order: Order, payment: Payment): WebhookRefundTransaction {
  return { ...transactionBase(order, payment, paymentDetailsOf(payment)), date: wireTime(payment.occurred_at) }
}

/** `refund_details`; `date` is when the provider gave the money back. */
export function wireRefundDetails(refund: Row<'refunds'>): WebhookRefundDetails {
  return {
    code: refund.code as WebhookRefundDetails['code'],
    reason: refund.reason,
    author: refund.author,
    date: wireTime(refund.ended_at ?? refund.requested_at),
    reason_detail: refund.reason_detail ?? undefined,
  }
}

/**
 * `payment_details` of `amount` minor units of the payment: all of it, or the part that a partial refund gives back.
 *
 * We take no fee and convert nothing, so those members are 0 and the rate is 1. What the provider kept is known only
 * where it said so.
 */
export function wirePaymentDetails(payment: Payment, amount: number): WebhookPaymentDetails {
  const { currency } = payment
  const details = paymentDetailsOf(payment)
  const none = money(0, currency)
  const untaxed = { ...none, percent: 0 }
  const fee = amount === payment.amount ? (details.paymentMethodFee ?? 0) : 0
  const tax = (known: TaxDetails | undefined) =>
    known === undefined || amount !== payment.amount
      ? untaxed
      : { ...money(known.amount, currency), percent: known.percent }
  return {
    payment: money(amount, currency),
    payment_method_sum: money(amount, currency),
    xsolla_balance_sum: none,
    // A part may have been captured of what the fee was told for.
    payout: money(Math.max(0, amount - fee), currency),
    xsolla_fee: none,
    payment_method_fee: money(fee, currency),
    vat: tax(details.vat),
    sales_tax: tax(details.salesTax),
    direct_wht: untaxed,
    payout_currency_rate: '1',
    repatriation_commission: none,
    country_wht: untaxed,
    user_acquisition_fee: untaxed,
  }
}

/** The door through which `payments.details` is read. */
export function paymentDetailsOf(payment: Payment): PaymentDetails {
  return readStored<PaymentDetails>(payment.details) ?? {}
}
