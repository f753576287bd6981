// A catalog file as it is written, once its form was checked by the schema.
import type { BundleType, ExpirationPeriod, ItemType, LocalText, MediaEntry, VirtualItemType } from './item.ts'

/** Decimal text, or a number. */
export type WrittenAmount = string | number

/** One price of a list. */
export interface WrittenPrice {
  readonly currency: string
  readonly amount: WrittenAmount
  readonly amount_without_discount?: WrittenAmount
  readonly countries?: readonly string[]
}

/** One virtual price of a list. */
export interface WrittenVirtualPrice {
  readonly sku: string
  readonly amount: number
  readonly amount_without_discount?: number
  readonly is_default?: boolean
}

/** An item. Prices are a list, or amounts by currency. */
export interface WrittenItem {
  readonly sku: string
  readonly type: ItemType
  readonly name: LocalText
  readonly description?: LocalText
  readonly long_description?: LocalText
  readonly bundle_type?: BundleType
  readonly image_url?: string | null
  readonly is_free?: boolean
  readonly is_enabled?: boolean
  readonly is_pre_order?: boolean
  readonly prices?: readonly WrittenPrice[] | Readonly<Record<string, WrittenAmount>>
  readonly virtual_prices?: readonly WrittenVirtualPrice[] | Readonly<Record<string, number>>
  readonly content?: readonly { readonly sku: string; readonly quantity: number }[]
  readonly groups?: readonly string[]
  readonly custom_attributes?: Readonly<Record<string, unknown>>
  readonly virtual_item_type?: VirtualItemType
  readonly usages_count?: number
  readonly expiration_period?: ExpirationPeriod
  readonly media_list?: readonly MediaEntry[]
  readonly attributes?: readonly {
    readonly external_id: string
    readonly name: LocalText
    readonly values: readonly { readonly external_id: string; readonly value: string }[]
  }[]
  readonly order?: number
}

/** A group. */
export interface WrittenGroup {
  readonly external_id: string
  readonly name: LocalText
  readonly description?: LocalText
  readonly image_url?: string | null
  readonly order?: number
  readonly parent?: string
}

/** So many pieces of an item. */
export interface WrittenPieces {
  readonly sku: string
  readonly quantity: number
}

/** A discount: a percentage, or amounts by currency; `items` missing: see the list that it stands in. */
export interface WrittenDiscount {
  readonly percent?: WrittenAmount
  readonly amount?: Readonly<Record<string, WrittenAmount>>
  readonly items?: readonly string[]
}

/** An entry of `promotions`, `promo_codes` or `coupons`; not every list knows every member. */
export interface WrittenPromotion {
  readonly external_id: string
  readonly name: LocalText
  readonly is_enabled?: boolean
  readonly date_start?: string
  readonly date_end?: string
  readonly order?: number
  readonly discount?: WrittenDiscount
  readonly bonus?: readonly WrittenPieces[]
  readonly condition?: readonly WrittenPieces[]
  readonly codes?: readonly string[]
  readonly countries?: readonly string[]
  readonly limits?: { readonly per_user?: number; readonly total?: number; readonly per_code?: number }
}

/** The whole file. */
export interface WrittenFile {
  readonly items: readonly WrittenItem[]
  readonly groups?: readonly WrittenGroup[]
  readonly promotions?: readonly WrittenPromotion[]
  readonly promo_codes?: readonly WrittenPromotion[]
  readonly coupons?: readonly WrittenPromotion[]
}

/** Way to a value, such as ['items', 3, 'prices', 'JPY']. */
export type FilePath = readonly (string | number)[]

/** A price with the way to it. */
export interface LocatedPrice extends WrittenPrice {
  readonly path: FilePath
}

/** Prices of an item in whichever form they are written. */
export function writtenPrices(item: WrittenItem, path: FilePath): readonly LocatedPrice[] {
  const prices = item.prices ?? []
  if (isList(prices)) return prices.map((price, index) => ({ ...price, path: [...path, 'prices', index] }))
  return Object.entries(prices).map(([currency, amount]) => ({ currency, amount, path: [...path, 'prices', currency] }))
}

/** Virtual prices of an item; the first one is the default where none says so. */
export function writtenVirtualPrices(item: WrittenItem): readonly WrittenVirtualPrice[] {
  const prices = item.virtual_prices ?? []
  return isList(prices) ? prices : Object.entries(prices).map(([sku, amount]) => ({ sku, amount }))
}

/** Array.isArray does not know read-only arrays. */
function isList<Entry>(value: readonly Entry[] | Readonly<Record<string, unknown>>): value is readonly Entry[] {
  return Array.isArray(value)
}
