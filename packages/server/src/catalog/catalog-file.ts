// What a catalog file holds once it was read and found good: plain data, ready to be imported.
import type { ItemCore } from './item.ts'
import type { FilePromotion } from './promotions/promotion.ts'

/** So many pieces of another item inside a bundle. */
export interface FileContent {
  readonly sku: string
  readonly quantity: number
}

/** An item with the SKUs of what is inside; empty for everything but bundles. */
export interface CatalogFileItem extends ItemCore {
  readonly contents: readonly FileContent[]
}

/** A catalog as one file holds it. */
export interface CatalogFile {
  readonly items: readonly CatalogFileItem[]
  /** Promotions, promo codes and coupons. */
  readonly promotions: readonly FilePromotion[]
}

/** Largest catalog file, in characters. */
export const CATALOG_CHARS_MAX: number = 4 * 1024 * 1024
/** Most items of one file. */
export const CATALOG_ITEMS_MAX = 10_000
