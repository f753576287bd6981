// Webhook bodies as the documentation has them, for one sword that player-1 paid in the sandbox.
import type { Json } from './given-shop.ts'

/** What differs from order to order and is read from the one that is compared. */
export interface PaidFacts {
  readonly orderId: number
  readonly transactionId: number
  /** payment_method_order_id: the provider's own text. */
  readonly reference: string
  readonly paidAt: string
}

/** Numeric offset, as payments have it. */
export const WIRE_TIME: RegExp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/

const SETTINGS = { project_id: 44056, merchant_id: 1001 }
const USER = { external_id: 'player-1', email: 'ann@example.com', country: 'US' }
const PAYER = { ip: '127.0.0.1', email: 'ann@example.com', id: 'player-1', country: 'US' }
const PRICE = 4.99

/** `user_validation`. */
export const USER_VALIDATION: Json = { notification_type: 'user_validation', settings: SETTINGS, user: PAYER }

/** `order_paid` without `billing`, which is the whole of it in separate mode. */
export function orderPaid(facts: PaidFacts): Json {
  return { ...purchased(facts, 'paid'), notification_type: 'order_paid' }
}

/** `order_canceled` without `billing`. */
export function orderCanceled(facts: PaidFacts): Json {
  return { ...purchased(facts, 'canceled'), notification_type: 'order_canceled' }
}

/** `billing` of order_paid in combined mode. */
export function paymentBilling(facts: PaidFacts): Json {
  return {
    notification_type: 'payment',
    settings: SETTINGS,
    purchase: { total: usd(PRICE) },
    transaction: paymentTransaction(facts),
    payment_details: paymentDetails(PRICE),
  }
}

/** `billing` of order_canceled in combined mode. */
export function refundBilling(facts: PaidFacts, refundDetails: Json): Json {
  return {
    notification_type: 'refund',
    settings: SETTINGS,
    purchase: { total: usd(PRICE) },
    transaction: refundTransaction(facts),
    payment_details: paymentDetails(PRICE),
    refund_details: refundDetails,
  }
}

/** `payment` of separate mode. */
export function payment(facts: PaidFacts): Json {
  return {
    notification_type: 'payment',
    settings: SETTINGS,
    purchase: { checkout: usd(PRICE), total: usd(PRICE) },
    user: PAYER,
    transaction: paymentTransaction(facts),
    payment_details: paymentDetails(PRICE),
  }
}

/** `refund`, and `partial_refund` of a part. */
export function refund(facts: PaidFacts, refundDetails: Json, part?: number): Json {
  return {
    notification_type: part === undefined ? 'refund' : 'partial_refund',
    settings: SETTINGS,
    purchase: { checkout: usd(PRICE), total: usd(PRICE) },
    user: PAYER,
    transaction: refundTransaction(facts),
    payment_details: paymentDetails(part ?? PRICE),
    refund_details: refundDetails,
  }
}

function purchased({ orderId, transactionId }: PaidFacts, status: 'paid' | 'canceled'): Json {
  return {
    items: [
      { sku: 'sword_1', type: 'virtual_good', is_pre_order: false, quantity: 1, amount: '4.9900', promotions: [] },
    ],
    order: {
      id: orderId,
      mode: 'default',
      currency_type: 'real',
      currency: 'USD',
      amount: '4.9900',
      status,
      platform: 'xsolla',
      comment: null,
      invoice_id: String(transactionId),
      promotions: [],
    },
    user: USER,
  }
}

function paymentTransaction({ transactionId, reference, paidAt }: PaidFacts): Json {
  return {
    id: transactionId,
    payment_method_order_id: reference,
    payment_date: paidAt,
    payment_method: 1380,
    payment_method_name: 'Bank card',
  }
}

function refundTransaction({ transactionId, reference, paidAt }: PaidFacts): Json {
  return { id: transactionId, payment_method_order_id: reference, date: paidAt }
}

function paymentDetails(amount: number): Json {
  const untaxed = { ...usd(0), percent: 0 }
  return {
    payment: usd(amount),
    payment_method_sum: usd(amount),
    xsolla_balance_sum: usd(0),
    payout: usd(amount),
    xsolla_fee: usd(0),
    payment_method_fee: usd(0),
    vat: untaxed,
    sales_tax: untaxed,
    direct_wht: untaxed,
    payout_currency_rate: '1',
    repatriation_commission: usd(0),
    country_wht: untaxed,
    user_acquisition_fee: untaxed,
  }
}

function usd(amount: number): Json {
  return { currency: 'USD', amount }
}
