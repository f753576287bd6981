// The promotions that a player is shown, with the items of their bonuses.
import type { Store } from '../../platform/store/index.ts'
import type { CatalogItem } from '../item.ts'
import { loadItems } from '../load-items.ts'
import { type DealAsk, readDeals } from './deal-desk.ts'
import type { Deal } from './promotion.ts'

/** What may be used now; a code that is not taken is passed over. */
export interface ShownDeals {
  readonly deals: readonly Deal[]
  readonly bonusItems: ReadonlyMap<string, CatalogItem>
}

/** Reads them as they stand; only an order takes a use. */
export async function shownDeals(store: Pick<Store, 'read' | 'now'>, ask: DealAsk): Promise<ShownDeals> {
  const desk = await readDeals(store.read, [ask], store.now())
  const answer = desk.dealsFor(ask)
  const without = answer.kind === 'deals' ? answer : desk.dealsFor({ ...ask, code: null })
  const deals = without.kind === 'deals' ? without.deals : []
  return { deals, bonusItems: await loadItems(store.read, ask.projectId, [...new Set(desk.bonusSkus(ask))]) }
}
