// `items` and `order` of order_paid and order_canceled.
import {
  CURRENCY_TYPES,
  type CurrencyKind,
  type WebhookOrder,
  type WebhookOrderItem,
  webhookAmount,
} from '@ordertrail/core'
import type { Row } from '../platform/store/index.ts'
import type { NotificationFormat, NotificationSubject } from './notification-subject.ts'
import { type AppliedPromotion, readStored, type UsedCode } from './stored-details.ts'

type Order = Row<'orders'>
type Item = Row<'order_items'>

/** The lines a body lists: the project may not want to hear what is inside bundles. */
export function listedItems({ items, format }: NotificationSubject): readonly Item[] {
  return format.isBundleContentSent ? items : items.filter((item) => item.is_bundle_content === 0)
}

/** One line; the flags of version 2 stand after `is_pre_order`, as the newest documentation prints them. */
export function wireItem(order: Order, item: Item, format: NotificationFormat): WebhookOrderItem {
  return {
    sku: item.sku,
    type: item.type as WebhookOrderItem['type'],
    is_pre_order: item.is_pre_order === 1,
    ...(format.version === 2 ? itemFlags(item) : {}),
    quantity: item.quantity,
    amount: itemAmount(order, item),
    promotions: wirePromotions(order, item.promotions),
    custom_attributes: readStored(item.custom_attributes),
  }
}

function itemFlags(item: Item) {
  return {
    is_free: item.is_free === 1,
    is_bonus: item.is_bonus === 1,
    is_bundle_content: item.is_bundle_content === 1,
  }
}

/** Null for the content of a bundle, which costs nothing of its own. */
function itemAmount(order: Order, item: Item): string | null {
  if (item.is_bundle_content === 1 || item.amount === null) return null
  return wireAmount({ ...order, currency_kind: item.is_free === 1 ? 'free' : order.currency_kind }, item.amount)
}

function wireAmount(order: Pick<Order, 'currency_kind' | 'currency'>, minor: number): string {
  return webhookAmount(minor, { currencyKind: order.currency_kind as CurrencyKind, currency: order.currency })
}

function wirePromotions(order: Order, stored: string): WebhookOrder['promotions'] {
  return (readStored<readonly AppliedPromotion[]>(stored) ?? []).map((promotion) => ({
    amount_without_discount: wireAmount(order, promotion.amountWithoutDiscount),
    amount_with_discount: wireAmount(order, promotion.amountWithDiscount),
    sequence: promotion.sequence,
  }))
}

function wireCodes(stored: string | null): WebhookOrder['promocodes'] {
  return readStored<readonly UsedCode[]>(stored)?.map(({ code, externalId }) => ({ code, external_id: externalId }))
}

/** `order`, with the status that this body announces; where nobody acknowledges, the row is done by then. */
export function wireOrder({ order, payment }: NotificationSubject, status: 'paid' | 'canceled'): WebhookOrder {
  return {
    id: order.id,
    mode: order.mode as WebhookOrder['mode'],
    currency_type: CURRENCY_TYPES[order.currency_kind as CurrencyKind],
    currency: order.currency,
    amount: wireAmount(order, order.amount),
    status,
    platform: order.platform,
    comment: order.comment,
    invoice_id: payment === null ? null : String(payment.id),
    promotions: wirePromotions(order, order.promotions),
    promocodes: wireCodes(order.promocodes),
    coupons: wireCodes(order.coupons),
  }
}
