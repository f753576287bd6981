// A catalog with promotions for tests of orders: what they give, and views that are short to compare.
import { changeCart, type ImportMode, importCatalog } from '../../catalog/index.ts'
import { parseCatalogFile } from '../../catalog/parse-catalog-file.ts'
import type { Store } from '../../platform/store/index.ts'
import { PROJECT_ID, userParty } from './given-rows.ts'
import type { Shop } from './shop.ts'

/** Lists of a catalog file. */
export type Lists = Readonly<Record<'promotions' | 'promo_codes' | 'coupons', readonly object[]>>

/** Imports lists into the demo catalog; an entry without a name gets one. */
export async function givenPromotions(store: Store, lists: Partial<Lists>, mode: ImportMode = 'upsert'): Promise<void> {
  const named = Object.fromEntries(
    Object.entries(lists).map(([list, entries]) => [list, entries.map((entry) => ({ name: 'Named', ...entry }))]),
  )
  const parsed = await parseCatalogFile(JSON.stringify({ items: [], ...named }))
  if (parsed.kind === 'refused') throw new Error(parsed.faults.map(({ sentence }) => sentence).join(' '))
  const result = await store.run(importCatalog, { projectId: PROJECT_ID, mode, catalog: parsed.catalog, actor: 'test' })
  if (result.kind !== 'imported') throw new Error(`The offers were not imported: ${JSON.stringify(result)}`)
}

/** Orders with their use of each promotion: `order external-id taken`, or `returned`, in the order of the orders. */
export async function usesOf(store: Store): Promise<readonly string[]> {
  const rows = await store.read
    .selectFrom('promotion_uses as u')
    .innerJoin('promotions as p', (join) =>
      join.onRef('p.project_id', '=', 'u.project_id').onRef('p.promotion_id', '=', 'u.promotion_id'),
    )
    .select(['u.order_id', 'u.is_taken', 'p.external_id'])
    .orderBy('u.order_id')
    .orderBy('u.promotion_id')
    .execute()
  return rows.map((row) => `${row.order_id} ${row.external_id} ${row.is_taken === 1 ? 'taken' : 'returned'}`)
}

/** Promotions whose count is not that of their taken uses, among those with a limited total. */
export async function miscounted(store: Store): Promise<readonly string[]> {
  const promotions = await store.read.selectFrom('promotions').selectAll().execute()
  const uses = await store.read.selectFrom('promotion_uses').where('is_taken', '=', 1).selectAll().execute()
  return promotions.flatMap(({ promotion_id, external_id, taken, details }) => {
    const counted = uses.filter((use) => use.promotion_id === promotion_id).length
    const isLimited = JSON.parse(details).limits.total !== null
    return isLimited && taken !== counted ? [`${external_id}: ${taken} instead of ${counted}`] : []
  })
}

/** `quantity sku amount` of each line of an order, with `bonus` and `inside` where that is so. */
export async function linesOf(shop: Shop, orderId: number): Promise<readonly string[]> {
  const rows = await shop.store.read
    .selectFrom('order_items')
    .where('order_id', '=', orderId)
    .selectAll()
    .orderBy('position')
    .execute()
  return rows.map((row) => {
    const words = [row.quantity, row.sku, row.amount ?? '-']
    return [
      ...words,
      ...(row.is_bonus === 1 ? ['bonus'] : []),
      ...(row.is_bundle_content === 1 ? ['inside'] : []),
    ].join(' ')
  })
}

/** Fills ann's cart and puts a promo code into it. */
export async function fillCart(
  store: Store,
  lines: readonly { sku: string; quantity: number }[],
  code: string,
): Promise<void> {
  const cart = { party: userParty('ann'), cartId: null }
  await store.run(changeCart, { ...cart, change: { kind: 'put', lines } })
  await store.run(changeCart, { ...cart, change: { kind: 'promo_code', code } })
}
