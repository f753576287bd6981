// An order that nobody made: what the test of an endpoint tells of.
import { randomInt } from 'node:crypto'
import { REFUND_CODES } from '@ordertrail/core'
import { orderItemRows, samplePrice } from '../../catalog/index.ts'
import type { NotificationSubject } from '../../notifications/index.ts'
import type { Row, Store } from '../../platform/store/index.ts'
import type { ProjectFacts } from '../../projects/index.ts'
import { notificationFormatOf } from '../notification-format.ts'
import type { EndpointTestWish } from './checks.ts'

/** Real orders and payments have larger ids, so that no test is ever taken for one of them. */
const ORDER_ID_MAX = 10_000_000
export const TEST_TRANSACTION_ID_MAX = 1_000_000_000

const TEST_PAYMENT_REFUND = 5
const BANK_CARD = 1380
const COUNTRY = 'US'

/** Subjects of the notifications of one sample order. */
export interface SampleOrder {
  /** Of everything but a partial refund. */
  readonly whole: NotificationSubject
  readonly partlyRefunded: NotificationSubject
}

/** A sandbox order of one item, paid and refunded. Its ids are new each time, because listeners know repeated ones again. */
export async function sampleOrder(
  store: Pick<Store, 'read' | 'now'>,
  facts: ProjectFacts,
  wish: Pick<EndpointTestWish, 'userId' | 'sku' | 'transactionId'>,
): Promise<SampleOrder> {
  const { projectId, merchantId } = facts
  const { defaultCurrency, currencyByCountry } = facts.settings
  const choice = { currency: null, country: COUNTRY, defaultCurrency, currencyByCountry }
  const price = await samplePrice(store.read, { projectId, sku: wish.sku, choice })
  const now = store.now()
  const ids = {
    orderId: randomInt(1, ORDER_ID_MAX + 1),
    paymentId: wish.transactionId ?? randomInt(1, TEST_TRANSACTION_ID_MAX + 1),
  }
  const currency = price.currency ?? defaultCurrency
  const order = orderRow({ projectId, now, userId: wish.userId, amount: price.amount, currency, ...ids })
  const payment = paymentRow({ projectId, now, amount: price.amount, currency, ...ids })
  const whole: NotificationSubject = {
    merchantId,
    format: notificationFormatOf(facts, 'webhook'),
    order,
    items: orderItemRows(projectId, ids.orderId, price.lines),
    payment,
    refund: refundRow(payment, payment.amount),
  }
  return {
    whole,
    partlyRefunded: { ...whole, refund: refundRow(payment, Math.max(1, Math.floor(payment.amount / 2))) },
  }
}

interface SampleFacts {
  readonly projectId: number
  readonly orderId: number
  readonly paymentId: number
  readonly amount: number
  readonly currency: string
  readonly now: number
}

function orderRow(of: SampleFacts & { readonly userId: string }): Row<'orders'> {
  return {
    project_id: of.projectId,
    id: of.orderId,
    status: 'paid',
    mode: 'sandbox',
    currency_kind: 'real',
    currency: of.currency,
    amount: of.amount,
    amount_without_discount: of.amount,
    party_kind: 'user',
    party_id: of.userId,
    channel: '',
    user_email: 'player@example.com',
    user_country: COUNTRY,
    user_details: JSON.stringify({ name: 'Test Player', ip: '127.0.0.1' }),
    platform: 'xsolla',
    comment: null,
    external_id: null,
    custom_parameters: null,
    promotions: '[]',
    promocodes: null,
    coupons: null,
    settings: '{}',
    accepted_payment_id: of.paymentId,
    timeline_length: 0,
    created_at: of.now,
    updated_at: of.now,
    paid_at: of.now,
    overdue_at: null,
    expires_at: null,
  }
}

function paymentRow(of: SampleFacts): Row<'payments'> {
  return {
    project_id: of.projectId,
    id: of.paymentId,
    order_id: of.orderId,
    provider: 'sandbox',
    provider_reference: `test-${of.paymentId}`,
    state: 'succeeded',
    amount: of.amount,
    currency: of.currency,
    method: BANK_CARD,
    method_name: 'Bank card',
    is_sandbox: 1,
    review_reason: null,
    details: '{}',
    occurred_at: of.now,
    created_at: of.now,
    updated_at: of.now,
  }
}

function refundRow(payment: Row<'payments'>, amount: number): Row<'refunds'> {
  return {
    project_id: payment.project_id,
    id: 0,
    order_id: payment.order_id,
    payment_id: payment.id,
    provider_reference: null,
    state: 'succeeded',
    amount,
    currency: payment.currency,
    code: TEST_PAYMENT_REFUND,
    reason: REFUND_CODES[TEST_PAYMENT_REFUND].reason,
    reason_detail: null,
    author: 'OrderTrail',
    failure: null,
    lease_token: null,
    lease_until: null,
    attempt_count: 0,
    due_at: null,
    requested_at: payment.occurred_at,
    ended_at: payment.occurred_at,
  }
}
