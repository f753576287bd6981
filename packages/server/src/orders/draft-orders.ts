// Prices what is to be bought, by the catalog, the promotions and the carts as this transaction sees them.
import {
  type CatalogItem,
  type DealDesk,
  loadItems,
  lockDeals,
  type PricedOrder,
  type PriceRefusal,
  priceCoupon,
  priceInVirtualCurrency,
  priceLines,
} from '../catalog/index.ts'
import type { Tx } from '../platform/store/index.ts'
import type { ProjectFacts } from '../projects/index.ts'
import { type Basket, basketOf, dealAsksOf } from './basket.ts'
import type { CreateOrderInput, CreateRefusal } from './order-wish.ts'
import { offersRefusal } from './within-offers.ts'

/** An order that can be made. */
export interface Draft {
  readonly input: CreateOrderInput
  readonly facts: ProjectFacts
  readonly price: PricedOrder<'real' | 'free' | 'virtual'>
  /** The buyer's, or that of the cart; null: unknown. */
  readonly country: string | null
}

/** Orders that can be made, and the answers to those that cannot. */
export interface Drafts {
  readonly drafts: readonly Draft[]
  readonly refused: readonly (readonly [CreateOrderInput, CreateRefusal])[]
}

type Shelves = ReadonlyMap<number, ReadonlyMap<string, CatalogItem>>

/**
 * Prices `inputs`; each project's items are read together. One after the other takes its promotions, so that those who
 * want the last use of one in the same transaction get it in their order.
 */
export async function draftOrders(
  tx: Tx,
  inputs: readonly CreateOrderInput[],
  projects: ReadonlyMap<number, ProjectFacts>,
): Promise<Drafts> {
  const baskets: Basket[] = []
  for (const input of inputs) baskets.push(await basketOf(tx, input))
  const desk = await lockDeals(tx, baskets.flatMap(dealAsksOf))
  const shelves = await loadShelves(tx, baskets, desk)
  const priced = baskets.map((basket) =>
    draftOf(basket, { shelves, desk, now: tx.now }, projects.get(basket.input.party.projectId)),
  )
  return {
    drafts: priced.filter((each) => 'facts' in each),
    refused: priced.flatMap((each) => ('facts' in each ? [] : [[each.input, each.refusal] as const])),
  }
}

async function loadShelves(tx: Tx, baskets: readonly Basket[], desk: DealDesk): Promise<Shelves> {
  const shelves = new Map<number, ReadonlyMap<string, CatalogItem>>()
  for (const [projectId, ofProject] of Map.groupBy(baskets, (basket) => basket.input.party.projectId)) {
    const bonuses = ofProject.flatMap(dealAsksOf).flatMap((ask) => desk.bonusSkus(ask))
    const skus = new Set([...ofProject.flatMap(({ lines }) => lines.map(({ sku }) => sku)), ...bonuses])
    shelves.set(projectId, await loadItems(tx.db, projectId, [...skus]))
  }
  return shelves
}

type Refused = { readonly input: CreateOrderInput; readonly refusal: CreateRefusal }

/** What the drafts of one transaction are priced by. */
interface Counter {
  readonly shelves: Shelves
  readonly desk: DealDesk
  readonly now: number
}

function draftOf(basket: Basket, { shelves, desk, now }: Counter, facts: ProjectFacts | undefined): Draft | Refused {
  const { input } = basket
  if (facts === undefined) return { input, refusal: { kind: 'refused', code: 'project_unknown', sku: null } }
  const price = priceOf(basket, shelves.get(facts.projectId) ?? new Map(), desk, facts)
  if (price.kind === 'refused') return { input, refusal: price }
  const refusal = wayRefusal(input, price.currencyKind) ?? offersRefusal(input, price.lines, now)
  if (refusal !== null) return { input, refusal }
  for (const ask of dealAsksOf(basket)) desk.take(ask, price.used)
  return { input, facts, price, country: basket.country }
}

type Priced = PricedOrder<'real' | 'free' | 'virtual'> | PriceRefusal | CreateRefusal

function priceOf(
  basket: Basket,
  items: ReadonlyMap<string, CatalogItem>,
  desk: DealDesk,
  { settings: { defaultCurrency, currencyByCountry } }: ProjectFacts,
): Priced {
  const { lines, currency, country } = basket
  const [ask] = dealAsksOf(basket)
  if (ask === undefined) return priceVirtually(basket, items)
  const answer = desk.dealsFor(ask)
  if (answer.kind === 'refused') return { ...answer, sku: null }
  const { deals } = answer
  const [coupon] = deals
  if (ask.kind === 'promo_code')
    return priceLines({ items, lines, currency, country, defaultCurrency, currencyByCountry, deals })
  return coupon === undefined ? { kind: 'refused', code: 'code_unknown', sku: null } : priceCoupon(coupon, items)
}

function priceVirtually({ input: { paidWith }, lines }: Basket, items: ReadonlyMap<string, CatalogItem>): Priced {
  const [line] = lines
  const item = line && items.get(line.sku)
  return item && paidWith.kind === 'virtual_currency'
    ? priceInVirtualCurrency(item, paidWith.sku)
    : { kind: 'refused', code: 'item_unknown', sku: line?.sku ?? null }
}

/** A free order needs no payment, and what costs money is not given away: each has a call of its own. */
function wayRefusal(
  { paidWith, source }: CreateOrderInput,
  currencyKind: Draft['price']['currencyKind'],
): CreateRefusal | null {
  const sku = source.kind === 'item' ? source.sku : null
  if (paidWith.kind === 'money' && currencyKind === 'free') return { kind: 'refused', code: 'item_is_free', sku }
  if (paidWith.kind === 'nothing' && currencyKind === 'real') return { kind: 'refused', code: 'item_not_free', sku }
  return null
}
