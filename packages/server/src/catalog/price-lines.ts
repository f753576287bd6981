// Prices of what somebody wants to buy: pure arithmetic on items that were read before.
import { sumMinor, timesQuantity } from '@ordertrail/core'
import { type CurrencyChoice, chooseCurrency, priceOf } from './choose-currency.ts'
import type { CatalogItem, ItemType } from './item.ts'

/** Most lines of one cart or order. */
export const LINES_MAX = 200
/** Most pieces of one line. */
export const QUANTITY_MAX = 1_000_000
/** Clients hold quantities in 32 bits, those inside bundles too. */
const CONTENT_QUANTITY_MAX = 2_147_483_647

/** So many pieces of an item. */
export interface CartLine {
  readonly sku: string
  readonly quantity: number
}

/**
 * A line of an order as order_items keeps it.
 *
 * Amounts are totals of the line: minor units of money, whole units of a virtual currency, null for what is inside a bundle.
 * `customAttributes` and `description` are JSON texts.
 */
export interface PricedLine {
  readonly position: number
  readonly itemId: number
  readonly sku: string
  readonly type: ItemType
  readonly name: string
  readonly quantity: number
  readonly amount: number | null
  readonly amountWithoutDiscount: number | null
  readonly isFree: boolean
  readonly isBonus: boolean
  readonly isBundleContent: boolean
  readonly isPreOrder: boolean
  readonly customAttributes: string | null
  readonly description: string
}

/** Why something cannot be bought like this; `sku` names the item where it is one item's fault. */
export interface PriceRefusal {
  readonly kind: 'refused'
  readonly code:
    | 'item_unknown'
    | 'item_not_for_sale'
    | 'quantity_invalid'
    | 'currency_not_offered'
    | 'no_price'
    | 'amount_too_large'
    | 'lines_empty'
    | 'too_many_lines'
  readonly sku: string | null
}

/** What an order comes to. `currency` null: everything in it is free. */
export interface PricedOrder<Kind extends 'real' | 'free' | 'virtual'> {
  readonly kind: 'priced'
  readonly currencyKind: Kind
  readonly currency: string | null
  readonly amount: number
  readonly amountWithoutDiscount: number
  readonly lines: readonly PricedLine[]
}

/** What is to be priced. */
export interface PriceQuestion extends CurrencyChoice {
  readonly items: ReadonlyMap<string, CatalogItem>
  readonly lines: readonly CartLine[]
}

/** Price of one piece of an item. */
interface PiecePrice {
  readonly amount: number
  readonly amountWithoutDiscount: number
}

interface WantedLine {
  readonly item: CatalogItem
  readonly quantity: number
}

const FREE: PiecePrice = { amount: 0, amountWithoutDiscount: 0 }

/** Prices lines in money. Free items may stand beside others; an order of free items alone is `free`. */
export function priceLines(question: PriceQuestion): PricedOrder<'real' | 'free'> | PriceRefusal {
  const wanted = wantedLines(question)
  if ('kind' in wanted) return wanted
  const paid = wanted.filter(({ item }) => !item.isFree)
  if (paid.length === 0) return total('free', null, wanted, () => FREE)
  const items = paid.map(({ item }) => item)
  const unpriced = items.find((item) => item.prices.length === 0)
  if (unpriced !== undefined) return refusal('no_price', unpriced.sku)
  const currency = chooseCurrency(items, question)
  if (currency === undefined) return noCurrency(items, question)
  return total('real', currency, wanted, (item) =>
    item.isFree ? FREE : (priceOf(item, currency, question.country) ?? FREE),
  )
}

/** Prices one piece of an item in a virtual currency. */
export function priceInVirtualCurrency(item: CatalogItem, currencySku: string): PricedOrder<'virtual'> | PriceRefusal {
  if (!item.isEnabled) return refusal('item_not_for_sale', item.sku)
  const price = item.virtualPrices.find(({ sku }) => sku === currencySku)
  if (price === undefined) return refusal('currency_not_offered', item.sku)
  return total('virtual', currencySku, [{ item, quantity: 1 }], () => price)
}

function refusal(code: PriceRefusal['code'], sku: string | null): PriceRefusal {
  return { kind: 'refused', code, sku }
}

/** With a currency that was asked for the first item without it is at fault; otherwise the first one without the default. */
function noCurrency(
  items: readonly CatalogItem[],
  { currency, country, defaultCurrency }: PriceQuestion,
): PriceRefusal {
  const without = (wanted: string): string | null =>
    items.find((item) => priceOf(item, wanted, country) === undefined)?.sku ?? null
  return currency === null
    ? refusal('no_price', without(defaultCurrency))
    : refusal('currency_not_offered', without(currency))
}

function wantedLines({ items, lines }: PriceQuestion): readonly WantedLine[] | PriceRefusal {
  if (lines.length === 0) return refusal('lines_empty', null)
  if (lines.length > LINES_MAX) return refusal('too_many_lines', null)
  const wanted: WantedLine[] = []
  for (const { sku, quantity } of lines) {
    const item = items.get(sku)
    if (item === undefined) return refusal('item_unknown', sku)
    if (!item.isEnabled) return refusal('item_not_for_sale', sku)
    if (!isQuantityOf(item, quantity)) return refusal('quantity_invalid', sku)
    wanted.push({ item, quantity })
  }
  return wanted
}

/** Whether so many pieces can be sold, with what is inside of each. */
function isQuantityOf(item: CatalogItem, quantity: number): boolean {
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > QUANTITY_MAX) return false
  return item.contents.every((content) => content.quantity * quantity <= CONTENT_QUANTITY_MAX)
}

function total<Kind extends 'real' | 'free' | 'virtual'>(
  currencyKind: Kind,
  currency: string | null,
  wanted: readonly WantedLine[],
  pieceOf: (item: CatalogItem) => PiecePrice,
): PricedOrder<Kind> | PriceRefusal {
  const lines: Omit<PricedLine, 'position'>[] = []
  for (const { item, quantity } of wanted) {
    const piece = pieceOf(item)
    const amount = timesQuantity(piece.amount, quantity)
    const amountWithoutDiscount = timesQuantity(piece.amountWithoutDiscount, quantity)
    if (amount === undefined || amountWithoutDiscount === undefined) return refusal('amount_too_large', item.sku)
    lines.push(
      { ...lineOf(item, quantity), amount, amountWithoutDiscount, isFree: item.isFree },
      ...contentLines(item, quantity),
    )
  }
  const amount = sumMinor(lines.map((line) => line.amount ?? 0))
  const amountWithoutDiscount = sumMinor(lines.map((line) => line.amountWithoutDiscount ?? 0))
  if (amount === undefined || amountWithoutDiscount === undefined) return refusal('amount_too_large', null)
  const numbered = lines.map((line, index) => ({ position: index + 1, ...line }))
  return { kind: 'priced', currencyKind, currency, amount, amountWithoutDiscount, lines: numbered }
}

function contentLines(bundle: CatalogItem, quantity: number): readonly Omit<PricedLine, 'position'>[] {
  return bundle.contents.map((content) => ({
    ...lineOf(content.item, content.quantity * quantity),
    isBundleContent: true,
  }))
}

function lineOf(item: CatalogItem, quantity: number): Omit<PricedLine, 'position'> {
  const { itemId, sku, type, name, isPreOrder, customAttributes, description, imageUrl } = item
  return {
    itemId,
    sku,
    type,
    name,
    quantity,
    amount: null,
    amountWithoutDiscount: null,
    isFree: false,
    isBonus: false,
    isBundleContent: false,
    isPreOrder,
    customAttributes: customAttributes === null ? null : JSON.stringify(customAttributes),
    description: JSON.stringify({ name, description, image_url: imageUrl }),
  }
}
