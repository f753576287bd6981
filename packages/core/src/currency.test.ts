// Tests of the digits of currencies.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { currencyDigits } from './currency.ts'

const CURRENCIES_BY_DIGITS: readonly (readonly [number, string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [2, 'USD EUR GBP BRL CNY RUB MXN TRY INR IDR HUF TWD COP MGA MRU'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
]

test('every currency has the digits of ISO 4217', () => {
  for (const [digits, currencies] of CURRENCIES_BY_DIGITS) {
    for (const currency of currencies.split(' ')) assert.equal(currencyDigits(currency), digits, currency)
  }
})

test('an unknown code has two digits', () => {
  assert.deepEqual(['ZZZ', '', 'constructor'].map(currencyDigits), [2, 2, 2])
})
