// Prices of what somebody wants to buy: pure arithmetic on items and promotions that were read before.
import { sumMinor } from '@ordertrail/core'
import { type CurrencyChoice, chooseCurrency, priceOf } from './choose-currency.ts'
import type { CatalogItem } from './item.ts'
import {
  bonusLines,
  boughtLines,
  FREE,
  isCountable,
  type PiecePrice,
  type PricedLine,
  type UnnumberedLine,
  type WantedLine,
} from './order-lines.ts'
import { bonusesOf, type GivenBonus } from './promotions/give-bonus.ts'
import type { Deal } from './promotions/promotion.ts'
import { type AppliedDiscount, appliedDiscounts, discountPiece, discountPurchase } from './promotions/take-off.ts'

/** Most lines of one cart or order. */
export const LINES_MAX = 200
/** Most pieces of one line. */
export const QUANTITY_MAX = 1_000_000

/** So many pieces of an item. */
export interface CartLine {
  readonly sku: string
  readonly quantity: number
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

/**
 * What an order comes to. `currency` null: everything in it is free.
 *
 * The amount is the sum of the lines less the discounts on the purchase as a whole, which are `promotions`.
 *
 * @property used the deals that took something off or gave a bonus, each once
 */
export interface PricedOrder<Kind extends 'real' | 'free' | 'virtual'> {
  readonly kind: 'priced'
  readonly currencyKind: Kind
  readonly currency: string | null
  readonly amount: number
  readonly amountWithoutDiscount: number
  readonly lines: readonly PricedLine[]
  readonly promotions: readonly AppliedDiscount[]
  readonly used: readonly Deal[]
}

/** What is to be priced. `deals` stand in the order in which they apply; the items of their bonuses are in `items`. */
export interface PriceQuestion extends CurrencyChoice {
  readonly items: ReadonlyMap<string, CatalogItem>
  readonly lines: readonly CartLine[]
  readonly deals?: readonly Deal[]
}

/**
 * Prices lines in money. Free items may stand beside others; an order of free items alone is `free`, and so is one that
 * its discounts make free.
 */
export function priceLines(question: PriceQuestion): PricedOrder<'real' | 'free'> | PriceRefusal {
  const wanted = wantedLines(question)
  if ('kind' in wanted) return wanted
  const order = orderOf(wanted, question)
  if (order.kind === 'refused') return order
  const bought = wanted.map(({ item: { sku }, quantity }) => ({ sku, quantity }))
  const bonuses = bonusesOf(question.deals ?? [], bought, order.currencyKind === 'real')
  return withBonuses(order, bonuses, question.items)
}

/** Prices one piece of an item in a virtual currency. Promotions are about money and play no part. */
export function priceInVirtualCurrency(item: CatalogItem, currencySku: string): PricedOrder<'virtual'> | PriceRefusal {
  if (!item.isEnabled) return refusal('item_not_for_sale', item.sku)
  const price = item.virtualPrices.find(({ sku }) => sku === currencySku)
  if (price === undefined) return refusal('currency_not_offered', item.sku)
  const sum = sumLines([{ item, quantity: 1 }], () => ({ ...price, steps: [] }))
  if ('kind' in sum) return sum
  return numbered({ ...sum, kind: 'priced', currencyKind: 'virtual', currency: currencySku, promotions: [] })
}

/** What a coupon gives: its bonus and nothing else. */
export function priceCoupon(deal: Deal, items: ReadonlyMap<string, CatalogItem>): PricedOrder<'free'> | PriceRefusal {
  const { bonus } = deal.promotion
  const order = withBonuses(freeOrder([], []), [{ deal, pieces: bonus }], items)
  return order.kind === 'priced' && order.lines.length === 0 ? refusal('item_unknown', bonus[0]?.sku ?? null) : order
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
    if (!isQuantity(quantity) || !isCountable({ item, quantity })) return refusal('quantity_invalid', sku)
    wanted.push({ item, quantity })
  }
  return wanted
}

function isQuantity(quantity: number): boolean {
  return Number.isInteger(quantity) && quantity >= 1 && quantity <= QUANTITY_MAX
}

function discountedPrice(item: CatalogItem, currency: string, { country, deals = [] }: PriceQuestion): PiecePrice {
  const price = item.isFree ? undefined : priceOf(item, currency, country)
  if (price === undefined) return FREE
  const steps = discountPiece(item.sku, price.amount, currency, deals)
  const { amountWithoutDiscount } = price
  return { amount: steps.at(-1)?.after ?? price.amount, amountWithoutDiscount, steps }
}

/** An order whose lines have no place yet. */
type Unnumbered<Kind extends 'real' | 'free' | 'virtual'> = Omit<PricedOrder<Kind>, 'lines'> & {
  readonly lines: readonly UnnumberedLine[]
}

/** The order without its bonuses. */
function orderOf(wanted: readonly WantedLine[], question: PriceQuestion): Unnumbered<'real' | 'free'> | PriceRefusal {
  const paid = wanted.filter(({ item }) => !item.isFree).map(({ item }) => item)
  if (paid.length === 0) return freeOrder(wanted, [])
  const unpriced = paid.find((item) => item.prices.length === 0)
  if (unpriced !== undefined) return refusal('no_price', unpriced.sku)
  const currency = chooseCurrency(paid, question)
  if (currency === undefined) return noCurrency(paid, question)
  const sum = sumLines(wanted, (item) => discountedPrice(item, currency, question))
  if ('kind' in sum) return sum
  const steps = discountPurchase(sum.amount, currency, question.deals ?? [])
  const used = [...sum.used, ...steps.map(({ deal }) => deal)]
  const amount = steps.at(-1)?.after ?? sum.amount
  if (amount === 0) return freeOrder(wanted, used)
  const promotions = appliedDiscounts(steps, 1)
  return { ...sum, kind: 'priced', currencyKind: 'real', currency, amount, promotions, used }
}

type LineSum = Pick<Unnumbered<'real'>, 'lines' | 'amount' | 'amountWithoutDiscount' | 'used'>

function sumLines(wanted: readonly WantedLine[], pieceOf: (item: CatalogItem) => PiecePrice): LineSum | PriceRefusal {
  const lines: UnnumberedLine[] = []
  const used: Deal[] = []
  for (const line of wanted) {
    const piece = pieceOf(line.item)
    const bought = boughtLines(line, piece)
    if (bought === undefined) return refusal('amount_too_large', line.item.sku)
    lines.push(...bought)
    used.push(...piece.steps.map(({ deal }) => deal))
  }
  const amount = sumMinor(lines.map((line) => line.amount ?? 0))
  const amountWithoutDiscount = sumMinor(lines.map((line) => line.amountWithoutDiscount ?? 0))
  if (amount === undefined || amountWithoutDiscount === undefined) return refusal('amount_too_large', null)
  return { lines, amount, amountWithoutDiscount, used }
}

/** Without a currency there are no amounts to tell, so all that is kept of its discounts is that they were used. */
function freeOrder(wanted: readonly WantedLine[], used: readonly Deal[]): Unnumbered<'free'> {
  const bought = wanted.flatMap((line) => boughtLines(line, FREE) ?? [])
  const lines = bought.map((line) => (line.isBundleContent ? line : { ...line, isFree: true }))
  const nothing = { currency: null, amount: 0, amountWithoutDiscount: 0, promotions: [] }
  return { kind: 'priced', currencyKind: 'free', ...nothing, lines, used }
}

/** Bonuses stand behind what was bought. A bonus that left the catalog is not given. */
function withBonuses<Kind extends 'real' | 'free'>(
  order: Unnumbered<Kind>,
  bonuses: readonly GivenBonus[],
  items: ReadonlyMap<string, CatalogItem>,
): PricedOrder<Kind> | PriceRefusal {
  const lines = [...order.lines]
  for (const { sku, quantity } of bonuses.flatMap(({ pieces }) => pieces)) {
    const item = items.get(sku)
    if (item === undefined) continue
    if (!isCountable({ item, quantity })) return refusal('quantity_invalid', sku)
    lines.push(...bonusLines({ item, quantity }))
  }
  return numbered({ ...order, lines, used: [...order.used, ...bonuses.map(({ deal }) => deal)] })
}

function numbered<Kind extends 'real' | 'free' | 'virtual'>(order: Unnumbered<Kind>): PricedOrder<Kind> {
  const lines = order.lines.map((line, index) => ({ position: index + 1, ...line }))
  return { ...order, lines, used: [...new Set(order.used)] }
}
