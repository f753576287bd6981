// What is in an order, as Get order tells it.
import { type CurrencyKind, orderAmount } from '@ordertrail/core'
import { type TSchema, Type } from 'typebox'
import type { Row } from '../platform/store/index.ts'

type Order = Row<'orders'>
type Item = Row<'order_items'>

const priceSchema = Type.Object({
  amount: Type.String({ description: 'Decimal text without trailing zeros.' }),
  amount_without_discount: Type.String(),
  currency: Type.Union([Type.String(), Type.Null()], { description: 'ISO 4217; null for a free order.' }),
})

const virtualPriceSchema = Type.Object({
  amount: Type.String({ description: 'Whole units.' }),
  amount_without_discount: Type.String(),
  currency: Type.String({ description: 'SKU of the virtual currency.' }),
})

/** Schema of `content`. */
export const contentSchema: TSchema = Type.Object({
  price: Type.Optional(priceSchema),
  virtual_price: Type.Optional(virtualPriceSchema),
  is_free: Type.Boolean(),
  items: Type.Array(
    Type.Object({
      sku: Type.String(),
      quantity: Type.Integer(),
      is_free: Type.Boolean(),
      price: Type.Optional(priceSchema),
      virtual_price: Type.Optional(virtualPriceSchema),
    }),
    { description: 'What was bought, each with the total of its line; what is inside bundles is not listed.' },
  ),
})

/** Price of an order or of one of its lines: decimal text of money, or whole units of a virtual currency. */
interface Price {
  readonly amount: string
  readonly amount_without_discount: string
  /** ISO 4217, the SKU of a virtual currency, null for a free order. */
  readonly currency: string | null
}

/** The one of the two members that fits the order's kind of money. */
interface Prices {
  readonly price?: Price
  readonly virtual_price?: Price
}

/** `content` of Get order. */
export interface OrderContent extends Prices {
  readonly is_free: boolean
  readonly items: readonly (Prices & { readonly sku: string; readonly quantity: number; readonly is_free: boolean })[]
}

/** The content of `order`; `items` in the order of their positions. */
export function orderContent(order: Order, items: readonly Item[]): OrderContent {
  const bought = items.filter((item) => item.is_bundle_content === 0)
  return {
    ...prices(order, order),
    is_free: order.currency_kind === 'free',
    items: bought.map((item) => ({
      sku: item.sku,
      quantity: item.quantity,
      is_free: item.is_free === 1,
      ...prices(order, item),
    })),
  }
}

/** `virtual_price` for a virtual currency, `price` for everything else: clients know the kind by the member. */
function prices(order: Order, of: Pick<Item, 'amount' | 'amount_without_discount'>): Prices {
  const { currency } = order
  const currencyKind = order.currency_kind as CurrencyKind
  const text = (minor: number | null) => orderAmount(minor ?? 0, { currencyKind, currency })
  const price = { amount: text(of.amount), amount_without_discount: text(of.amount_without_discount), currency }
  return currencyKind === 'virtual' ? { virtual_price: price } : { price }
}
