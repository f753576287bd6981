// Carts as the documented calls tell them: prices of one piece, and of the whole, with sixteen decimals.
import { AppError, cartAmount, sumMinor, timesQuantity } from '@ordertrail/core'
import type { Cart } from './cart.ts'
import { chooseCurrency, priceOf } from './choose-currency.ts'
import { type CatalogItem, type CatalogPrice, textIn } from './item.ts'
import { attributeBody, groupNameBody, type ItemView, inventoryOptions, virtualPriceBodies } from './item-body.ts'

/** For whom a cart is shown. */
export type CartView = Omit<ItemView, 'additionalFields'>

type Body = Readonly<Record<string, unknown>>

interface ShownLine {
  readonly item: CatalogItem
  readonly quantity: number
  /** Of one piece; undefined: free, or not sold in the cart's currency. */
  readonly price: CatalogPrice | undefined
}

/** A cart. Items that left the catalog are not shown; those that are not sold in its currency are, and cannot be bought. */
export function cartBody(cart: Cart, items: ReadonlyMap<string, CatalogItem>, view: CartView): Body {
  const lines = shownLines(cart, items, view)
  return {
    cart_id: cart.cartId,
    price: totalBody(lines),
    is_free: lines.length > 0 && lines.every(({ item }) => item.isFree),
    items: lines.map((line) => lineBody(line, view)),
    promotions: [],
  }
}

function shownLines(cart: Cart, items: ReadonlyMap<string, CatalogItem>, view: CartView): readonly ShownLine[] {
  const present = cart.lines.flatMap(({ sku, quantity }) => {
    const item = items.get(sku)
    return item?.isEnabled === true ? [{ item, quantity }] : []
  })
  const paid = present.map(({ item }) => item).filter((item) => !item.isFree)
  const currency = chooseCurrency(paid, view) ?? view.currency ?? view.defaultCurrency
  return present.map((line) => ({
    ...line,
    price: line.item.isFree ? undefined : priceOf(line.item, currency, view.country),
  }))
}

/** null: nothing in the cart costs money. */
function totalBody(lines: readonly ShownLine[]): Body | null {
  const priced = lines.flatMap(({ price, quantity }) => (price === undefined ? [] : [{ price, quantity }]))
  const currency = priced[0]?.price.currency
  if (currency === undefined) return null
  const total = (member: 'amount' | 'amountWithoutDiscount'): string => {
    const amounts = priced.map(({ price, quantity }) => timesQuantity(price[member], quantity))
    const sum = sumMinor(amounts.map((amount) => amount ?? tooLarge()))
    return cartAmount(sum ?? tooLarge(), currency)
  }
  return { amount: total('amount'), amount_without_discount: total('amountWithoutDiscount'), currency }
}

function tooLarge(): never {
  throw new AppError('amount_too_large')
}

function lineBody({ item, quantity, price }: ShownLine, view: CartView): Body {
  return {
    sku: item.sku,
    groups: item.groups.map((group) => groupNameBody(group, view)),
    name: textIn(item.texts.name, view.locale),
    attributes: item.attributes.map((attribute) => attributeBody(attribute, view)),
    type: item.type,
    ...(item.bundleType === null ? {} : { bundle_type: item.bundleType }),
    description: textIn(item.texts.description, view.locale),
    image_url: item.imageUrl,
    ...(item.type === 'bundle' ? {} : { inventory_options: inventoryOptions(item) }),
    quantity,
    price: price === undefined ? null : pieceBody(price),
    ...(item.type === 'virtual_good' ? { virtual_item_type: item.virtualItemType } : {}),
    virtual_prices: virtualPriceBodies(item, view),
    is_free: item.isFree,
    is_bonus: false,
    promotions: [],
    can_be_bought: item.isFree || price !== undefined,
    vp_rewards: [],
    limits: null,
    periods: [],
  }
}

function pieceBody({ amount, amountWithoutDiscount, currency }: CatalogPrice): Body {
  return {
    amount: cartAmount(amount, currency),
    amount_without_discount: cartAmount(amountWithoutDiscount, currency),
    currency,
  }
}
