// An order as the search of the game's server tells it.
import { type CurrencyKind, ORDER_STATUSES, orderAmount } from '@ordertrail/core'
import { type TSchema, Type } from 'typebox'
import { buyerId, readStored, type UsedCode, wireTime } from '../notifications/index.ts'
import type { Row } from '../platform/store/index.ts'

type Order = Row<'orders'>
type Item = Row<'order_items'>

const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()])

const priceSchema = Type.Object({
  amount: Type.String(),
  amount_without_discount: Type.String(),
  currency: orNull(Type.String()),
  is_virtual_currency: Type.Boolean(),
})

const itemSchema = Type.Object({
  order_item_id: Type.Integer({ description: 'Place of the line in its order, from 1.' }),
  item_id: Type.Integer(),
  sku: Type.String(),
  type: Type.String(),
  quantity: Type.Integer(),
  is_free: Type.Boolean(),
  is_bonus: Type.Boolean(),
  region_id: orNull(Type.Integer()),
  price: orNull(priceSchema),
  description: orNull(
    Type.Object({
      name: Type.Optional(Type.Unknown()),
      image_url: Type.Optional(orNull(Type.String())),
      description: Type.Optional(Type.Unknown()),
    }),
  ),
})

/** Schema of one found order. */
export const foundOrderSchema: TSchema = Type.Object(
  {
    order_id: Type.Integer(),
    project_id: Type.Integer(),
    status: Type.String({ enum: [...ORDER_STATUSES] }),
    date_created: Type.String(),
    mode: Type.String(),
    is_free: Type.Boolean(),
    invoice_id: orNull(Type.String({ description: 'Transaction id of the accepted payment.' })),
    price: orNull(priceSchema),
    user: Type.Object({
      id: Type.String(),
      country: orNull(Type.String()),
      email: orNull(Type.String()),
      region_id: orNull(Type.Integer()),
    }),
    items: Type.Array(itemSchema),
    promotions: Type.Array(Type.Object({ promotion_id: Type.Integer() })),
    coupons: Type.Array(Type.Object({ sku: Type.String(), code: Type.String(), type: Type.String() })),
  },
  { $id: 'FoundOrder' },
)

/** One found order; its JSON is what foundOrderSchema says. */
export type FoundOrder = Readonly<Record<string, unknown>>

/** An order as it is kept: its lines, the content of bundles and bonuses too, and the promotions that it uses. */
export interface KeptOrder {
  readonly order: Order
  readonly items: readonly Item[]
  readonly uses: readonly Row<'promotion_uses'>[]
}

/** A found order. All five statuses are shown: no client reads this. What was brought by a code is told with its code. */
export function wireFoundOrder({ order, items, uses }: KeptOrder): FoundOrder {
  return {
    order_id: order.id,
    project_id: order.project_id,
    status: order.status,
    date_created: wireTime(order.created_at),
    mode: order.mode,
    is_free: order.currency_kind === 'free',
    invoice_id: order.accepted_payment_id === null ? null : String(order.accepted_payment_id),
    price: wirePrice(order, order),
    user: { id: buyerId(order), country: order.user_country, email: order.user_email, region_id: null },
    items: items.map((item) => wireItem(order, item)),
    promotions: uses.filter(({ code }) => code === null).map((use) => ({ promotion_id: use.promotion_id })),
    coupons: [...usedCodes(order.coupons, 'coupon'), ...usedCodes(order.promocodes, 'promocode')],
  }
}

function wireItem(order: Order, item: Item) {
  return {
    order_item_id: item.position,
    item_id: item.item_id,
    sku: item.sku,
    type: item.type,
    quantity: item.quantity,
    is_free: item.is_free === 1,
    is_bonus: item.is_bonus === 1,
    region_id: null,
    price: wirePrice(order, item),
    description: readStored<object>(item.description) ?? null,
  }
}

/** Null for what has no price of its own: free orders and the content of bundles. */
function wirePrice(order: Order, of: Pick<Item, 'amount' | 'amount_without_discount'>) {
  const currencyKind = order.currency_kind as CurrencyKind
  if (currencyKind === 'free' || of.amount === null) return null
  const text = (minor: number) => orderAmount(minor, { currencyKind, currency: order.currency })
  return {
    amount: text(of.amount),
    amount_without_discount: text(of.amount_without_discount ?? of.amount),
    currency: order.currency,
    is_virtual_currency: currencyKind === 'virtual',
  }
}

function usedCodes(stored: string | null, type: 'coupon' | 'promocode') {
  return (readStored<readonly UsedCode[]>(stored) ?? []).map(({ code, externalId }) => ({
    sku: externalId,
    code,
    type,
  }))
}
