// How many decimal digits each currency has.

const DEFAULT_DIGITS = 2

/** Currencies of ISO 4217 whose minor unit is not a hundredth. */
const EXCEPTIONAL_DIGITS: ReadonlyMap<string, number> = new Map([
  ...withDigits(0, ['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV']),
  ...withDigits(0, ['XAF', 'XOF', 'XPF']),
  ...withDigits(3, ['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']),
  ...withDigits(4, ['CLF', 'UYW']),
])

/** Digits after the decimal point of a currency, by its upper-case ISO 4217 code; unknown codes have 2. */
export function currencyDigits(currency: string): number {
  return EXCEPTIONAL_DIGITS.get(currency) ?? DEFAULT_DIGITS
}

function withDigits(digits: number, currencies: readonly string[]): readonly (readonly [string, number])[] {
  return currencies.map((currency) => [currency, digits])
}
