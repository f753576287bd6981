// What a game offers one player: which items, how many of each, and until when.
import type { CatalogItem } from '../item.ts'

/** Something inside an item, in the game's own words. */
export interface OfferedContent {
  readonly name: string
  readonly description: string
  readonly quantity: number
}

/** One item of an offer. Absent texts are those of the catalog. */
export interface Offer {
  /** How many the player may buy; 0: none, null: no limit. */
  readonly quantity: number | null
  /** Wall time in milliseconds from which on, and until which, it is offered; null: always. */
  readonly from: number | null
  readonly until: number | null
  readonly name?: string
  readonly description?: string
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly content?: readonly OfferedContent[]
}

/** All that one player is offered. An item that is named both ways has what was said of its SKU. */
export interface Offers {
  readonly bySku: ReadonlyMap<string, Offer>
  readonly byId: ReadonlyMap<number, Offer>
}

/** Of a player whom the game does not know. */
export const NOTHING_OFFERED: Offers = { bySku: new Map(), byId: new Map() }

/** The offer of an item; undefined: it is not offered. Its time may not have come. */
export function offerOf(offers: Offers, { sku, itemId }: Pick<CatalogItem, 'sku' | 'itemId'>): Offer | undefined {
  return offers.bySku.get(sku) ?? offers.byId.get(itemId)
}

/** Whether it is offered at `now`. The last moment does not count. */
export function isOpen({ from, until }: Pick<Offer, 'from' | 'until'>, now: number): boolean {
  return (from === null || from <= now) && (until === null || now < until)
}
