// Bodies of the webhooks that tell what to grant and what to take back: order_paid and order_canceled.
import type { CurrencyKind } from '../order-status.ts'
import type { PaymentBilling, RefundBilling } from './payment-webhooks.ts'
import type { CustomParameters } from './webhook-parts.ts'

/** Value of order.currency_type for each kind of money we sell for; `unknown` is the word for a free order. */
export const CURRENCY_TYPES: Readonly<Record<CurrencyKind, 'real' | 'virtual' | 'unknown'>> = {
  real: 'real',
  virtual: 'virtual',
  free: 'unknown',
}

/** A promotion that was applied, amounts as text. */
export interface WebhookPromotion {
  readonly amount_without_discount: string
  readonly amount_with_discount: string
  readonly sequence: number
}

/** A line of the order; the content of a bundle follows its bundle as lines of their own. */
export interface WebhookOrderItem {
  /** Game keys: SKU and platform, joined by an underscore. */
  readonly sku: string
  readonly type: 'virtual_good' | 'virtual_currency' | 'game_key' | 'bundle' | 'physical_good' | 'value_point'
  readonly is_pre_order: boolean
  /** Version 2 only, as the next two. */
  readonly is_free?: boolean
  readonly is_bonus?: boolean
  readonly is_bundle_content?: boolean
  readonly quantity: number
  /** Total of the line as text; null for the content of a bundle. */
  readonly amount: string | null
  readonly promotions: readonly WebhookPromotion[]
  readonly custom_attributes?: Readonly<Record<string, unknown>>
}

/** A promo code or coupon that was used. */
export interface WebhookCode {
  readonly code: string
  readonly external_id: string
}

/** The order itself. */
export interface WebhookOrder {
  readonly id: number
  readonly mode: 'default' | 'sandbox'
  readonly currency_type: 'real' | 'virtual' | 'unknown' | 'loyalty_point'
  /** ISO 4217 for money, the SKU for a virtual currency, null for a free order. */
  readonly currency: string | null
  readonly amount: string
  readonly status: string
  readonly platform: string | null
  readonly comment: string | null
  /** Transaction id of the payment as text, the link to it; null for free and virtual orders. */
  readonly invoice_id: string | null
  readonly promotions: readonly WebhookPromotion[]
  /** Absent when none was used, as coupons. */
  readonly promocodes?: readonly WebhookCode[]
  readonly coupons?: readonly WebhookCode[]
}

/** The player whose order it is. */
export interface WebhookOrderUser {
  readonly external_id: string
  /** Empty when unknown. */
  readonly email: string
  readonly country?: string
}

interface OrderParts {
  readonly items: readonly WebhookOrderItem[]
  readonly order: WebhookOrder
  readonly user: WebhookOrderUser
  readonly custom_parameters?: CustomParameters
}

/** Body of `order_paid` in separate mode. */
export interface OrderPaidWebhook extends OrderParts {
  readonly notification_type: 'order_paid'
}

/** Body of `order_canceled` in separate mode. */
export interface OrderCanceledWebhook extends OrderParts {
  readonly notification_type: 'order_canceled'
}

/** Body of `order_paid` in combined mode; free and virtual orders have no billing. */
export interface CombinedOrderPaidWebhook extends OrderPaidWebhook {
  readonly billing?: PaymentBilling
}

/** Body of `order_canceled` in combined mode; free and virtual orders have no billing. */
export interface CombinedOrderCanceledWebhook extends OrderCanceledWebhook {
  readonly billing?: RefundBilling
}
