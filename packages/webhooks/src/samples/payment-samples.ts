// Sample webhooks about money: payment, refund, partial_refund, ps_declined.
import {
  type BillingPurchase,
  type CustomParameters,
  type NumberMoney,
  type PartialRefundWebhook,
  type PaymentBilling,
  type PaymentWebhook,
  type PercentMoney,
  type PsDeclinedWebhook,
  REFUND_CODES,
  type RefundBilling,
  type RefundCode,
  type RefundWebhook,
  type WebhookPaymentDetails,
  type WebhookPurchase,
  type WebhookRefundDetails,
  type WebhookSettings,
  type WebhookUser,
} from '@ordertrail/core'
import { type SampleOrder, type WholeSample, wholeSample } from './sample-order.ts'
import { type DeepPartial, withOverrides } from './with-overrides.ts'

const BANK_CARD = 1380
const BY_THE_GAME: RefundCode = 1
const TEST_PAYMENT: RefundCode = 5
const PAID_AT = '2026-07-31T09:10:23+03:00'
const REFUNDED_AT = '2026-08-01T10:00:00+03:00'

/** Sent in separate mode before order_paid; tells of the money only. */
export function samplePayment(sample: SampleOrder = {}, over?: DeepPartial<PaymentWebhook>): PaymentWebhook {
  const whole = wholeSample(sample)
  const body: PaymentWebhook = {
    notification_type: 'payment',
    settings: settingsOf(whole),
    purchase: purchaseOf(whole),
    user: userOf(whole),
    transaction: {
      ...transactionOf(whole),
      ...paidBy(),
      ...(whole.isFull ? { card_bin: '411111', card_suffix: '1111', card_brand: 'Visa' } : {}),
    },
    payment_details: paymentDetails(whole.total),
    ...(whole.isFull
      ? { ...parametersOf({ saved_payment_method: 1, payment_type: 1 }), payment_account: ACCOUNT }
      : {}),
  }
  return withOverrides(body, over)
}

/** Sent in separate mode before order_canceled, when the whole payment went back. */
export function sampleRefund(sample: SampleOrder = {}, over?: DeepPartial<RefundWebhook>): RefundWebhook {
  const whole = wholeSample(sample)
  const body: RefundWebhook = {
    notification_type: 'refund',
    ...refundParts(whole, whole.total),
    ...(whole.isFull ? parametersOf() : {}),
  }
  return withOverrides(body, over)
}

/** Sent in both modes, by project toggle, when a part of the payment went back: here half of it, rounded down. */
export function samplePartialRefund(
  sample: SampleOrder = {},
  over?: DeepPartial<PartialRefundWebhook>,
): PartialRefundWebhook {
  const whole = wholeSample(sample)
  const half = { ...whole.total, amount: Math.floor(whole.total.amount * 50) / 100 }
  return withOverrides({ notification_type: 'partial_refund', ...refundParts(whole, half) }, over)
}

/** Sent in both modes, by project toggle, when the payment system says no. */
export function samplePsDeclined(sample: SampleOrder = {}, over?: DeepPartial<PsDeclinedWebhook>): PsDeclinedWebhook {
  const whole = wholeSample(sample)
  const body: PsDeclinedWebhook = {
    notification_type: 'ps_declined',
    settings: settingsOf(whole),
    user: userOf(whole),
    transaction: {
      id: whole.transactionId,
      ...externalId(whole),
      ...dryRun(whole),
      payment_method: BANK_CARD,
    },
    refund_details: {
      author: 'payment system',
      code: 8,
      reason: REFUND_CODES[8].reason,
      date: PAID_AT,
      ...(whole.isFull ? { reason_detail: 'Insufficient funds' } : {}),
    },
  }
  return withOverrides(body, over)
}

/** The payment as a combined order_paid carries it. */
export function paymentBilling(whole: WholeSample): PaymentBilling {
  return {
    notification_type: 'payment',
    settings: settingsOf(whole),
    purchase: billedPurchase(whole),
    transaction: { ...transactionOf(whole), ...paidBy() },
    payment_details: paymentDetails(whole.total),
  }
}

/** The refund as a combined order_canceled carries it. */
export function refundBilling(whole: WholeSample): RefundBilling {
  const { settings, transaction, payment_details, refund_details } = refundParts(whole, whole.total)
  return {
    notification_type: 'refund',
    settings,
    purchase: billedPurchase(whole),
    transaction,
    payment_details,
    refund_details,
  }
}

/** Where the news comes from. */
export function settingsOf({ projectId, merchantId }: WholeSample): WebhookSettings {
  return { project_id: projectId, merchant_id: merchantId }
}

/** The player, as questions and payment webhooks tell it. */
export function userOf({ userId, isFull }: WholeSample): WebhookUser {
  return {
    ip: '127.0.0.1',
    ...(isFull ? { phone: '18777976552' } : {}),
    email: 'player@example.com',
    id: userId,
    ...(isFull ? { name: 'Ann Player' } : {}),
    country: 'US',
    ...(isFull ? { zip: '10001' } : {}),
  }
}

/** What the game attached to the order, and what a project toggle adds to it in a payment. */
export function parametersOf(added: CustomParameters = {}): { readonly custom_parameters: CustomParameters } {
  return { custom_parameters: { character: 'mage', level: 7, ...added } }
}

const ACCOUNT = { name: '4111 11** **** 1111', payment_method: BANK_CARD, type: 'card' }

function refundParts(
  whole: WholeSample,
  money: NumberMoney,
): Required<Omit<RefundWebhook, 'notification_type' | 'custom_parameters'>> {
  return {
    settings: settingsOf(whole),
    purchase: purchaseOf(whole),
    user: userOf(whole),
    transaction: { ...transactionOf(whole), date: PAID_AT },
    payment_details: paymentDetails(money),
    refund_details: refundDetails(whole),
  }
}

function refundDetails({ isFull, isSandbox }: WholeSample): WebhookRefundDetails {
  const code = isSandbox ? TEST_PAYMENT : BY_THE_GAME
  return {
    code,
    reason: REFUND_CODES[code].reason,
    author: 'API',
    date: REFUNDED_AT,
    ...(isFull ? { reason_detail: 'Asked for by the player in a letter' } : {}),
  }
}

type SharedTransaction = Pick<
  PaymentWebhook['transaction'],
  'id' | 'external_id' | 'payment_method_order_id' | 'dry_run' | 'agreement'
>

function transactionOf(whole: WholeSample): SharedTransaction {
  return {
    id: whole.transactionId,
    ...externalId(whole),
    payment_method_order_id: `ps-${whole.transactionId}`,
    ...dryRun(whole),
    ...(whole.isFull ? { agreement: 7311 } : {}),
  }
}

function paidBy(): Pick<PaymentWebhook['transaction'], 'payment_date' | 'payment_method' | 'payment_method_name'> {
  return { payment_date: PAID_AT, payment_method: BANK_CARD, payment_method_name: 'Credit/Debit Cards' }
}

function externalId({ isFull, orderId }: WholeSample): { readonly external_id?: string } {
  return isFull ? { external_id: `shop-${orderId}` } : {}
}

function dryRun({ isSandbox }: WholeSample): { readonly dry_run?: 1 } {
  return isSandbox ? { dry_run: 1 } : {}
}

function billedPurchase({ total, isFull }: WholeSample): BillingPurchase {
  return {
    total,
    ...(isFull
      ? {
          promotions: [{ technical_name: 'summer', id: 12 }],
          coupon: { coupon_code: 'SUMMER26', campaign_code: 'summer-coupon' },
        }
      : {}),
  }
}

function purchaseOf(whole: WholeSample): WebhookPurchase {
  return {
    checkout: whole.total,
    ...billedPurchase(whole),
    ...(whole.isFull ? { order: { id: whole.orderId, lineitems: whole.items.map(lineOf) } } : {}),
  }
}

function lineOf({
  sku,
  quantity,
  amount,
  promotions,
}: WholeSample['items'][number]): NonNullable<WebhookPurchase['order']>['lineitems'][number] {
  const before = promotions[0]?.amount_without_discount
  return {
    sku,
    quantity,
    price: { currency: 'USD', amount: Number(amount ?? 0) },
    ...(before === undefined ? {} : { price_before_discount: { currency: 'USD', amount: Number(before) } }),
  }
}

function paymentDetails(money: NumberMoney): WebhookPaymentDetails {
  const nothing: NumberMoney = { currency: money.currency, amount: 0 }
  const noTax: PercentMoney = { currency: money.currency, amount: 0, percent: 0 }
  return {
    payment: money,
    payment_method_sum: money,
    xsolla_balance_sum: nothing,
    payout: money,
    xsolla_fee: nothing,
    payment_method_fee: nothing,
    vat: noTax,
    sales_tax: noTax,
    direct_wht: noTax,
    payout_currency_rate: '1',
    repatriation_commission: nothing,
    country_wht: noTax,
    user_acquisition_fee: noTax,
  }
}
