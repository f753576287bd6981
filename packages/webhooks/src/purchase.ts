// One shape for a purchase, read from the combined and the separate form of order_paid and order_canceled.
import type {
  CombinedOrderCanceledWebhook,
  CombinedOrderPaidWebhook,
  CurrencyKind,
  OrderCanceledWebhook,
  OrderPaidWebhook,
} from '@ordertrail/core'
import { type InvalidBody, invalidBody, isInvalidBody } from './webhook-body.ts'
import {
  asDocumented,
  filledTextAt,
  isWireObject,
  numberAt,
  objectAt,
  textAt,
  type WireObject,
  wholeNumberAt,
} from './wire-fields.ts'

/** One line of a purchase. */
export interface PurchaseItem {
  readonly sku: string
  /** virtual_good, virtual_currency, bundle, game_key, physical_good … */
  readonly type: string
  readonly quantity: number
  /** Price of the line as decimal text; null for the content of a bundle. */
  readonly amount: string | null
  readonly isPreOrder: boolean
  /** The line cost nothing. Webhooks of version 1 do not say it, so it is read from the amount there. */
  readonly isFree: boolean
  /** A gift of a promotion. Always false with webhooks of version 1, which do not say it. */
  readonly isBonus: boolean
  /** The line only lists what the bundle (or currency package) above it holds: grant one or the other, not both. */
  readonly isBundleContent: boolean
}

/** What order_paid and order_canceled both tell, the same for combined and separate webhooks. */
export interface OrderFacts {
  readonly orderId: number
  /** The user's id in the game; `visitor:<id>` for someone who bought without signing in. */
  readonly userId: string
  readonly items: readonly PurchaseItem[]
  /** Decimal text, for example "1.9900"; "0" for a free order. */
  readonly amount: string
  /** ISO 4217 for money, the currency's SKU for a virtual one, null for a free order. */
  readonly currency: string | null
  readonly currencyKind: CurrencyKind | 'loyalty_point'
  /** A test purchase: no money moved. */
  readonly isSandbox: boolean
  /** The payment's id; null for free orders and those paid in virtual currency. */
  readonly transactionId: string | null
  readonly isFree: boolean
}

/**
 * The two forms of a webhook about an order. They tell the same, but the combined one has the payment in `raw.billing`.
 * Free orders and those paid in virtual currency have no payment, so they are `separate` in every project.
 */
type InEachMode<Separate, Combined extends Separate & { readonly billing?: unknown }> =
  | {
      readonly mode: 'combined'
      /** The body as it came, parsed and otherwise untouched. */
      readonly raw: Combined & Required<Pick<Combined, 'billing'>>
    }
  | {
      readonly mode: 'separate'
      /** The body as it came, parsed and otherwise untouched. */
      readonly raw: Separate
    }

/** A paid order. */
export type Purchase = OrderFacts & InEachMode<OrderPaidWebhook, CombinedOrderPaidWebhook>

/** A canceled order. */
export type Cancellation = OrderFacts & {
  /** Why the money went back; null where the webhook does not say it, as in separate mode. */
  readonly refund: RefundDetails | null
} & InEachMode<OrderCanceledWebhook, CombinedOrderCanceledWebhook>

/** Why money went back. Code 1 to 13 as documented; each member null when absent. */
export interface RefundDetails {
  readonly code: number | null
  readonly reason: string | null
  readonly author: string | null
  readonly date: string | null
}

/** Our words for the values of order.currency_type; the wire calls a free order `unknown`. */
const CURRENCY_KINDS: ReadonlyMap<unknown, OrderFacts['currencyKind']> = new Map([
  ['real', 'real'],
  ['virtual', 'virtual'],
  ['unknown', 'free'],
  ['loyalty_point', 'loyalty_point'],
])

/** Reads order_paid of either form, or says what is wrong with it. */
export function readPurchase(body: WireObject): Purchase | InvalidBody {
  const facts = readOrderFacts(body)
  return isInvalidBody(facts) ? facts : { ...facts, ...formOf(body) }
}

/** Reads order_canceled of either form, or says what is wrong with it. */
export function readCancellation(body: WireObject): Cancellation | InvalidBody {
  const facts = readOrderFacts(body)
  if (isInvalidBody(facts)) return facts
  const refund = readRefundDetails(objectAt(body, 'billing'))
  return { ...facts, ...formOf(body), refund }
}

/** The mode follows from the body, and the type of the body from the mode. */
function formOf(body: WireObject): { readonly mode: 'combined' | 'separate'; readonly raw: never } {
  return { mode: isWireObject(body.billing) ? 'combined' : 'separate', raw: asDocumented(body) }
}

function readOrderFacts(body: WireObject): OrderFacts | InvalidBody {
  const order = objectAt(body, 'order')
  const orderId = wholeNumberAt(order, 'id')
  if (orderId === null) return invalidBody('order.id must be a whole number')
  const userId = filledTextAt(objectAt(body, 'user'), 'external_id')
  if (userId === null) return invalidBody('user.external_id is missing')
  const amount = filledTextAt(order, 'amount')
  if (amount === null) return invalidBody('order.amount is missing')
  const items = readItems(body.items)
  if (items === null) return invalidBody('items must be a list of objects with sku and quantity')
  return { orderId, userId, items, ...readPrice(order, amount), transactionId: transactionIdOf(body, order) }
}

/** The refund_details of a billing or payment object; null when there are none. */
export function readRefundDetails(from: WireObject): RefundDetails | null {
  if (!isWireObject(from.refund_details)) return null
  const details = from.refund_details
  return {
    code: numberAt(details, 'code'),
    reason: textAt(details, 'reason'),
    author: textAt(details, 'author'),
    date: textAt(details, 'date'),
  }
}

type Price = Pick<OrderFacts, 'amount' | 'currency' | 'currencyKind' | 'isSandbox' | 'isFree'>

function readPrice(order: WireObject, amount: string): Price {
  const currencyKind = CURRENCY_KINDS.get(order.currency_type) ?? 'real'
  return {
    amount,
    currency: filledTextAt(order, 'currency'),
    currencyKind,
    isSandbox: order.mode === 'sandbox',
    isFree: currencyKind === 'free' || Number(amount) === 0,
  }
}

/** Combined webhooks carry the payment in `billing`; separate ones only name it in order.invoice_id. */
function transactionIdOf(body: WireObject, order: WireObject): string | null {
  return filledTextAt(objectAt(body, 'billing', 'transaction'), 'id') ?? filledTextAt(order, 'invoice_id')
}

function readItems(value: unknown): readonly PurchaseItem[] | null {
  if (!Array.isArray(value)) return null
  const items = value.map(readItem)
  return items.every((item) => item !== null) ? items : null
}

function readItem(value: unknown): PurchaseItem | null {
  if (!isWireObject(value)) return null
  const sku = filledTextAt(value, 'sku')
  const quantity = wholeNumberAt(value, 'quantity')
  if (sku === null || quantity === null) return null
  // Documented samples print the null amount of bundle content as the text "[null]".
  const hasNullAmount = value.amount === null || value.amount === '[null]'
  const amount = hasNullAmount ? null : textAt(value, 'amount')
  return {
    sku,
    type: textAt(value, 'type') ?? '',
    quantity,
    amount,
    isPreOrder: value.is_pre_order === true,
    isFree: typeof value.is_free === 'boolean' ? value.is_free : amount !== null && Number(amount) === 0,
    isBonus: value.is_bonus === true,
    isBundleContent: typeof value.is_bundle_content === 'boolean' ? value.is_bundle_content : hasNullAmount,
  }
}
