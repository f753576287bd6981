// Lines of orders: what was bought, what is inside of it, and what came on top.
import { timesQuantity } from '@ordertrail/core'
import type { CatalogItem, ItemType } from './item.ts'
import { type AppliedDiscount, appliedDiscounts, type DiscountStep } from './promotions/take-off.ts'

/** Clients hold quantities in 32 bits, those inside bundles too. */
const CONTENT_QUANTITY_MAX = 2_147_483_647

/**
 * A line of an order as order_items keeps it.
 *
 * Amounts are totals of the line: minor units of money, whole units of a virtual currency, null for what is inside a bundle.
 * `customAttributes` and `description` are JSON texts. `promotions` are the discounts between the price and the amount.
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
  readonly promotions: readonly AppliedDiscount[]
  readonly customAttributes: string | null
  readonly description: string
}

/** A line before it has its place. */
export type UnnumberedLine = Omit<PricedLine, 'position'>

/** So many pieces of an item that is known. */
export interface WantedLine {
  readonly item: CatalogItem
  readonly quantity: number
}

/** Price of one piece. `steps` lead from the price in the catalog to `amount`. */
export interface PiecePrice {
  readonly amount: number
  readonly amountWithoutDiscount: number
  readonly steps: readonly DiscountStep[]
}

/** What costs nothing. */
export const FREE: PiecePrice = { amount: 0, amountWithoutDiscount: 0, steps: [] }

/** The line of something bought, followed by what is inside; undefined: its amount is too large. */
export function boughtLines({ item, quantity }: WantedLine, piece: PiecePrice): readonly UnnumberedLine[] | undefined {
  const amount = timesQuantity(piece.amount, quantity)
  const amountWithoutDiscount = timesQuantity(piece.amountWithoutDiscount, quantity)
  // A discount starts from the price, which lies between the two.
  if (amount === undefined || amountWithoutDiscount === undefined) return undefined
  const promotions = appliedDiscounts(piece.steps, quantity)
  const line = { ...lineOf(item, quantity), amount, amountWithoutDiscount, isFree: item.isFree, promotions }
  return [line, ...contentLines(item, quantity)]
}

/** The line of a bonus, which is free whatever the item costs, followed by what is inside. */
export function bonusLines({ item, quantity }: WantedLine): readonly UnnumberedLine[] {
  const given = { amount: 0, amountWithoutDiscount: 0, isFree: true, isBonus: true }
  return [
    { ...lineOf(item, quantity), ...given },
    ...contentLines(item, quantity).map((line) => ({ ...line, isBonus: true })),
  ]
}

/** Whether what is inside so many pieces can be counted. */
export function isCountable({ item, quantity }: WantedLine): boolean {
  return item.contents.every((content) => content.quantity * quantity <= CONTENT_QUANTITY_MAX)
}

function contentLines(bundle: CatalogItem, quantity: number): readonly UnnumberedLine[] {
  return bundle.contents.map((content) => ({
    ...lineOf(content.item, content.quantity * quantity),
    isBundleContent: true,
  }))
}

function lineOf(item: CatalogItem, quantity: number): UnnumberedLine {
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
    promotions: [],
    customAttributes: customAttributes === null ? null : JSON.stringify(customAttributes),
    description: JSON.stringify({ name, description, image_url: imageUrl }),
  }
}
