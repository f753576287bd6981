// Whether a purchase keeps to what the game offers; decided inside the transaction, on plain data that was asked for before.
import type { PricedLine } from '../order-lines.ts'
import { isOpen, type Offer, type Offers, offerOf } from './offer.ts'

/** One item that may be bought, named by its SKU or by its id. */
export type PurchaseOffer = Pick<Offer, 'quantity' | 'from' | 'until'> &
  ({ readonly sku: string; readonly itemId: null } | { readonly sku: null; readonly itemId: number })

/** What may be bought. `unconfirmed`: the game did not say. */
export type PurchaseOffers =
  | { readonly kind: 'offered'; readonly list: readonly PurchaseOffer[] }
  | { readonly kind: 'unconfirmed' }

/** Why something may not be bought; `sku` null: it is not one item's fault. */
export interface OfferRefusal {
  readonly code: 'offers_unconfirmed' | 'not_offered' | 'offer_exceeded'
  readonly sku: string | null
}

/** The part of an answer that a purchase needs. @param skus what may be bought; null: anything */
export function purchaseOffersOf({ bySku, byId }: Offers, skus: readonly string[] | null): PurchaseOffers {
  const named = skus === null ? [...bySku] : [...new Set(skus)].flatMap((sku) => entryOf(bySku, sku))
  return {
    kind: 'offered',
    list: [
      ...named.map(([sku, offer]) => ({ sku, itemId: null, ...limitsOf(offer) })),
      ...[...byId].map(([itemId, offer]) => ({ sku: null, itemId, ...limitsOf(offer) })),
    ],
  }
}

function entryOf(offers: ReadonlyMap<string, Offer>, sku: string): readonly (readonly [string, Offer])[] {
  const offer = offers.get(sku)
  return offer === undefined ? [] : [[sku, offer]]
}

function limitsOf({ quantity, from, until }: Offer): Pick<Offer, 'quantity' | 'from' | 'until'> {
  return { quantity, from, until }
}

/**
 * Why `lines` may not be bought; null: they may. What comes along inside bundles or as a bonus is the catalog's business.
 *
 * @param now the transaction's wall time
 */
export function offerRefusal(
  offers: PurchaseOffers,
  lines: readonly Pick<PricedLine, 'sku' | 'itemId' | 'quantity' | 'isBundleContent' | 'isBonus'>[],
  now: number,
): OfferRefusal | null {
  if (offers.kind === 'unconfirmed') return { code: 'offers_unconfirmed', sku: null }
  const known = mapsOf(offers.list)
  const bought = lines.filter((line) => !line.isBundleContent && !line.isBonus)
  for (const [sku, ofSku] of Map.groupBy(bought, (line) => line.sku)) {
    const [first] = ofSku
    const offer = first && offerOf(known, first)
    if (offer === undefined || offer.quantity === 0 || !isOpen(offer, now)) return { code: 'not_offered', sku }
    const pieces = ofSku.reduce((sum, { quantity }) => sum + quantity, 0)
    if (offer.quantity !== null && pieces > offer.quantity) return { code: 'offer_exceeded', sku }
  }
  return null
}

function mapsOf(list: readonly PurchaseOffer[]): Offers {
  const bySku = new Map<string, Offer>()
  const byId = new Map<number, Offer>()
  for (const offer of list) {
    if (offer.sku === null) byId.set(offer.itemId, offer)
    else bySku.set(offer.sku, offer)
  }
  return { bySku, byId }
}
