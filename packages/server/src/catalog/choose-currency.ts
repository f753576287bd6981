// Which currency a player pays in, and what an item costs there.
import type { CatalogItem, CatalogPrice } from './item.ts'

/**
 * What decides the currency.
 *
 * `currency` is what the caller asked for; null: nobody did. `country` is what the request or the token says, because there is no
 * database of addresses here; null: unknown. The rest are settings of the project.
 */
export interface CurrencyChoice {
  readonly currency: string | null
  readonly country: string | null
  readonly defaultCurrency: string
  readonly currencyByCountry: Readonly<Record<string, string>>
}

/** The price of one piece in `currency`: the one for this country, else the general one; undefined: not sold in it. */
export function priceOf(item: CatalogItem, currency: string, country: string | null): CatalogPrice | undefined {
  const prices = item.prices.filter((price) => price.currency === currency)
  return (
    prices.find(({ countries }) => country !== null && countries?.includes(country)) ??
    prices.find(({ countries }) => countries === null)
  )
}

/**
 * The one currency in which all of `items` have a price.
 *
 * A currency that was asked for is taken or nothing is. Otherwise, in this order: what the country's own prices are in, what the
 * project says for the country, the project's default, and whatever else the first item is sold in.
 *
 * @param items those that cost money; with none the choice is the project's default
 * @returns undefined when no currency serves all of them
 */
export function chooseCurrency(items: readonly CatalogItem[], choice: CurrencyChoice): string | undefined {
  return candidates(items, choice).find((currency) =>
    items.every((item) => priceOf(item, currency, choice.country) !== undefined),
  )
}

function candidates(
  items: readonly CatalogItem[],
  { currency, country, defaultCurrency, currencyByCountry }: CurrencyChoice,
): readonly string[] {
  if (currency !== null) return [currency]
  const prices = items[0]?.prices ?? []
  const regional =
    country === null
      ? []
      : prices.filter(({ countries }) => countries?.includes(country)).map((price) => price.currency)
  const ofCountry = country === null ? undefined : currencyByCountry[country]
  return [
    ...regional,
    ...(ofCountry === undefined ? [] : [ofCountry]),
    defaultCurrency,
    ...prices.map((price) => price.currency),
  ]
}
