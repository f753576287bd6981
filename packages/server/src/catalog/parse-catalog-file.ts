// From the text of a catalog file to what can be imported, or to everything that is wrong with it.
import { parseAmount } from '@ordertrail/core'
import type { CatalogFile, CatalogFileItem } from './catalog-file.ts'
import { checkWrittenFile, type PathFault } from './check-written-file.ts'
import type { CatalogGroup, CatalogPrice, CatalogVirtualPrice } from './item.ts'
import { readWrittenFile } from './read-written-file.ts'
import type { TextFault } from './text-fault.ts'
import { type FilePath, type WrittenFile, type WrittenGroup, type WrittenItem, writtenPrices, writtenVirtualPrices } from './written-file.ts'

/** Faults that are told at once; after so many the rest is probably one mistake. */
export const FAULTS_MAX = 20

/** One thing that is wrong. `line` and `column` count from 1; `path` is a text such as items[3].prices.JPY; `sku` null: no item's fault. */
export interface CatalogFault {
  readonly line: number
  readonly column: number
  readonly path: string
  readonly sku: string | null
  readonly sentence: string
}

/** A catalog, or why there is none. */
export type ParsedCatalogFile =
  | { readonly kind: 'parsed'; readonly catalog: CatalogFile }
  | { readonly kind: 'refused'; readonly faults: readonly CatalogFault[] }

/** Reads JSON or YAML. What a bundle holds may also be in the store already, so unknown SKUs inside are the importer's to refuse. */
export function parseCatalogFile(text: string): ParsedCatalogFile {
  const read = readWrittenFile(text)
  if (read.kind === 'refused') return refused(read.faults, undefined)
  const faults = checkWrittenFile(read.file)
  if (faults.length > 0) return refused(faults.map((one: PathFault) => ({ ...one, ...read.positionOf(one.path) })), read.file)
  return { kind: 'parsed', catalog: catalogOf(read.file) }
}

function refused(faults: readonly TextFault[], file: WrittenFile | undefined): ParsedCatalogFile {
  const told = faults.slice(0, FAULTS_MAX).map(({ line, column, path, sentence }) => ({
    line,
    column,
    path: pathText(path),
    sku: skuAt(file, path),
    sentence,
  }))
  return { kind: 'refused', faults: told }
}

function pathText(path: FilePath): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`)).join('')
}

function skuAt(file: WrittenFile | undefined, [list, index]: FilePath): string | null {
  return list === 'items' && typeof index === 'number' ? (file?.items[index]?.sku ?? null) : null
}

function catalogOf(file: WrittenFile): CatalogFile {
  const groups = new Map((file.groups ?? []).map((group) => [group.external_id, group]))
  return { items: file.items.map((item) => itemOf(item, groups)) }
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
    usagesCount: item.usages_count ?? (item.virtual_item_type === 'consumable' || item.type === 'virtual_currency' ? 1 : null),
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
  return { currency, amount, amountWithoutDiscount: full === undefined ? amount : minorOf(full, currency), countries: countries ?? null }
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
