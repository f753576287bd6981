// Reads what a game answered to the question what a player may buy.
import { parseJson } from '../../platform/http/index.ts'
import type { Offer, OfferedContent, Offers } from './offer.ts'

/** Most entries of an answer. More are refused as a whole, because a list that is cut would hide items at random. */
export const OFFERS_MAX = 5_000

/** Most things inside one item. */
const CONTENTS_MAX = 100
const SKU_CHARS_MAX = 255
const INT32_MAX = 2_147_483_647

/** An entry that does not count. `index` is its place in the answer, from 0. */
export interface IgnoredEntry {
  readonly index: number
  readonly reason: 'invalid' | 'duplicate'
  readonly sentence: string
}

/** What an answer holds, or why it holds nothing that can be used. */
export type ReadOffers =
  | { readonly kind: 'read'; readonly offers: Offers; readonly ignored: readonly IgnoredEntry[] }
  | { readonly kind: 'unusable'; readonly sentence: string }

/**
 * Reads the body of an answer.
 *
 * An entry that cannot be understood, or names an item again, is left out alone: less is then sold than was meant, never more.
 * What is no list at all counts as no answer.
 */
export function readOffers(body: string): ReadOffers {
  const entries = parsed(body)
  if (!Array.isArray(entries)) return { kind: 'unusable', sentence: 'The answer is not a JSON array.' }
  if (entries.length > OFFERS_MAX) {
    return { kind: 'unusable', sentence: `The answer has ${entries.length} entries; ${OFFERS_MAX} are the most.` }
  }
  const bySku = new Map<string, Offer>()
  const byId = new Map<number, Offer>()
  const ignored: IgnoredEntry[] = []
  for (const [index, entry] of entries.entries()) {
    const read = readEntry(entry)
    if (typeof read === 'string') ignored.push({ index, reason: 'invalid', sentence: read })
    else if (!add(read.sku === null ? byId : bySku, read.sku ?? read.itemId, read.offer))
      ignored.push({ index, reason: 'duplicate', sentence: 'The item was named before; the first entry counts.' })
  }
  return { kind: 'read', offers: { bySku, byId }, ignored }
}

function parsed(body: string): unknown {
  try {
    return parseJson(body)
  } catch {
    return undefined
  }
}

function add(offers: Map<unknown, Offer>, name: unknown, offer: Offer): boolean {
  if (offers.has(name)) return false
  offers.set(name, offer)
  return true
}

type Entry = Readonly<Record<string, unknown>>
type ReadEntry = { readonly sku: string | null; readonly itemId: number; readonly offer: Offer }

/** An entry, or what is wrong with it. Members that we do not know are none of our business. */
function readEntry(entry: unknown): ReadEntry | string {
  if (!isRecord(entry)) return 'An entry must be an object.'
  const { sku = null, item_id: itemId = null } = entry
  const isNamed = sku === null ? isCount(itemId) : typeof sku === 'string' && sku !== '' && sku.length <= SKU_CHARS_MAX
  if (!isNamed) return 'An entry must name its item by sku (text) or item_id (whole number).'
  const offer = readOffer(entry)
  return typeof offer === 'string' ? offer : { sku: sku as string | null, itemId: Number(itemId), offer }
}

function readOffer(entry: Entry): Offer | string {
  const quantity = entry.quantity ?? null
  if (quantity !== null && !isCount(quantity)) return 'quantity must be a whole number from 0, or null.'
  const [from, until] = [readTime(entry.date_from), readTime(entry.date_until)]
  if (Number.isNaN(from) || Number.isNaN(until)) {
    return 'date_from and date_until must be times with an offset, such as 2026-08-11T23:59:59+08:00.'
  }
  const texts = readTexts(entry)
  return typeof texts === 'string' ? texts : { quantity: quantity as number | null, from, until, ...texts }
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i

/** Milliseconds; null: always; NaN: no time. */
function readTime(value: unknown): number | null {
  if (value === undefined || value === null) return null
  return typeof value === 'string' && TIME.test(value) ? Date.parse(value) : Number.NaN
}

function readTexts(entry: Entry): Pick<Offer, 'name' | 'description' | 'attributes' | 'content'> | string {
  const { name = null, description = null, json_attributes: attributes = null, content = null } = entry
  if (name !== null && typeof name !== 'string') return 'name must be text.'
  if (description !== null && typeof description !== 'string') return 'description must be text.'
  if (attributes !== null && !isRecord(attributes)) return 'json_attributes must be an object.'
  const inside = content === null ? null : readContent(content)
  if (typeof inside === 'string') return inside
  return {
    ...(name === null ? {} : { name }),
    ...(description === null ? {} : { description }),
    ...(attributes === null ? {} : { attributes }),
    ...(inside === null ? {} : { content: inside }),
  }
}

function readContent(content: unknown): readonly OfferedContent[] | string {
  const sentence = `content must be a list of up to ${CONTENTS_MAX} objects with name, description and quantity.`
  if (!Array.isArray(content) || content.length > CONTENTS_MAX) return sentence
  const read = content.flatMap((part: unknown) => {
    if (!isRecord(part)) return []
    const { name, description = '', quantity = 1 } = part
    const isOne = typeof name === 'string' && typeof description === 'string' && isCount(quantity)
    return isOne ? [{ name, description, quantity }] : []
  })
  return read.length === content.length ? read : sentence
}

function isRecord(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= INT32_MAX
}
