// What a game offers one player: its type, and the check of what the game's own code made of it.

/** One item of a personal catalog. `sku` or `item_id` names it; all else is as its catalog has it where absent. */
export type CatalogOffer = ({ readonly sku: string } | { readonly item_id: number }) & {
  /** How many one order may hold: 0 shows it as sold out, null or absent is no limit. */
  readonly quantity?: number | null
  /** From when, and until when, it is offered: a Date, or ISO 8601 with an offset. */
  readonly date_from?: Date | string
  readonly date_until?: Date | string
  /** Shown instead of the catalog's. */
  readonly name?: string
  readonly description?: string
  readonly json_attributes?: Readonly<Record<string, unknown>>
  readonly content?: readonly { readonly name: string; readonly description: string; readonly quantity: number }[]
}

/** Senders take no longer list. */
const OFFERS_MAX = 5_000
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** Offers that can be sent, and a sentence for each that cannot. */
export interface CheckedOffers {
  readonly offers: readonly CatalogOffer[]
  readonly faults: readonly string[]
}

/**
 * Leaves out what the sender could not understand: less is sold then than was meant, never more.
 *
 * @throws {TypeError} when it is no list, or a longer one than senders take
 */
export function checkOffers(offers: unknown): CheckedOffers {
  if (!Array.isArray(offers) || offers.length > OFFERS_MAX) {
    throw new TypeError(`onPartnerCatalog must give a list of up to ${OFFERS_MAX} offers, or null for an unknown user`)
  }
  const faults = offers.map(faultOf)
  return {
    offers: offers.filter((_, index) => faults[index] === null),
    faults: faults.flatMap((fault, index) => (fault === null ? [] : `Offer ${index} was left out: ${fault}`)),
  }
}

function faultOf(offer: unknown): string | null {
  if (typeof offer !== 'object' || offer === null) return 'it must be an object'
  const { sku, item_id, quantity = null, date_from, date_until }: Partial<Record<string, unknown>> = { ...offer }
  const isNamed = sku === undefined ? isCount(item_id) : typeof sku === 'string' && sku !== ''
  if (!isNamed) return 'sku must be text, or item_id a whole number'
  if (quantity !== null && !isCount(quantity)) return 'quantity must be a whole number from 0, or null'
  return isTime(date_from) && isTime(date_until)
    ? null
    : 'date_from and date_until must be Dates, or text such as 2026-08-11T23:59:59+08:00'
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isTime(value: unknown): boolean {
  if (value === undefined) return true
  return value instanceof Date ? Number.isFinite(value.getTime()) : TIME.test(String(value))
}
