// Lines of an order that nobody made, for the test of an endpoint.
import type { Kysely } from 'kysely'
import type { Tables } from '../platform/store/index.ts'
import type { CurrencyChoice } from './choose-currency.ts'
import { ITEMS_PER_PAGE_MAX, listItems } from './item-queries.ts'
import { findItem } from './load-items.ts'
import { type PricedOrder, priceLines } from './price-lines.ts'

/** What a sample is made for. `sku` null: any item that costs money. */
export interface SampleWish {
  readonly projectId: number
  readonly sku: string | null
  readonly choice: CurrencyChoice
}

/** Minor units of an item that nobody has ever seen. */
const MADE_UP_AMOUNT = 199
const MADE_UP_SKU = 'ordertrail_test_item'

/** One piece of an item of the catalog for money, else of one that is made up. */
export async function samplePrice(
  db: Kysely<Tables>,
  { projectId, sku, choice }: SampleWish,
): Promise<PricedOrder<'real'>> {
  const first = { offset: 0, limit: ITEMS_PER_PAGE_MAX }
  const named = sku === null ? undefined : await findItem(db, projectId, sku)
  const items = sku === null ? (await listItems(db, projectId, {}, first)).items : named === undefined ? [] : [named]
  for (const item of items) {
    const lines = [{ sku: item.sku, quantity: 1 }]
    const price = priceLines({ ...choice, items: new Map([[item.sku, item]]), lines })
    if (price.kind === 'priced' && price.currencyKind === 'real') return { ...price, currencyKind: 'real' }
  }
  return madeUp(sku ?? MADE_UP_SKU, choice.currency ?? choice.defaultCurrency)
}

function madeUp(sku: string, currency: string): PricedOrder<'real'> {
  const amounts = { amount: MADE_UP_AMOUNT, amountWithoutDiscount: MADE_UP_AMOUNT }
  const line = {
    ...amounts,
    position: 0,
    itemId: 0,
    sku,
    type: 'virtual_good',
    name: sku,
    quantity: 1,
    isFree: false,
    isBonus: false,
    isBundleContent: false,
    isPreOrder: false,
    promotions: [],
    customAttributes: null,
    description: '""',
  } as const
  return { kind: 'priced', currencyKind: 'real', currency, ...amounts, lines: [line], promotions: [], used: [] }
}
