// Which currency a player pays in.
import assert from 'node:assert/strict'
import test from 'node:test'
import { type CurrencyChoice, chooseCurrency, priceOf } from './choose-currency.ts'
import { item, price } from './testing/given-item.ts'

const CHOICE: CurrencyChoice = {
  currency: null,
  country: null,
  defaultCurrency: 'USD',
  currencyByCountry: { DE: 'EUR', JP: 'JPY' },
}
const sword = item({ prices: [price('USD', 199), price('EUR', 189), price('JPY', 300)] })
const shield = item({ sku: 'shield', prices: [price('USD', 399), price('JPY', 600)] })
const local = item({ sku: 'local', prices: [price('USD', 199), price('BRL', 990, { countries: ['BR'] })] })
const yenOnly = item({ sku: 'yen', prices: [price('JPY', 100)] })

const CASES: readonly (readonly [
  string,
  readonly ReturnType<typeof item>[],
  Partial<CurrencyChoice>,
  string | undefined,
])[] = [
  ['nothing known: the default', [sword], {}, 'USD'],
  ['a country with a currency of its own', [sword], { country: 'DE' }, 'EUR'],
  ['a country that the project does not name', [sword], { country: 'FR' }, 'USD'],
  ['a country whose currency not all items have', [sword, shield], { country: 'DE' }, 'USD'],
  ['a country with prices of its own', [local], { country: 'BR' }, 'BRL'],
  ['prices of another country do not count', [local], { country: 'DE' }, 'USD'],
  ['a currency that was asked for', [sword], { country: 'DE', currency: 'JPY' }, 'JPY'],
  ['a currency that was asked for and is not offered', [sword], { currency: 'KWD' }, undefined],
  ['a currency that was asked for and is not offered by all', [sword, shield], { currency: 'EUR' }, undefined],
  ['no default price: what there is', [yenOnly], {}, 'JPY'],
  ['nothing in common', [local, yenOnly], {}, undefined],
  ['nothing to pay', [], { country: 'JP' }, 'JPY'],
]

for (const [name, items, choice, currency] of CASES) {
  test(name, () => assert.equal(chooseCurrency(items, { ...CHOICE, ...choice }), currency))
}

test('the price of a country outranks the general one in the same currency', () => {
  const prices = [price('USD', 499), price('USD', 349, { countries: ['BR', 'TR'] })]
  const one = item({ prices })
  assert.deepEqual(
    ['BR', 'US', null].map((country) => priceOf(one, 'USD', country)?.amount),
    [349, 499, 499],
  )
})

test('a price of another country is no price', () => {
  assert.equal(priceOf(item({ prices: [price('BRL', 990, { countries: ['BR'] })] }), 'BRL', 'PT'), undefined)
})
