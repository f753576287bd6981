// Carts as the documented calls tell them: prices of one piece, and of the whole, with sixteen decimals.
import { AppError, cartAmount, sumMinor, timesQuantity } from '@ordertrail/core'
import type { Cart } from './cart.ts'
import { chooseCurrency, priceOf } from './choose-currency.ts'
import { type CatalogItem, type CatalogPrice, textIn } from './item.ts'
import {
  attributeBody,
  discountedPrice,
  groupNameBody,
  type ItemView,
  inventoryOptions,
  promotionBodies,
  virtualPriceBodies,
} from './item-body.ts'
import { bonusesOf, type GivenBonus } from './promotions/give-bonus.ts'
import { promotionBody } from './promotions/promotion-bodies.ts'
import { discountPurchase } from './promotions/take-off.ts'

/** For whom a cart is shown. */
export type CartView = Omit<ItemView, 'additionalFields'>

type Body = Readonly<Record<string, unknown>>

interface ShownLine {
  readonly item: CatalogItem
  readonly quantity: number
  readonly isBonus: boolean
  /** Of one piece, after discounts; undefined: free, or not sold in the cart's currency. */
  readonly price: CatalogPrice | undefined
}

/** Sums of a cart in minor units. */
interface CartSum {
  readonly currency: string
  readonly amount: number
  readonly amountWithoutDiscount: number
}

/**
 * A cart. Items that left the catalog are not shown; those that are not sold in its currency are, and cannot be bought.
 * Bonuses stand behind what is to be bought.
 */
export function cartBody(cart: Cart, items: ReadonlyMap<string, CatalogItem>, view: CartView): Body {
  const currency = currencyOf(cart, items, view)
  const lines = shownLines(cart, items, view, currency)
  const sum = sumOf(lines, currency)
  const steps = sum === null ? [] : discountPurchase(sum.amount, currency, view.deals)
  const amount = steps.at(-1)?.after ?? sum?.amount ?? 0
  const bonuses = bonusesOf(view.deals, boughtIn(lines), amount > 0)
  const isPaid = lines.some(({ item }) => !item.isFree)
  const used = new Set([...steps, ...bonuses].map(({ deal }) => deal))
  return {
    cart_id: cart.cartId,
    price: sum === null ? null : pieceBody({ ...sum, amount }),
    is_free: lines.length > 0 && (!isPaid || (sum !== null && amount === 0)),
    items: [...lines, ...bonusLines(bonuses, view)].map((line) => lineBody(line, view)),
    promotions: [...used].map((deal) => promotionBody(deal, { ...view, currency, items: view.bonusItems })),
  }
}

function present(cart: Cart, items: ReadonlyMap<string, CatalogItem>) {
  return cart.lines.flatMap(({ sku, quantity }) => {
    const item = items.get(sku)
    return item?.isEnabled === true ? [{ item, quantity }] : []
  })
}

function currencyOf(cart: Cart, items: ReadonlyMap<string, CatalogItem>, view: CartView): string {
  const paid = present(cart, items).filter(({ item }) => !item.isFree)
  const choice = chooseCurrency(
    paid.map(({ item }) => item),
    view,
  )
  return choice ?? view.currency ?? view.defaultCurrency
}

function shownLines(
  cart: Cart,
  items: ReadonlyMap<string, CatalogItem>,
  view: CartView,
  currency: string,
): readonly ShownLine[] {
  return present(cart, items).map(({ item, quantity }) => {
    const price = item.isFree ? undefined : priceOf(item, currency, view.country)
    const shown = price === undefined ? undefined : discountedPrice(item.sku, price, view.deals)
    return { item, quantity, isBonus: false, price: shown }
  })
}

function boughtIn(lines: readonly ShownLine[]) {
  return lines.map(({ item: { sku }, quantity }) => ({ sku, quantity }))
}

function bonusLines(bonuses: readonly GivenBonus[], { bonusItems }: CartView): readonly ShownLine[] {
  return bonuses.flatMap(({ pieces }) =>
    pieces.flatMap(({ sku, quantity }) => {
      const item = bonusItems.get(sku)
      return item === undefined ? [] : [{ item, quantity, isBonus: true, price: undefined }]
    }),
  )
}

/** null: nothing in the cart costs money. */
function sumOf(lines: readonly ShownLine[], currency: string): CartSum | null {
  const priced = lines.flatMap(({ price, quantity }) => (price === undefined ? [] : [{ price, quantity }]))
  if (priced.length === 0) return null
  const total = (member: 'amount' | 'amountWithoutDiscount'): number => {
    const amounts = priced.map(({ price, quantity }) => timesQuantity(price[member], quantity))
    return sumMinor(amounts.map((amount) => amount ?? tooLarge())) ?? tooLarge()
  }
  return { currency, amount: total('amount'), amountWithoutDiscount: total('amountWithoutDiscount') }
}

function tooLarge(): never {
  throw new AppError('amount_too_large')
}

function lineBody({ item, quantity, price, isBonus }: ShownLine, view: CartView): Body {
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
    is_free: item.isFree || isBonus,
    is_bonus: isBonus,
    promotions: isBonus ? [] : promotionBodies(item.sku, view),
    can_be_bought: item.isFree || isBonus || price !== undefined,
    vp_rewards: [],
    limits: null,
    periods: [],
  }
}

function pieceBody({ amount, amountWithoutDiscount, currency }: CartSum): Body {
  return {
    amount: cartAmount(amount, currency),
    amount_without_discount: cartAmount(amountWithoutDiscount, currency),
    currency,
  }
}
