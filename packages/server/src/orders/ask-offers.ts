// Asks the game what a buyer may buy, before the transaction that creates the order.
import { loadCart, type PersonalCatalogs, type PurchaseOffers } from '../catalog/index.ts'
import type { Store } from '../platform/store/index.ts'
import { hasKeptAnswer } from './kept-answers.ts'
import type { CreateOrderInput, PurchaseSource } from './order-wish.ts'

/** What asking needs. */
export interface AskOffersDeps {
  readonly store: Pick<Store, 'read'>
  readonly personal: Pick<PersonalCatalogs, 'forPurchase'>
}

type Wish = Omit<CreateOrderInput, 'token' | 'offers'>

/** What may be bought; undefined: anything. A repeated request is answered from what was kept, so nobody is asked. */
export async function askOffers({ store, personal }: AskOffersDeps, wish: Wish): Promise<PurchaseOffers | undefined> {
  const { party, source, requestKey } = wish
  // A coupon sells nothing: what it gives is the catalog's business.
  if (source.kind === 'coupon') return undefined
  const ask = await personal.forPurchase(party.projectId)
  if (ask === null) return undefined
  if (requestKey !== null && (await hasKeptAnswer(store.read, party.projectId, requestKey)))
    return { kind: 'unconfirmed' }
  const cart = source.kind === 'cart' ? await loadCart(store.read, party, source.cartId) : null
  const shopper = {
    projectId: party.projectId,
    party,
    country: wish.country ?? cart?.country ?? null,
    currency: wish.currency ?? cart?.currency ?? null,
    locale: languageOf(wish),
  }
  return ask(shopper, skusOf(source))
}

/** A cart may change until the transaction reads it. */
function skusOf(source: Exclude<PurchaseSource, { readonly kind: 'coupon' }>): readonly string[] | null {
  if (source.kind === 'cart') return null
  return source.kind === 'item' ? [source.sku] : source.lines.map(({ sku }) => sku)
}

function languageOf({ settings }: Pick<Wish, 'settings'>): string | null {
  const { language } = JSON.parse(settings) as { readonly language?: unknown }
  return typeof language === 'string' ? language : null
}
