// Items as rows of catalog_items, and back.
import type { Row } from '../platform/store/index.ts'
import {
  BUNDLE_TYPES,
  type CatalogItem,
  ITEM_TYPES,
  type ItemAttribute,
  type ItemContent,
  type ItemCore,
  type ItemTexts,
  type MediaEntry,
  textIn,
} from './item.ts'

/** What stands in catalog_items.details. */
interface StoredDetails extends Pick<ItemCore, 'bundleType' | 'virtualItemType' | 'usagesCount' | 'expirationPeriod'> {
  readonly texts: ItemTexts
  readonly mediaList: readonly MediaEntry[]
  readonly attributes: readonly ItemAttribute[]
}

/** The row of an item. */
export function rowOfItem(projectId: number, itemId: number, item: ItemCore, now: number): Row<'catalog_items'> {
  const { bundleType, virtualItemType, usagesCount, expirationPeriod, texts, mediaList, attributes } = item
  // The bundle type stands first and unspaced: lists find packages by this text.
  const details: StoredDetails = {
    bundleType,
    virtualItemType,
    usagesCount,
    expirationPeriod,
    texts,
    mediaList,
    attributes,
  }
  return {
    project_id: projectId,
    sku: item.sku,
    item_id: itemId,
    type: item.type,
    name: textIn(texts.name),
    description: textIn(texts.description),
    image_url: item.imageUrl,
    is_free: Number(item.isFree),
    is_enabled: Number(item.isEnabled),
    is_pre_order: Number(item.isPreOrder),
    prices: JSON.stringify(item.prices),
    virtual_prices: JSON.stringify(item.virtualPrices),
    custom_attributes: item.customAttributes === null ? null : JSON.stringify(item.customAttributes),
    groups: JSON.stringify(item.groups),
    details: JSON.stringify(details),
    sort_order: item.order,
    updated_at: now,
  }
}

/** The item of a row. */
export function itemOfRow(row: Row<'catalog_items'>, contents: readonly ItemContent[]): CatalogItem {
  const details = JSON.parse(row.details) as StoredDetails
  return {
    projectId: row.project_id,
    itemId: row.item_id,
    sku: row.sku,
    type: ITEM_TYPES.find((type) => type === row.type) ?? 'virtual_good',
    name: row.name,
    description: row.description,
    imageUrl: row.image_url,
    isFree: row.is_free === 1,
    isEnabled: row.is_enabled === 1,
    isPreOrder: row.is_pre_order === 1,
    prices: JSON.parse(row.prices) as ItemCore['prices'],
    virtualPrices: JSON.parse(row.virtual_prices) as ItemCore['virtualPrices'],
    customAttributes:
      row.custom_attributes === null ? null : (JSON.parse(row.custom_attributes) as ItemCore['customAttributes']),
    groups: JSON.parse(row.groups) as ItemCore['groups'],
    ...details,
    bundleType: BUNDLE_TYPES.find((type) => type === details.bundleType) ?? null,
    order: row.sort_order,
    contents,
  }
}
