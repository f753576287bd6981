// Givens for tests of bodies: an order of a bundle and a good, paid by card.
import type { Row } from '../../platform/store/index.ts'
import type { NotificationFormat, NotificationSubject } from '../notification-subject.ts'

const CREATED_AT = Date.UTC(2026, 6, 31, 6, 5, 0)

/** No toggle is on. */
export const noToggles: NotificationFormat['toggles'] = {
  paymentAccount: false,
  savedPaymentMethods: false,
  orderObject: false,
  onlyNecessaryUser: false,
  customParameters: false,
  cardDetails: false,
  cardBrand: false,
}

/** How a new project's webhooks look. */
const plainFormat: NotificationFormat = {
  mode: 'combined',
  version: 1,
  route: 'webhook',
  isBundleContentSent: true,
  toggles: noToggles,
}

/** A paid order of 5.49 USD by a known user. */
export function givenOrder(members: Partial<Row<'orders'>> = {}): Row<'orders'> {
  return {
    project_id: 44056,
    id: 10_000_001,
    status: 'paid',
    mode: 'default',
    currency_kind: 'real',
    currency: 'USD',
    amount: 549,
    amount_without_discount: 549,
    party_kind: 'user',
    party_id: 'player-1',
    channel: 'p44056_0',
    user_email: 'player@example.com',
    user_country: 'US',
    user_details: '{}',
    platform: 'xsolla',
    comment: null,
    external_id: null,
    custom_parameters: null,
    promotions: '[]',
    promocodes: null,
    coupons: null,
    settings: '{}',
    accepted_payment_id: 2_105_129_134,
    timeline_length: 2,
    created_at: CREATED_AT,
    updated_at: CREATED_AT,
    paid_at: CREATED_AT,
    overdue_at: null,
    expires_at: null,
    ...members,
  }
}

/** A line of one sword for 1.99 USD. */
export function givenItem(members: Partial<Row<'order_items'>> = {}): Row<'order_items'> {
  return {
    project_id: 44056,
    order_id: 10_000_001,
    position: 1,
    item_id: 7,
    sku: 'sword',
    type: 'virtual_good',
    name: 'Sword',
    quantity: 1,
    amount: 199,
    amount_without_discount: 199,
    is_free: 0,
    is_bonus: 0,
    is_bundle_content: 0,
    is_pre_order: 0,
    promotions: '[]',
    custom_attributes: null,
    description: null,
    ...members,
  }
}

/** A card payment of the whole order. */
export function givenPayment(members: Partial<Row<'payments'>> = {}): Row<'payments'> {
  return {
    project_id: 44056,
    id: 2_105_129_134,
    order_id: 10_000_001,
    provider: 'sandbox',
    provider_reference: '178547818170513111',
    state: 'succeeded',
    amount: 549,
    currency: 'USD',
    method: 1380,
    method_name: 'Bank card',
    is_sandbox: 0,
    review_reason: null,
    details: '{}',
    occurred_at: Date.UTC(2026, 6, 31, 6, 10, 23),
    created_at: CREATED_AT,
    updated_at: CREATED_AT,
    ...members,
  }
}

/** The whole payment given back at the user's wish. */
export function givenRefund(members: Partial<Row<'refunds'>> = {}): Row<'refunds'> {
  return {
    project_id: 44056,
    id: 501,
    order_id: 10_000_001,
    payment_id: 2_105_129_134,
    provider_reference: 're_1',
    state: 'succeeded',
    amount: 549,
    currency: 'USD',
    code: 9,
    reason: 'request of the user',
    reason_detail: null,
    author: 'support@example.com',
    failure: null,
    lease_token: null,
    lease_until: null,
    attempt_count: 1,
    due_at: null,
    requested_at: Date.UTC(2026, 7, 1, 10, 0, 0),
    ended_at: Date.UTC(2026, 7, 1, 10, 0, 5),
    ...members,
  }
}

/** A pack with 1500 gold in it, and a sword. */
export const pack: readonly Row<'order_items'>[] = [
  givenItem({ sku: 'gold_pack', type: 'bundle', amount: 350, amount_without_discount: 350 }),
  givenItem({
    position: 2,
    sku: 'gold',
    type: 'virtual_currency',
    quantity: 1500,
    amount: null,
    amount_without_discount: null,
    is_bundle_content: 1,
  }),
  givenItem({ position: 3, amount_without_discount: 299, custom_attributes: '{"rarity":"epic"}' }),
]

/** A subject whose members can be replaced. */
export function givenSubject(
  members: Partial<Omit<NotificationSubject, 'format'>> & { readonly format?: Partial<NotificationFormat> } = {},
): NotificationSubject {
  return {
    merchantId: 1001,
    order: givenOrder(),
    items: pack,
    payment: givenPayment(),
    refund: null,
    ...members,
    format: { ...plainFormat, ...members.format },
  }
}
