// Personal catalogs: what each player is shown, and what they may buy, as their game says.
import type { Clock } from '../../platform/clock.ts'
import type { Logger } from '../../platform/logger.ts'
import { isStoreFailure } from '../../platform/store/index.ts'
import type { AskGame, PartnerListener } from './ask-game.ts'
import { type CatalogQuestion, type Currencies, questionOf, type Shopper } from './catalog-question.ts'
import { type PurchaseOffers, purchaseOffersOf } from './check-purchase.ts'
import { KeptOffers } from './kept-offers.ts'
import type { Offers } from './offer.ts'

/** Asks for a purchase. `skus` are what it may hold; null: that shows later. */
export type AskForPurchase = (shopper: Shopper, skus: readonly string[] | null) => Promise<PurchaseOffers>

/** What the calls of the shop ask. Both reject only where the store is away. */
export interface PersonalCatalogs {
  /** What this shopper is shown; null: everything, because the project does not ask or its game said nothing. */
  shownTo(shopper: Shopper): Promise<Offers | null>
  /** The way to ask before a purchase; null: everything may be bought, because the project does not ask. */
  forPurchase(projectId: number): Promise<AskForPurchase | null>
}

/** Where a project's game is asked. */
export type Personalization = PartnerListener & Currencies

/** What is needed. `personalizationOf` null: the project does not ask its game; it rejects where its secret cannot be read. */
export interface PersonalCatalogDeps {
  readonly personalizationOf: (projectId: number) => Promise<Personalization | null>
  readonly ask: AskGame
  readonly clock: Pick<Clock, 'monotonic'>
  readonly logger: Logger
}

/** Most answers that are kept, and how much memory they may take, about. */
const ENTRIES_MAX = 20_000
const BYTES_MAX: number = 32 * 1024 * 1024

/** Makes them. Reads share an answer for a few seconds; a purchase always asks for itself. */
export function makePersonalCatalogs(deps: PersonalCatalogDeps): PersonalCatalogs {
  const { clock, ask } = deps
  const kept = new KeptOffers({ clock, entriesMax: ENTRIES_MAX, bytesMax: BYTES_MAX })
  const underWay = new Map<string, Promise<Offers | null>>()

  const askForShow = async (game: Personalization, question: CatalogQuestion, key: string): Promise<Offers | null> => {
    const askedAt = clock.monotonic()
    kept.keep(key, await ask(game, question, 'shown'), askedAt)
    return kept.lastGood(key)
  }
  return {
    async shownTo(shopper) {
      const game = await personalizationOf(deps, shopper.projectId)
      if (game === null || game === 'unreadable') return null
      const question = questionOf(shopper, game)
      const key = keyOf(game, question)
      const fresh = kept.fresh(key)
      if (fresh !== undefined) return fresh.offers
      const asking = underWay.get(key) ?? askForShow(game, question, key).finally(() => underWay.delete(key))
      underWay.set(key, asking)
      return asking
    },
    async forPurchase(projectId) {
      const game = await personalizationOf(deps, projectId)
      if (game === null) return null
      if (game === 'unreadable') return async () => ({ kind: 'unconfirmed' })
      return async (shopper, skus) => {
        const question = questionOf(shopper, game)
        const answer = await ask(game, question, 'purchase')
        if (answer.kind === 'failed') return { kind: 'unconfirmed' }
        // What is bought now changes what the game will say next, so this answer only stands in for one that does not come.
        kept.keep(keyOf(game, question), answer, Number.NEGATIVE_INFINITY)
        return purchaseOffersOf(answer.offers, skus)
      }
    },
  }
}

async function personalizationOf(
  deps: PersonalCatalogDeps,
  projectId: number,
): Promise<Personalization | null | 'unreadable'> {
  try {
    return await deps.personalizationOf(projectId)
  } catch (error) {
    // Then nobody knows whether there is a game to ask: the game is not to blame, and the same request may succeed in a moment.
    if (isStoreFailure(error)) throw error
    deps.logger.error('partner_catalog.unasked', { projectId, error })
    return 'unreadable'
  }
}

/** Answers of another address are not those of this one. */
function keyOf({ url }: PartnerListener, question: CatalogQuestion): string {
  const { projectId, userId, country, currency, locale } = question
  return JSON.stringify([projectId, url, userId, country, currency, locale])
}
