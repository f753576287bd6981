// Items for tests: only what matters is said.
import type { CatalogItem, CatalogPrice } from '../item.ts'

/** A price everywhere, without discount. */
export function price(currency: string, amount: number, over: Partial<CatalogPrice> = {}): CatalogPrice {
  return { currency, amount, amountWithoutDiscount: amount, countries: null, ...over }
}

/** A virtual good for 1.99 USD, different where `over` says so. */
export function item(over: Partial<CatalogItem> = {}): CatalogItem {
  const sku = over.sku ?? 'sword'
  return {
    projectId: 44_056,
    itemId: 7,
    sku,
    type: 'virtual_good',
    bundleType: null,
    name: sku,
    description: `About ${sku}`,
    texts: { name: sku, description: `About ${sku}`, longDescription: null },
    imageUrl: null,
    isFree: false,
    isEnabled: true,
    isPreOrder: false,
    prices: [price('USD', 199)],
    virtualPrices: [],
    customAttributes: null,
    groups: [],
    virtualItemType: 'non_consumable',
    usagesCount: null,
    expirationPeriod: null,
    mediaList: [],
    attributes: [],
    order: 0,
    contents: [],
    ...over,
  }
}

/** Items by SKU, as pricing wants them. */
export function items(...all: readonly CatalogItem[]): ReadonlyMap<string, CatalogItem> {
  return new Map(all.map((one) => [one.sku, one]))
}
