// Tests of the words in webhook bodies, and samples that hold the types to the documented bodies.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CURRENCY_KINDS } from '../order-status.ts'
import { NOTIFICATION_TYPES, type NotificationType } from './notification-type.ts'
import { type CombinedOrderPaidWebhook, CURRENCY_TYPES, type OrderPaidWebhook } from './order-webhooks.ts'
import type { PaymentWebhook } from './payment-webhooks.ts'
import { LISTENER_ERROR_CODES } from './question-webhooks.ts'
import type { WebhookBody } from './webhook-body.ts'

test('every body has a type in the list, and every type has a body', () => {
  const bodies: Readonly<Record<NonNullable<WebhookBody['notification_type']>, true>> = {
    user_validation: true,
    user_search: true,
    payment: true,
    refund: true,
    partial_refund: true,
    ps_declined: true,
    order_paid: true,
    order_canceled: true,
    partner_side_catalog: true,
  }
  const types: readonly NotificationType[] = NOTIFICATION_TYPES
  assert.deepEqual(Object.keys(bodies), types)
})

test('a free order says unknown for its kind of currency', () => {
  assert.deepEqual(
    CURRENCY_KINDS.map((kind) => CURRENCY_TYPES[kind]),
    ['real', 'virtual', 'unknown'],
  )
})

test('listeners refuse with five codes', () => {
  assert.deepEqual(
    [...LISTENER_ERROR_CODES],
    ['INVALID_USER', 'INVALID_PARAMETER', 'INVALID_SIGNATURE', 'INCORRECT_AMOUNT', 'INCORRECT_INVOICE'],
  )
})

const USD = (amount: number) => ({ currency: 'USD', amount })
const NO_TAX = { currency: 'USD', amount: 0, percent: 0 }

const PAYMENT: PaymentWebhook = {
  notification_type: 'payment',
  settings: { project_id: 44056, merchant_id: 1001 },
  purchase: { checkout: USD(1.99), total: USD(1.99) },
  user: { id: 'player-1', country: 'US' },
  transaction: { id: 2105129134, dry_run: 1, payment_date: '2026-07-31T09:10:23+03:00', payment_method: 1380 },
  payment_details: {
    payment: USD(1.99),
    payment_method_sum: USD(1.99),
    xsolla_balance_sum: USD(0),
    payout: USD(1.77),
    vat: NO_TAX,
    payout_currency_rate: '1',
    xsolla_fee: USD(0.11),
    payment_method_fee: USD(0.11),
    sales_tax: NO_TAX,
    direct_wht: NO_TAX,
    repatriation_commission: USD(0),
    country_wht: NO_TAX,
    user_acquisition_fee: NO_TAX,
  },
  custom_parameters: { level: 7, saved_payment_method: 1 },
}

const ORDER_PAID: OrderPaidWebhook = {
  notification_type: 'order_paid',
  items: [
    { sku: 'chest', type: 'bundle', is_pre_order: false, quantity: 1, amount: '1.9900', promotions: [] },
    { sku: 'gold', type: 'virtual_currency', is_pre_order: false, quantity: 1500, amount: null, promotions: [] },
  ],
  order: {
    id: 10000001,
    mode: 'sandbox',
    currency_type: 'real',
    currency: 'USD',
    amount: '1.9900',
    status: 'paid',
    platform: 'xsolla',
    comment: null,
    invoice_id: '2105129134',
    promotions: [],
  },
  user: { external_id: 'player-1', email: '' },
}

test('a combined order_paid holds the payment without its player', () => {
  const { user, custom_parameters, purchase, ...payment } = PAYMENT
  const billing = { ...payment, purchase: { total: USD(1.99) } }
  const body: CombinedOrderPaidWebhook = { ...ORDER_PAID, billing }
  assert.deepEqual(Object.keys(body), ['notification_type', 'items', 'order', 'user', 'billing'])
  assert.equal(body.order.invoice_id, String(body.billing?.transaction.id))
})
