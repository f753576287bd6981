// Rows for tests of orders.
import type { Party } from '../../platform/http/index.ts'
import type { Row } from '../../platform/store/index.ts'

/** The project of all tests. */
export const PROJECT_ID = 44056

let lastId = 1_000_000_000

/** A user of the test's shop. */
export function userParty(id: string): Party {
  return { projectId: PROJECT_ID, kind: 'user', id }
}

/** A succeeded payment of all of `order`. */
export function givenPayment(order: Row<'orders'>, members: Partial<Row<'payments'>> = {}): Row<'payments'> {
  lastId += 1
  return {
    project_id: order.project_id,
    id: lastId,
    order_id: order.id,
    provider: 'sandbox',
    provider_reference: `payment-${lastId}`,
    state: 'succeeded',
    amount: order.amount,
    currency: order.currency ?? 'USD',
    method: 1380,
    method_name: 'Bank card',
    is_sandbox: order.mode === 'sandbox' ? 1 : 0,
    review_reason: null,
    details: '{}',
    occurred_at: order.created_at,
    created_at: order.created_at,
    updated_at: order.created_at,
    ...members,
  }
}

/** A succeeded refund of all of `order`. */
export function givenRefund(order: Row<'orders'>, members: Partial<Row<'refunds'>> = {}): Row<'refunds'> {
  lastId += 1
  return {
    project_id: order.project_id,
    id: lastId,
    order_id: order.id,
    payment_id: order.accepted_payment_id ?? 0,
    provider_reference: null,
    state: 'succeeded',
    amount: order.amount,
    currency: order.currency ?? 'USD',
    code: 1,
    reason: 'request',
    reason_detail: null,
    author: 'API',
    failure: null,
    lease_token: null,
    lease_until: null,
    attempt_count: 1,
    due_at: null,
    requested_at: order.created_at,
    ended_at: order.created_at,
    ...members,
  }
}

/** Webhook settings of the test's shop. */
export function givenWebhook(members: Partial<Row<'webhook_settings'>> = {}): Row<'webhook_settings'> {
  return {
    project_id: PROJECT_ID,
    url: 'https://game.example/hook',
    secret: 'sealed',
    previous_secret: null,
    previous_secret_until: null,
    is_enabled: 1,
    version: 1,
    failing_told_at: null,
    created_at: 0,
    updated_at: 0,
    ...members,
  }
}
