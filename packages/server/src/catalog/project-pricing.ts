// What a project's settings say about currencies; handed in, because settings belong to another folder.
import type { CurrencyChoice } from './choose-currency.ts'

/** The default currency and those of countries. */
export type ProjectPricing = Pick<CurrencyChoice, 'defaultCurrency' | 'currencyByCountry'>
