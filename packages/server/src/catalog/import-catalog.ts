// Imports a catalog in one transaction: all of it, or nothing.
import {
  type Command,
  insertRows,
  type Row,
  rareCommand,
  runText,
  type Tx,
  updateRows,
} from '../platform/store/index.ts'
import type { CatalogFile, CatalogFileItem } from './catalog-file.ts'
import type { ItemType } from './item.ts'
import { rowOfItem } from './item-row.ts'
import { findTakenCode, writePromotions } from './promotions/import-promotions.ts'
import type { FilePromotion } from './promotions/promotion.ts'

/** `replace`: the file is the whole catalog, what it does not name is deleted. `upsert`: what it does not name stays. */
export type ImportMode = 'replace' | 'upsert'

/** What to import. */
export interface ImportCatalogInput {
  readonly projectId: number
  readonly mode: ImportMode
  readonly catalog: CatalogFile
  readonly actor: string
}

/** Why nothing was imported. */
export interface ImportRefusal {
  readonly code:
    | 'content_unknown'
    | 'content_is_bundle'
    | 'content_not_currency'
    | 'currency_unknown'
    | 'promotion_item_unknown'
    | 'code_taken'
  /** The item that names something it may not, or the external id of the promotion. */
  readonly sku: string
  /** What it names: an item or a code. */
  readonly contentSku: string
}

/** Counts of items, or why nothing changed. */
export type ImportCatalogResult =
  | { readonly kind: 'imported'; readonly created: number; readonly updated: number; readonly deleted: number }
  | { readonly kind: 'absent' }
  | ({ readonly kind: 'refused' } & ImportRefusal)

export const importCatalog: Command<ImportCatalogInput, ImportCatalogResult> = rareCommand('catalog.import')

/** First key of the advisory locks of catalogs. */
const CATALOG_LOCKS = 3
/** SKUs of one statement; SQLite takes 32,766 values. */
const SKUS_PER_STATEMENT = 5_000

/** Item ids stay with their SKU for ever, orders and clients hold them. */
export async function handleImportCatalog(
  tx: Tx,
  { projectId, mode, catalog, actor }: ImportCatalogInput,
): Promise<ImportCatalogResult> {
  if (tx.engine === 'postgres')
    await runText(tx, `select pg_advisory_xact_lock(${CATALOG_LOCKS}, $1::int)`, [projectId])
  const project = await tx.db.selectFrom('projects').where('id', '=', projectId).select('id').executeTakeFirst()
  if (project === undefined) return { kind: 'absent' }
  const known = await knownItems(tx, projectId)
  const refusal = firstRefusal(catalog, mode === 'replace' ? new Map() : known)
  if (refusal !== undefined) return { kind: 'refused', ...refusal }
  const promotions = { projectId, isWhole: mode === 'replace', promotions: catalog.promotions }
  const taken = await findTakenCode(tx, promotions)
  if (taken !== undefined) return { kind: 'refused', code: 'code_taken', sku: taken.externalId, contentSku: taken.code }
  const deleted = mode === 'replace' ? await deleteOthers(tx, projectId, catalog, known) : 0
  const created = await writeItems(tx, projectId, catalog, known)
  await replaceContents(tx, projectId, mode, catalog)
  await writePromotions(tx, promotions)
  const counts = { created, updated: catalog.items.length - created, deleted }
  await recordImport(tx, projectId, actor, { mode, ...counts })
  return { kind: 'imported', ...counts }
}

type KnownItems = ReadonlyMap<string, { readonly itemId: number; readonly type: string }>

async function knownItems(tx: Tx, projectId: number): Promise<KnownItems> {
  const rows = await tx.db
    .selectFrom('catalog_items')
    .where('project_id', '=', projectId)
    .select(['sku', 'item_id', 'type'])
    .execute()
  return new Map(rows.map((row) => [row.sku, { itemId: row.item_id, type: row.type }]))
}

/** Checks what the file says about items that may be in the store only. */
function firstRefusal(catalog: CatalogFile, stored: KnownItems): ImportRefusal | undefined {
  const types = new Map<string, string>([...stored].map(([sku, { type }]) => [sku, type]))
  for (const { sku, type } of catalog.items) types.set(sku, type)
  for (const item of catalog.items) {
    const refusal = contentRefusal(item, types) ?? currencyRefusal(item, types)
    if (refusal !== undefined) return refusal
  }
  return catalog.promotions
    .map((promotion) => promotionRefusal(promotion, types))
    .find((refusal) => refusal !== undefined)
}

function contentRefusal(item: CatalogFileItem, types: ReadonlyMap<string, string>): ImportRefusal | undefined {
  for (const { sku: contentSku } of item.contents) {
    const type = types.get(contentSku)
    const at = { sku: item.sku, contentSku }
    if (type === undefined) return { code: 'content_unknown', ...at }
    if (type === 'bundle') return { code: 'content_is_bundle', ...at }
    if (item.bundleType === 'virtual_currency_package' && type !== 'virtual_currency')
      return { code: 'content_not_currency', ...at }
  }
  return undefined
}

function currencyRefusal(item: CatalogFileItem, types: ReadonlyMap<string, string>): ImportRefusal | undefined {
  const currency: ItemType = 'virtual_currency'
  const unknown = item.virtualPrices.find(({ sku }) => types.get(sku) !== currency)
  return unknown === undefined ? undefined : { code: 'currency_unknown', sku: item.sku, contentSku: unknown.sku }
}

function promotionRefusal(
  { externalId, discount, bonus, condition }: FilePromotion,
  types: ReadonlyMap<string, string>,
): ImportRefusal | undefined {
  const discounted = discount === null || typeof discount.on === 'string' ? [] : discount.on
  const named = [...discounted, ...[...bonus, ...(condition ?? [])].map(({ sku }) => sku)]
  const unknown = named.find((sku) => !types.has(sku))
  return unknown === undefined ? undefined : { code: 'promotion_item_unknown', sku: externalId, contentSku: unknown }
}

async function deleteOthers(tx: Tx, projectId: number, catalog: CatalogFile, known: KnownItems): Promise<number> {
  const named = new Set(catalog.items.map(({ sku }) => sku))
  const others = [...known.keys()].filter((sku) => !named.has(sku))
  for (const skus of chunks(others)) {
    await tx.db.deleteFrom('catalog_items').where('project_id', '=', projectId).where('sku', 'in', skus).execute()
  }
  return others.length
}

/** Gives back how many were new. */
async function writeItems(tx: Tx, projectId: number, catalog: CatalogFile, known: KnownItems): Promise<number> {
  const fresh = catalog.items.filter(({ sku }) => !known.has(sku))
  const ids = fresh.length === 0 ? [] : await tx.takeIds(projectId, 'item', fresh.length)
  const idOf = new Map(fresh.map(({ sku }, index) => [sku, ids[index] ?? 0]))
  await insertRows(
    tx,
    'catalog_items',
    fresh.map((item) => rowOfItem(projectId, idOf.get(item.sku) ?? 0, item, tx.now)),
  )
  const changed = catalog.items.filter(({ sku }) => known.has(sku))
  await updateRows(
    tx,
    'catalog_items',
    ['project_id', 'sku'],
    CHANGED_COLUMNS,
    changed.map((item) => rowOfItem(projectId, known.get(item.sku)?.itemId ?? 0, item, tx.now)),
  )
  return fresh.length
}

const CHANGED_COLUMNS: readonly (keyof Row<'catalog_items'> & string)[] = [
  'type',
  'name',
  'description',
  'image_url',
  'is_free',
  'is_enabled',
  'is_pre_order',
  'prices',
  'virtual_prices',
  'custom_attributes',
  'groups',
  'details',
  'sort_order',
  'updated_at',
]

async function replaceContents(tx: Tx, projectId: number, mode: ImportMode, catalog: CatalogFile): Promise<void> {
  if (mode === 'replace') await tx.db.deleteFrom('bundle_contents').where('project_id', '=', projectId).execute()
  const skus = mode === 'replace' ? [] : catalog.items.map(({ sku }) => sku)
  for (const some of chunks(skus)) {
    await tx.db
      .deleteFrom('bundle_contents')
      .where('project_id', '=', projectId)
      .where('bundle_sku', 'in', some)
      .execute()
  }
  await insertRows(
    tx,
    'bundle_contents',
    catalog.items.flatMap((item) => contentRows(projectId, item)),
  )
}

function contentRows(projectId: number, item: CatalogFileItem): readonly Row<'bundle_contents'>[] {
  return item.contents.map(({ sku, quantity }, index) => ({
    project_id: projectId,
    bundle_sku: item.sku,
    position: index + 1,
    sku,
    quantity,
  }))
}

async function recordImport(
  tx: Tx,
  projectId: number,
  actor: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  const ids = await tx.takeIds(projectId, 'audit', 1)
  const entry = { project_id: projectId, at: tx.now, actor, action: 'catalog.imported', target: `project:${projectId}` }
  await insertRows(
    tx,
    'audit_log',
    ids.map((id) => ({ ...entry, id, details: JSON.stringify(details) })),
  )
}

function chunks(skus: readonly string[]): readonly string[][] {
  const parts: string[][] = []
  for (let start = 0; start < skus.length; start += SKUS_PER_STATEMENT)
    parts.push(skus.slice(start, start + SKUS_PER_STATEMENT))
  return parts
}
