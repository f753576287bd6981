// The question what a player may buy: for whom it is asked, and its body.
import type { PartnerSideCatalogWebhook } from '@ordertrail/core'
import type { Party } from '../../platform/http/index.ts'

/** For whom. All visitors are one to the game, because it knows none of them. */
export interface CatalogQuestion {
  readonly projectId: number
  /** null: not signed in. */
  readonly userId: string | null
  /** ISO 3166-1 alpha-2; null: unknown. */
  readonly country: string | null
  readonly currency: string
  /** null: nobody said. */
  readonly locale: string | null
}

/** What a call knows of the one it answers. */
export interface Shopper {
  readonly projectId: number
  /** null: nobody was proved. */
  readonly party: Pick<Party, 'kind' | 'id'> | null
  /** As they came; what has another form is left out. */
  readonly country: string | null
  readonly currency: string | null
  readonly locale: string | null
}

/** What a project says about currencies. */
export interface Currencies {
  readonly defaultCurrency: string
  readonly currencyByCountry: Readonly<Record<string, string>>
}

const COUNTRY = /^[A-Z]{2}$/
const CURRENCY = /^[A-Z]{3}$/
/** Longer or stranger ones are no languages, and would only make answers that nobody asks for again. */
const LOCALE = /^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}$/

/** The question for a shopper. The currency is the one asked for, else that of the country or of the project. */
export function questionOf(
  { projectId, party, country: asked, currency, locale }: Shopper,
  { defaultCurrency, currencyByCountry }: Currencies,
): CatalogQuestion {
  const country = formed(asked?.toUpperCase() ?? null, COUNTRY)
  const ofCountry = country === null ? undefined : currencyByCountry[country]
  return {
    projectId,
    userId: party?.kind === 'user' ? party.id : null,
    country,
    currency: formed(currency, CURRENCY) ?? ofCountry ?? defaultCurrency,
    locale: formed(locale, LOCALE),
  }
}

function formed(text: string | null, form: RegExp): string | null {
  return text !== null && form.test(text) ? text : null
}

/** The body of partner_side_catalog as compact JSON text. Source: webhook reference, personalization. */
export function renderCatalogQuestion({ userId, country, currency, locale }: CatalogQuestion): string {
  const body: PartnerSideCatalogWebhook = {
    notification_type: 'partner_side_catalog',
    user: { user_id: userId, country: country ?? undefined, currency, locale: locale ?? undefined },
  }
  return JSON.stringify(body)
}
