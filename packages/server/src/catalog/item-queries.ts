// Lists of items as clients page through them.
import { type ExpressionBuilder, type ExpressionWrapper, type Kysely, type SqlBool, sql } from 'kysely'
import type { Tables } from '../platform/store/index.ts'
import type { BundleType, CatalogGroup, CatalogItem, ItemType } from './item.ts'
import { itemsOfRows } from './load-items.ts'
import type { ShownNames } from './personalization/personal-items.ts'

/** Items of one page at most; documented clients ask for 50. */
export const ITEMS_PER_PAGE_MAX = 50
/** The group that every item is in. */
const EVERYTHING = 'all'

/** Which items; absent members do not filter. Disabled items are never listed. */
export interface ItemFilter {
  readonly type?: ItemType
  readonly bundleType?: BundleType
  /** External id of a group; items of the groups below it count. */
  readonly group?: string
  /** Only items of these names. */
  readonly only?: ShownNames
}

/** Where a page begins and how long it is. */
export interface ItemPage {
  readonly offset: number
  readonly limit: number
}

/** One page in the catalog's order, and whether there is another. */
export async function listItems(
  db: Kysely<Tables>,
  projectId: number,
  filter: ItemFilter,
  { offset, limit }: ItemPage,
): Promise<{ readonly items: readonly CatalogItem[]; readonly hasMore: boolean }> {
  const { type, bundleType, group, only } = filter
  const rows = await db
    .selectFrom('catalog_items')
    .where('project_id', '=', projectId)
    .where('is_enabled', '=', 1)
    .$if(type !== undefined, (query) => query.where('type', '=', type ?? ''))
    .$if(bundleType !== undefined, (query) => query.where('details', 'like', `{"bundleType":"${bundleType}"%`))
    .$if(group !== undefined && group !== EVERYTHING, (query) => query.where(inGroup(group ?? '')))
    .$if(only !== undefined, (query) => query.where((eb) => isNamed(eb, only ?? NO_NAMES)))
    .selectAll()
    .orderBy('sort_order')
    .orderBy('sku')
    .offset(offset)
    .limit(limit + 1)
    .execute()
  return { items: await itemsOfRows(db, projectId, rows.slice(0, limit)), hasMore: rows.length > limit }
}

const NO_NAMES: ShownNames = { skus: [], itemIds: [], hiddenSkus: [] }

type Items = ExpressionBuilder<Tables, 'catalog_items'>

/** PostgreSQL knows no empty list, so there is none; without any name no item fits. */
function isNamed(
  eb: Items,
  { skus, itemIds, hiddenSkus }: ShownNames,
): ExpressionWrapper<Tables, 'catalog_items', SqlBool> {
  const byId = itemIds.length === 0 ? [] : [eb('item_id', 'in', [...itemIds])]
  const isHidden = hiddenSkus.length === 0 ? [] : [eb('sku', 'not in', [...hiddenSkus])]
  return eb.or([
    ...(skus.length === 0 ? [] : [eb('sku', 'in', [...skus])]),
    ...(byId.length === 0 ? [] : [eb.and([...byId, ...isHidden])]),
  ])
}

/** Groups are compact JSON, so a group is found as text; what LIKE takes for a pattern is escaped. */
function inGroup(externalId: string): ReturnType<typeof sql<boolean>> {
  const quoted = JSON.stringify(externalId).replaceAll(/[\\%_]/g, (char) => `\\${char}`)
  return sql<boolean>`groups like ${`%"externalId":${quoted},%`} escape '\\'`
}

/** All enabled items with the little that is shown of them where clients filter by themselves. */
export async function listShortItems(
  db: Kysely<Tables>,
  projectId: number,
  type: ItemType,
): Promise<readonly CatalogItem[]> {
  const rows = await db
    .selectFrom('catalog_items')
    .where('project_id', '=', projectId)
    .where('is_enabled', '=', 1)
    .where('type', '=', type)
    .selectAll()
    .orderBy('sort_order')
    .orderBy('sku')
    .execute()
  return itemsOfRows(db, projectId, rows)
}

/** An item by its id; undefined: unknown. */
export async function findItemById(
  db: Kysely<Tables>,
  projectId: number,
  itemId: number,
): Promise<CatalogItem | undefined> {
  const rows = await db
    .selectFrom('catalog_items')
    .where('project_id', '=', projectId)
    .where('item_id', '=', itemId)
    .selectAll()
    .execute()
  return (await itemsOfRows(db, projectId, rows))[0]
}

/** Every group that an enabled item is in, directly or below it, by external id. */
export async function listGroups(db: Kysely<Tables>, projectId: number): Promise<ReadonlyMap<string, CatalogGroup>> {
  const rows = await db
    .selectFrom('catalog_items')
    .where('project_id', '=', projectId)
    .where('is_enabled', '=', 1)
    .select('groups')
    .distinct()
    .execute()
  const groups = new Map<string, CatalogGroup>()
  for (const { groups: text } of rows) {
    for (const group of JSON.parse(text) as CatalogGroup[]) addWithParents(groups, group)
  }
  return groups
}

function addWithParents(groups: Map<string, CatalogGroup>, group: CatalogGroup): void {
  groups.set(group.externalId, group)
  if (group.parent !== null) addWithParents(groups, group.parent)
}
