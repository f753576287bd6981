// What the calls about carts share: reading, changing and telling one cart of one party.
import { AppError } from '@ordertrail/core'
import type { Caller, Party } from '../platform/http/index.ts'
import type { Store } from '../platform/store/index.ts'
import { type Cart, loadCart } from './cart.ts'
import { cartBody } from './cart-body.ts'
import { type CartWarning, checkLines } from './cart-lines.ts'
import { type CartChange, type ChangeCartResult, changeCart } from './change-cart.ts'
import { currencySkusOf } from './item-body.ts'
import { loadItems } from './load-items.ts'
import type { CartLine } from './price-lines.ts'
import type { ProjectPricing } from './project-pricing.ts'
import { shownDeals } from './promotions/shown-deals.ts'

/** What calls about carts need. */
export interface CartDeps {
  readonly store: Store
  /** undefined: there is no such project. */
  readonly pricingOf: (projectId: number) => Promise<ProjectPricing | undefined>
}

/** Whose cart, which one (null: the default one), and how it is told. `country` is the player's where the cart has none. */
export interface CartAsk {
  readonly party: Party
  readonly cartId: string | null
  readonly country?: string | undefined
  readonly currency?: string | undefined
  readonly locale?: string | undefined
}

type Body = Readonly<Record<string, unknown>>

/** The party that a player's call is about. */
export function partyOf(caller: Caller): Party {
  if (caller.kind === 'player') return caller.party
  throw new AppError('authorization_missing')
}

/** The country that a player's token names. */
export function countryOf(caller: Caller): string | undefined {
  return caller.kind === 'player' ? caller.details.country : undefined
}

/** The cart as it is. */
export async function readCartBody(deps: CartDeps, ask: CartAsk): Promise<Body> {
  return tellCart(deps, ask, await loadCart(deps.store.read, ask.party, ask.cartId))
}

/** Puts lines into the cart and tells it, with a warning for each line that it does not take. */
export async function fillCart(
  deps: CartDeps,
  ask: CartAsk,
  lines: readonly CartLine[],
  server: { readonly currency?: string; readonly country?: string } = {},
): Promise<Body> {
  const { projectId } = ask.party
  const items = await loadItems(
    deps.store.read,
    projectId,
    lines.map(({ sku }) => sku),
  )
  const checked = checkLines(projectId, lines, items)
  const cart = await runChange(deps, ask, { kind: 'put', lines: checked.lines, ...server })
  const warnings: readonly CartWarning[] = checked.warnings
  return { ...(await tellCart(deps, ask, cart.cart)), warnings }
}

/** Changes the cart; refusals are the documented ones. */
export async function runChange(
  { store }: CartDeps,
  { party, cartId }: CartAsk,
  change: CartChange,
): Promise<Extract<ChangeCartResult, { readonly kind: 'changed' }>> {
  const result = await store.run(changeCart, { party, cartId, change })
  if (result.kind === 'changed') return result
  throw new AppError('cart_invalid', { message: REFUSALS[result.code] })
}

const REFUSALS = {
  too_many_carts: 'You have too many carts. Use one of those you have.',
  too_many_lines: 'The cart would hold too many different items. Take some out first.',
} as const

/** `cart` with what its promotions and its promo code make of it. */
export async function tellCart({ store, pricingOf }: CartDeps, ask: CartAsk, cart: Cart): Promise<Body> {
  const { projectId } = ask.party
  const pricing = await pricingOf(projectId)
  if (pricing === undefined) throw new AppError('project_not_found')
  const skus = cart.lines.map(({ sku }) => sku)
  const items = await loadItems(store.read, projectId, skus)
  const country = cart.country ?? ask.country ?? null
  const { party } = ask
  const deals = await shownDeals(store, { kind: 'promo_code', projectId, party, country, skus, code: cart.promoCode })
  const currencies = await loadItems(store.read, projectId, currencySkusOf([...items.values()]))
  return cartBody(cart, items, {
    ...pricing,
    currency: ask.currency ?? cart.currency,
    country,
    currencies,
    ...deals,
    ...(ask.locale === undefined ? {} : { locale: ask.locale }),
  })
}
