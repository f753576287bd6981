// What an exchange with a game's listener says about the catalog of a player.
import type { SignedExchange } from '../../platform/http/index.ts'
import { NOTHING_OFFERED, type Offers } from './offer.ts'
import { readOffers } from './read-offers.ts'

/** What one offer takes in memory beside its texts, measured on lists of 5,000. */
const OFFER_BYTES = 150

/** What an exchange came to. `status` null: there was no answer. */
export interface CatalogAnswer {
  readonly outcome: 'answered' | 'unknown_user' | 'failed'
  readonly status: number | null
  readonly offers: Offers
  readonly bytes: number
  /** What is wrong with it, or with some of its entries; null: nothing. */
  readonly sentence: string | null
  readonly invalidCount: number
  readonly duplicateCount: number
  readonly durationMs: number
}

/** Nothing was heard. */
export const FAILED: CatalogAnswer = {
  outcome: 'failed',
  status: null,
  offers: NOTHING_OFFERED,
  bytes: 0,
  sentence: null,
  invalidCount: 0,
  duplicateCount: 0,
  durationMs: 0,
}

/** Reads an exchange: only 200 with a list is an answer, and a user whom the game does not know is offered nothing. */
export function readExchange(exchange: SignedExchange): CatalogAnswer {
  const { durationMs } = exchange
  if (exchange.kind === 'no_answer') {
    return { ...FAILED, durationMs, sentence: `${exchange.reason}: ${exchange.sentence}` }
  }
  const { status, body, truncated } = exchange
  const answered = { ...FAILED, status, durationMs, bytes: body.length }
  if (isUnknownUser(status, body)) return { ...answered, outcome: 'unknown_user' }
  if (status !== 200) return { ...answered, sentence: `The listener answered ${status}.` }
  if (truncated)
    return { ...answered, sentence: 'The body of the answer was cut: too long, too slow, or closed early.' }
  const read = readOffers(body)
  if (read.kind === 'unusable') return { ...answered, sentence: read.sentence }
  const duplicateCount = read.ignored.filter(({ reason }) => reason === 'duplicate').length
  const [first] = read.ignored
  return {
    ...answered,
    outcome: 'answered',
    bytes: body.length + OFFER_BYTES * (read.offers.bySku.size + read.offers.byId.size),
    offers: read.offers,
    sentence: first === undefined ? null : `Entry ${first.index} does not count. ${first.sentence}`,
    invalidCount: read.ignored.length - duplicateCount,
    duplicateCount,
  }
}

/** 404 as documented; other listeners, that of the official SDK among them, say it by the code of a refusal. */
function isUnknownUser(status: number, body: string): boolean {
  return status === 404 || ((status === 400 || status === 422) && body.includes('"INVALID_USER"'))
}
