// The test kit: bodies as the sender writes them, to be signed and given to a listener under test.
import type {
  CombinedOrderCanceledWebhook,
  CombinedOrderPaidWebhook,
  NumberMoney,
  PaymentWebhook,
  PercentMoney,
  RefundWebhook,
  UserValidationWebhook,
  WebhookMode,
  WebhookOrderItem,
  WebhookPaymentDetails,
  WebhookRefundDetails,
} from '@ordertrail/core'

/** What a test cares about; all else is filled in. */
export interface SampleOrder {
  readonly mode?: WebhookMode
  readonly projectId?: number
  readonly orderId?: number
  readonly userId?: string
  readonly transactionId?: number
  readonly items?: readonly (Partial<WebhookOrderItem> & { readonly sku: string })[]
}

const DEFAULTS = {
  mode: 'combined',
  projectId: 44056,
  orderId: 59614241,
  userId: 'player-1',
  transactionId: 2105129134,
  items: [{ sku: 'gold_100' }],
} as const satisfies SampleOrder

const PRICE: NumberMoney = { currency: 'USD', amount: 1.99 }
const NOTHING: NumberMoney = { currency: 'USD', amount: 0 }
const NO_TAX: PercentMoney = { currency: 'USD', amount: 0, percent: 0 }
const PAYMENT_DETAILS: WebhookPaymentDetails = {
  payment: PRICE,
  payment_method_sum: PRICE,
  xsolla_balance_sum: NOTHING,
  payout: PRICE,
  vat: NO_TAX,
  payout_currency_rate: '1',
  xsolla_fee: NOTHING,
  payment_method_fee: NOTHING,
  sales_tax: NO_TAX,
  direct_wht: NO_TAX,
  repatriation_commission: NOTHING,
  country_wht: NO_TAX,
  user_acquisition_fee: NO_TAX,
}
const REFUND_DETAILS: WebhookRefundDetails = { code: 1, reason: 'Cancellation by the user request', author: 'API' }

/** A user_validation: does this player exist? */
export function sampleUserValidation(sample: SampleOrder = {}): UserValidationWebhook {
  const { projectId, userId } = { ...DEFAULTS, ...sample }
  return {
    notification_type: 'user_validation',
    settings: settingsOf(projectId),
    user: { ip: '127.0.0.1', email: 'player@example.com', id: userId, country: 'US' },
  }
}

/** An order_paid of the asked mode, paid in real money, webhook version 1. */
export function sampleOrderPaid(sample: SampleOrder = {}): CombinedOrderPaidWebhook {
  const whole = { ...DEFAULTS, ...sample }
  const body: CombinedOrderPaidWebhook = { ...orderParts(whole, 'paid'), notification_type: 'order_paid' }
  if (whole.mode === 'separate') return body
  const { notification_type, settings, transaction, payment_details } = samplePayment(sample)
  return { ...body, billing: { notification_type, settings, purchase: { total: PRICE }, transaction, payment_details } }
}

/** An order_canceled of the asked mode. */
export function sampleOrderCanceled(sample: SampleOrder = {}): CombinedOrderCanceledWebhook {
  const whole = { ...DEFAULTS, ...sample }
  const body: CombinedOrderCanceledWebhook = { ...orderParts(whole, 'canceled'), notification_type: 'order_canceled' }
  if (whole.mode === 'separate') return body
  const { purchase: _, user: __, ...billing } = sampleRefund(sample)
  return { ...body, billing: { ...billing, purchase: { total: PRICE } } }
}

/** A payment, as separate mode sends it before order_paid. */
export function samplePayment(sample: SampleOrder = {}): PaymentWebhook & Required<Pick<PaymentWebhook, 'settings'>> {
  const { projectId, userId, transactionId } = { ...DEFAULTS, ...sample }
  return {
    notification_type: 'payment',
    settings: settingsOf(projectId),
    purchase: { checkout: PRICE, total: PRICE },
    user: { ip: '127.0.0.1', email: 'player@example.com', id: userId, country: 'US' },
    transaction: { id: transactionId, payment_date: '2026-07-31T09:10:23+03:00', payment_method: 1380 },
    payment_details: PAYMENT_DETAILS,
  }
}

/** A refund, as separate mode sends it before order_canceled. */
export function sampleRefund(sample: SampleOrder = {}): RefundWebhook {
  const { projectId, userId, transactionId } = { ...DEFAULTS, ...sample }
  return {
    notification_type: 'refund',
    settings: settingsOf(projectId),
    purchase: { checkout: PRICE, total: PRICE },
    user: { ip: '127.0.0.1', email: 'player@example.com', id: userId, country: 'US' },
    transaction: { id: transactionId, date: '2026-08-01T10:00:00+03:00' },
    payment_details: PAYMENT_DETAILS,
    refund_details: REFUND_DETAILS,
  }
}

function settingsOf(projectId: number): { readonly project_id: number; readonly merchant_id: number } {
  return { project_id: projectId, merchant_id: 1001 }
}

function orderParts(
  { orderId, userId, transactionId, items }: Required<SampleOrder>,
  status: string,
): Pick<CombinedOrderPaidWebhook, 'items' | 'order' | 'user'> {
  return {
    items: items.map((item) => ({
      type: 'virtual_good',
      is_pre_order: false,
      quantity: 1,
      amount: '1.9900',
      promotions: [],
      ...item,
    })),
    order: {
      id: orderId,
      mode: 'default',
      currency_type: 'real',
      currency: 'USD',
      amount: '1.9900',
      status,
      platform: 'xsolla',
      comment: null,
      invoice_id: String(transactionId),
      promotions: [],
    },
    user: { external_id: userId, email: 'player@example.com', country: 'US' },
  }
}
