// Reads items with what is inside their bundles, in at most three statements.
import type { Kysely } from 'kysely'
import type { Row, Tables } from '../platform/store/index.ts'
import type { CatalogItem, ItemContent } from './item.ts'
import { itemOfRow } from './item-row.ts'

type ItemRow = Row<'catalog_items'>

/**
 * Items of a project by SKU; unknown ones are absent, disabled ones are there.
 *
 * @param db `store.read`, or `tx.db` where the price must be the one of this transaction
 */
export async function loadItems(
  db: Kysely<Tables>,
  projectId: number,
  skus: readonly string[],
): Promise<ReadonlyMap<string, CatalogItem>> {
  return new Map(
    (await itemsOfRows(db, projectId, await rowsBySku(db, projectId, skus))).map((item) => [item.sku, item]),
  )
}

/** One item; undefined: unknown. */
export async function findItem(db: Kysely<Tables>, projectId: number, sku: string): Promise<CatalogItem | undefined> {
  return (await loadItems(db, projectId, [sku])).get(sku)
}

/** Completes rows that a list has read: bundles get their contents. */
export async function itemsOfRows(
  db: Kysely<Tables>,
  projectId: number,
  rows: readonly ItemRow[],
): Promise<readonly CatalogItem[]> {
  const bundles = rows.filter((row) => row.type === 'bundle').map(({ sku }) => sku)
  const contents = bundles.length === 0 ? [] : await contentRows(db, projectId, bundles)
  const known = new Map(rows.map((row) => [row.sku, row]))
  const missing = contents.map(({ sku }) => sku).filter((sku) => !known.has(sku))
  for (const row of await rowsBySku(db, projectId, [...new Set(missing)])) known.set(row.sku, row)
  return rows.map((row) => itemOfRow(row, contentsOf(row, contents, known)))
}

function contentsOf(
  bundle: ItemRow,
  contents: readonly Row<'bundle_contents'>[],
  known: ReadonlyMap<string, ItemRow>,
): readonly ItemContent[] {
  const inside: ItemContent[] = []
  for (const { bundle_sku: bundleSku, sku, quantity } of contents) {
    const row = bundleSku === bundle.sku ? known.get(sku) : undefined
    if (row !== undefined) inside.push({ quantity, item: itemOfRow(row, []) })
  }
  return inside
}

async function rowsBySku(db: Kysely<Tables>, projectId: number, skus: readonly string[]): Promise<readonly ItemRow[]> {
  if (skus.length === 0) return []
  return db
    .selectFrom('catalog_items')
    .where('project_id', '=', projectId)
    .where('sku', 'in', [...skus])
    .selectAll()
    .execute()
}

async function contentRows(
  db: Kysely<Tables>,
  projectId: number,
  bundles: readonly string[],
): Promise<readonly Row<'bundle_contents'>[]> {
  return db
    .selectFrom('bundle_contents')
    .where('project_id', '=', projectId)
    .where('bundle_sku', 'in', [...bundles])
    .selectAll()
    .orderBy('bundle_sku')
    .orderBy('position')
    .execute()
}
