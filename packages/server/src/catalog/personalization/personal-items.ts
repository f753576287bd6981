// Items as one player is shown them: those that the game offers, in its words.
import type { CatalogItem } from '../item.ts'
import { isOpen, type Offer, type Offers, offerOf } from './offer.ts'

/** Names of the items that are offered now. An item that has an entry under its SKU is not found by its id. */
export interface ShownNames {
  readonly skus: readonly string[]
  readonly itemIds: readonly number[]
  /** SKUs whose time has not come or is over. */
  readonly hiddenSkus: readonly string[]
}

/** What a list has to look for. */
export function shownNames({ bySku, byId }: Offers, now: number): ShownNames {
  const [open, closed] = [...bySku].reduce<[string[], string[]]>(
    (names, [sku, offer]) => {
      names[isOpen(offer, now) ? 0 : 1].push(sku)
      return names
    },
    [[], []],
  )
  const itemIds = [...byId].flatMap(([itemId, offer]) => (isOpen(offer, now) ? [itemId] : []))
  return { skus: open, itemIds, hiddenSkus: closed }
}

/** Whether a player is shown this item. @param offers null: everything is shown */
export function isShown(offers: Offers | null, item: CatalogItem, now: number): boolean {
  if (offers === null) return true
  const offer = offerOf(offers, item)
  return offer !== undefined && isOpen(offer, now)
}

/** The item with the texts and attributes that the game has for this player. */
export function personalItem(item: CatalogItem, offers: Offers | null): CatalogItem {
  const offer = offers === null ? undefined : offerOf(offers, item)
  if (offer === undefined) return item
  const { name = item.texts.name, description = item.texts.description, attributes = item.customAttributes } = offer
  return { ...item, texts: { ...item.texts, name, description }, customAttributes: attributes }
}

/** What the offer adds to the body of an item: its own contents, and that there is none left. */
export function personalMembers(item: CatalogItem, offers: Offers | null): Readonly<Record<string, unknown>> {
  const offer: Offer | undefined = offers === null ? undefined : offerOf(offers, item)
  if (offer === undefined) return {}
  return {
    ...(offer.quantity === 0 ? { can_be_bought: false } : {}),
    ...(offer.content === undefined ? {} : { content: offer.content }),
  }
}
