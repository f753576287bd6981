// Prices what is to be bought, by the catalog and the carts as this transaction sees them.
import {
  type Cart,
  type CatalogItem,
  loadCart,
  loadItems,
  type PricedOrder,
  type PriceRefusal,
  priceInVirtualCurrency,
  priceLines,
} from '../catalog/index.ts'
import type { Tx } from '../platform/store/index.ts'
import type { ProjectFacts } from '../projects/index.ts'
import type { CreateOrderInput, CreateRefusal } from './order-wish.ts'

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

/** What an input asks for, with its cart's own wishes filled in. */
interface Basket {
  readonly input: CreateOrderInput
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  readonly currency: string | null
  readonly country: string | null
}

type Shelves = ReadonlyMap<number, ReadonlyMap<string, CatalogItem>>

/** Prices `inputs`; each project's items are read together. */
export async function draftOrders(
  tx: Tx,
  inputs: readonly CreateOrderInput[],
  projects: ReadonlyMap<number, ProjectFacts>,
): Promise<Drafts> {
  const baskets: Basket[] = []
  for (const input of inputs) baskets.push(await basketOf(tx, input))
  const shelves = await loadShelves(tx, baskets)
  const priced = baskets.map((basket) => draftOf(basket, shelves, projects.get(basket.input.party.projectId)))
  return {
    drafts: priced.filter((each) => 'facts' in each),
    refused: priced.flatMap((each) => ('facts' in each ? [] : [[each.input, each.refusal] as const])),
  }
}

async function basketOf(tx: Tx, input: CreateOrderInput): Promise<Basket> {
  const { source, currency, country } = input
  if (source.kind === 'item')
    return { input, lines: [{ sku: source.sku, quantity: source.quantity }], currency, country }
  if (source.kind === 'list') return { input, lines: source.lines, currency, country }
  const cart: Cart = await loadCart(tx.db, input.party, source.cartId)
  return { input, lines: cart.lines, currency: currency ?? cart.currency, country: country ?? cart.country }
}

async function loadShelves(tx: Tx, baskets: readonly Basket[]): Promise<Shelves> {
  const shelves = new Map<number, ReadonlyMap<string, CatalogItem>>()
  for (const [projectId, ofProject] of Map.groupBy(baskets, (basket) => basket.input.party.projectId)) {
    const skus = new Set(ofProject.flatMap(({ lines }) => lines.map(({ sku }) => sku)))
    shelves.set(projectId, await loadItems(tx.db, projectId, [...skus]))
  }
  return shelves
}

type Refused = { readonly input: CreateOrderInput; readonly refusal: CreateRefusal }

function draftOf(basket: Basket, shelves: Shelves, facts: ProjectFacts | undefined): Draft | Refused {
  const { input } = basket
  if (facts === undefined) return { input, refusal: { kind: 'refused', code: 'project_unknown', sku: null } }
  const price = priceOf(basket, shelves.get(facts.projectId) ?? new Map(), facts)
  if (price.kind === 'refused') return { input, refusal: price }
  const refusal = wayRefusal(input, price.currencyKind)
  return refusal === null ? { input, facts, price, country: basket.country } : { input, refusal }
}

function priceOf(
  { input, lines, currency, country }: Basket,
  items: ReadonlyMap<string, CatalogItem>,
  { settings: { defaultCurrency, currencyByCountry } }: ProjectFacts,
): PricedOrder<'real' | 'free' | 'virtual'> | PriceRefusal {
  const { paidWith } = input
  if (paidWith.kind !== 'virtual_currency') {
    return priceLines({ items, lines, currency, country, defaultCurrency, currencyByCountry })
  }
  const [line] = lines
  const item = line && items.get(line.sku)
  return item
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
