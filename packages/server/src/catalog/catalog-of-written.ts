// What a catalog file means: every member filled in, every amount in minor units, every group with those above it.
import { parseAmount } from '@ordertrail/core'
import type { CatalogFile, CatalogFileItem } from './catalog-file.ts'
import type { CatalogGroup, CatalogPrice, CatalogVirtualPrice } from './item.ts'
import { promotionsOfWritten } from './promotions/promotions-of-written.ts'
import {
  type WrittenFile,
  type WrittenGroup,
  type WrittenItem,
  writtenPrices,
  writtenVirtualPrices,
} from './written-file.ts'

/** The catalog of a file that was checked. */
export function catalogOfWritten(file: WrittenFile): CatalogFile {
  const groups = new Map((file.groups ?? []).map((group) => [group.external_id, group]))
  return { items: file.items.map((item) => itemOf(item, groups)), promotions: promotionsOfWritten(file) }
}

function itemOf(item: WrittenItem, groups: ReadonlyMap<string, WrittenGroup>): CatalogFileItem {
  const isBundle = item.type === 'bundle'
  return {
    sku: item.sku,
    type: item.type,
    bundleType: isBundle ? (item.bundle_type ?? 'standard') : null,
    texts: { name: item.name, description: item.description ?? '', longDescription: item.long_description ?? null },
    imageUrl: item.image_url ?? null,
    isFree: item.is_free ?? false,
    isEnabled: item.is_enabled ?? true,
    isPreOrder: item.is_pre_order ?? false,
    prices: writtenPrices(item, []).map(priceOfWritten),
    virtualPrices: virtualPricesOf(item),
    customAttributes: item.custom_attributes ?? null,
    groups: (item.groups ?? []).map((name) => groupOf(name, groups)).filter((group) => group !== null),
    virtualItemType: item.virtual_item_type ?? (item.type === 'virtual_good' ? 'non_consumable' : null),
    usagesCount:
      item.usages_count ?? (item.virtual_item_type === 'consumable' || item.type === 'virtual_currency' ? 1 : null),
    expirationPeriod: item.expiration_period ?? null,
    mediaList: item.media_list ?? [],
    attributes: (item.attributes ?? []).map(({ external_id: externalId, name, values }) => ({
      externalId,
      name,
      values: values.map((one) => ({ externalId: one.external_id, value: one.value })),
    })),
    order: item.order ?? 0,
    contents: item.content ?? [],
  }
}

function priceOfWritten(price: ReturnType<typeof writtenPrices>[number]): CatalogPrice {
  const { currency, countries } = price
  const amount = minorOf(price.amount, currency)
  const full = price.amount_without_discount
  return {
    currency,
    amount,
    amountWithoutDiscount: full === undefined ? amount : minorOf(full, currency),
    countries: countries ?? null,
  }
}

/** Only for amounts that were checked. */
function minorOf(amount: string | number, currency: string): number {
  const parsed = parseAmount(String(amount), currency)
  if (parsed.kind === 'parsed') return parsed.minor
  throw new Error(`An amount passed the check and is none: ${amount} ${currency}`)
}

function virtualPricesOf(item: WrittenItem): readonly CatalogVirtualPrice[] {
  const prices = writtenVirtualPrices(item)
  const marked = prices.findIndex((price) => price.is_default === true)
  return prices.map(({ sku, amount, amount_without_discount: full }, index) => ({
    sku,
    amount,
    amountWithoutDiscount: full ?? amount,
    isDefault: index === Math.max(marked, 0),
  }))
}

function groupOf(name: string | undefined, groups: ReadonlyMap<string, WrittenGroup>): CatalogGroup | null {
  const group = name === undefined ? undefined : groups.get(name)
  if (group === undefined) return null
  return {
    externalId: group.external_id,
    name: group.name,
    description: group.description ?? '',
    imageUrl: group.image_url ?? null,
    order: group.order ?? 0,
    parent: groupOf(group.parent, groups),
  }
}
