// What the calls that read a catalog share: for whom items are shown, and how.
import { AppError } from '@ordertrail/core'
import { type TArray, type TOptional, type TString, Type } from 'typebox'
import type { Caller } from '../platform/http/index.ts'
import type { Store } from '../platform/store/index.ts'
import type { CatalogItem } from './item.ts'
import { currencySkusOf, type ItemView, itemBody } from './item-body.ts'
import { loadItems } from './load-items.ts'
import type { Offers } from './personalization/offer.ts'
import type { PersonalCatalogs } from './personalization/personal-catalogs.ts'
import { personalItem, personalMembers } from './personalization/personal-items.ts'
import type { ProjectPricing } from './project-pricing.ts'
import { shownDeals } from './promotions/shown-deals.ts'

/** What the calls need. `pricingOf` undefined: there is no such project. */
export interface CatalogEndpointDeps {
  readonly store: Store
  readonly pricingOf: (projectId: number) => Promise<ProjectPricing | undefined>
  readonly personal: Pick<PersonalCatalogs, 'shownTo'>
}

/** Tag of the calls. */
export const CATALOG_TAG = 'catalog'

/** Members of a query that say how items are shown. Clients write the list's name in both ways. */
export const shownQuery: Readonly<Record<'locale' | 'country', TOptional<TString>>> &
  Readonly<Record<'additional_fields' | 'additional_fields[]', TOptional<TArray<TString>>>> = {
  locale: Type.Optional(Type.String()),
  country: Type.Optional(Type.String()),
  additional_fields: Type.Optional(Type.Array(Type.String())),
  'additional_fields[]': Type.Optional(Type.Array(Type.String())),
}
/** Query members that say how items are shown, as they came. */
export interface ShownQuery {
  readonly locale?: string
  readonly country?: string
  readonly additional_fields?: readonly string[]
  readonly 'additional_fields[]'?: readonly string[]
}

const COUNTRY = /^[A-Z]{2}$/

/** What the project says about currencies. */
export async function pricingOrAbsent(deps: CatalogEndpointDeps, id: number): Promise<ProjectPricing> {
  const pricing = await deps.pricingOf(id)
  if (pricing === undefined) throw new AppError('project_not_found')
  return pricing
}

/** What the project's game shows this caller; null: everything. */
export function offersFor(
  { personal }: CatalogEndpointDeps,
  projectId: number,
  query: Pick<ShownQuery, 'locale' | 'country'>,
  caller: Caller,
): Promise<Offers | null> {
  const party = caller.kind === 'player' ? caller.party : null
  return personal.shownTo({
    projectId,
    party,
    country: countryOf(query, caller),
    currency: null,
    locale: query.locale ?? null,
  })
}

/** The country that was asked for, else the caller's own; null: unknown. */
function countryOf({ country }: Pick<ShownQuery, 'country'>, caller: Caller): string | null {
  const asked = country?.toUpperCase() ?? ''
  const known = caller.kind === 'player' ? caller.details.country : undefined
  return COUNTRY.test(asked) ? asked : (known ?? null)
}

/** Bodies of items for one caller, with the names of the virtual currencies that their prices are in. */
export async function bodiesOf(
  { store }: CatalogEndpointDeps,
  pricing: ProjectPricing,
  items: readonly CatalogItem[],
  query: ShownQuery,
  caller: Caller,
  offers: Offers | null,
): Promise<readonly unknown[]> {
  const [first] = items
  if (first === undefined) return []
  const { projectId } = first
  const currencies = await loadItems(store.read, projectId, currencySkusOf(items))
  const country = countryOf(query, caller)
  const party = caller.kind === 'player' ? caller.party : null
  const skus = items.map(({ sku }) => sku)
  const view: ItemView = {
    ...pricing,
    currency: null,
    country,
    currencies,
    ...(await shownDeals(store, { kind: 'promo_code', projectId, party, country, skus, code: null })),
    additionalFields: new Set([...(query.additional_fields ?? []), ...(query['additional_fields[]'] ?? [])]),
    ...(query.locale === undefined ? {} : { locale: query.locale }),
  }
  return items.map((item) => ({ ...itemBody(personalItem(item, offers), view), ...personalMembers(item, offers) }))
}
