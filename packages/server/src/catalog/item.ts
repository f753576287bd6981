// Items of a catalog: what can be bought, what it costs and what is inside.

/** Kinds of items on the wire. A package of virtual currency is a bundle with its own bundle type. */
export const ITEM_TYPES = ['virtual_good', 'virtual_currency', 'bundle', 'game_key', 'physical_good'] as const
/** One kind of item. */
export type ItemType = (typeof ITEM_TYPES)[number]

/** Kinds of bundles. */
export const BUNDLE_TYPES = ['standard', 'virtual_currency_package'] as const
/** One kind of bundle. */
export type BundleType = (typeof BUNDLE_TYPES)[number]

/** How a virtual good lives in the player's inventory. */
export const VIRTUAL_ITEM_TYPES = ['consumable', 'non_consumable', 'non_renewing_subscription'] as const
/** One way of living there. */
export type VirtualItemType = (typeof VIRTUAL_ITEM_TYPES)[number]

/** A text, or the same text by language code. */
export type LocalText = string | Readonly<Record<string, string>>

/** A price in money, minor units of one piece. `countries` null: everywhere that has no price of its own in this currency. */
export interface CatalogPrice {
  readonly currency: string
  readonly amount: number
  readonly amountWithoutDiscount: number
  readonly countries: readonly string[] | null
}

/** A price in a virtual currency, whole units of one piece. */
export interface CatalogVirtualPrice {
  readonly sku: string
  readonly amount: number
  readonly amountWithoutDiscount: number
  readonly isDefault: boolean
}

/** A group of items with the groups above it. */
export interface CatalogGroup {
  readonly externalId: string
  readonly name: LocalText
  readonly description: LocalText
  readonly imageUrl: string | null
  readonly order: number
  readonly parent: CatalogGroup | null
}

/** How long an item stays with the player. */
export interface ExpirationPeriod {
  readonly type: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year'
  readonly value: number
}

/** A picture or video of an item. */
export interface MediaEntry {
  readonly type: string
  readonly url: string
}

/** A property by which clients filter. */
export interface ItemAttribute {
  readonly externalId: string
  readonly name: LocalText
  readonly values: readonly { readonly externalId: string; readonly value: string }[]
}

/** What an item is beside its price; only shown, never decided upon. */
export interface ItemTexts {
  readonly name: LocalText
  readonly description: LocalText
  readonly longDescription: LocalText | null
}

/** Members that an item has by itself, in a file as in the store. */
export interface ItemCore {
  readonly sku: string
  readonly type: ItemType
  /** null: not a bundle. */
  readonly bundleType: BundleType | null
  readonly texts: ItemTexts
  readonly imageUrl: string | null
  readonly isFree: boolean
  /** Disabled items are neither listed nor sold. */
  readonly isEnabled: boolean
  readonly isPreOrder: boolean
  readonly prices: readonly CatalogPrice[]
  readonly virtualPrices: readonly CatalogVirtualPrice[]
  readonly customAttributes: Readonly<Record<string, unknown>> | null
  readonly groups: readonly CatalogGroup[]
  /** null: neither consumed nor kept, such as a bundle. */
  readonly virtualItemType: VirtualItemType | null
  readonly usagesCount: number | null
  readonly expirationPeriod: ExpirationPeriod | null
  readonly mediaList: readonly MediaEntry[]
  readonly attributes: readonly ItemAttribute[]
  readonly order: number
}

/** Something inside a bundle. */
export interface ItemContent {
  readonly quantity: number
  readonly item: CatalogItem
}

/** An item of a project's catalog. `name` and `description` are the texts in the default language. */
export interface CatalogItem extends ItemCore {
  readonly projectId: number
  readonly itemId: number
  readonly name: string
  readonly description: string
  /** What is in a bundle, in its order; empty for everything else. */
  readonly contents: readonly ItemContent[]
}

const DEFAULT_LOCALE = 'en'

/** `text` in `locale`, else in its language without region, else in English, else in whatever language it has. */
export function textIn(text: LocalText, locale?: string): string {
  if (typeof text === 'string') return text
  const wanted = locale === undefined ? [] : [locale, locale.split(/[-_]/)[0] ?? '']
  for (const language of [...wanted, DEFAULT_LOCALE]) {
    const found = text[language]
    if (found !== undefined) return found
  }
  return Object.values(text)[0] ?? ''
}
