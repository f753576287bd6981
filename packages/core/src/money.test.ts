// Tests of amounts: wire forms by example, exactness as properties up to the largest amount.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type AmountCurrency,
  cartAmount,
  MINOR_UNITS_MAX,
  numberAmount,
  orderAmount,
  parseAmount,
  parseDecimal,
  sumMinor,
  timesQuantity,
  webhookAmount,
} from './money.ts'

const real = (currency: string): AmountCurrency => ({ currencyKind: 'real', currency })
const VIRTUAL: AmountCurrency = { currencyKind: 'virtual', currency: 'gold' }
const FREE: AmountCurrency = { currencyKind: 'free', currency: null }

const FORMS: readonly (readonly [
  minor: number,
  currency: string,
  webhook: string,
  order: string,
  cart: string,
  number: string,
])[] = [
  [199, 'USD', '1.9900', '1.99', '1.9900000000000000', '1.99'],
  [3000, 'USD', '30.0000', '30', '30.0000000000000000', '30'],
  [1050, 'EUR', '10.5000', '10.5', '10.5000000000000000', '10.5'],
  [5, 'USD', '0.0500', '0.05', '0.0500000000000000', '0.05'],
  [0, 'USD', '0.0000', '0', '0.0000000000000000', '0'],
  [100, 'JPY', '100.0000', '100', '100.0000000000000000', '100'],
  [0, 'KRW', '0.0000', '0', '0.0000000000000000', '0'],
  [1234, 'KWD', '1.2340', '1.234', '1.2340000000000000', '1.234'],
  [1, 'CLF', '0.0001', '0.0001', '0.0001000000000000', '0.0001'],
  [615000, 'USD', '6150.0000', '6150', '6150.0000000000000000', '6150'],
  [
    MINOR_UNITS_MAX,
    'USD',
    '9999999999999.9900',
    '9999999999999.99',
    '9999999999999.9900000000000000',
    '9999999999999.99',
  ],
  [
    MINOR_UNITS_MAX,
    'VND',
    '999999999999999.0000',
    '999999999999999',
    '999999999999999.0000000000000000',
    '999999999999999',
  ],
]

test('money has its form on every wire', () => {
  const forms = FORMS.map(([minor, currency]) => [
    minor,
    currency,
    webhookAmount(minor, real(currency)),
    orderAmount(minor, real(currency)),
    cartAmount(minor, currency),
    JSON.stringify(numberAmount(minor, currency)),
  ])
  assert.deepEqual(forms, FORMS)
})

test('virtual currency is whole and free is 0 on every wire', () => {
  assert.deepEqual([webhookAmount(1500, VIRTUAL), orderAmount(1500, VIRTUAL)], ['1500', '1500'])
  assert.deepEqual([webhookAmount(0, FREE), orderAmount(0, FREE)], ['0', '0'])
})

test('money without a currency is a mistake', () => {
  const nowhere: AmountCurrency = { currencyKind: 'real', currency: null }
  assert.throws(() => webhookAmount(100, nowhere), RangeError)
  assert.throws(() => orderAmount(100, nowhere), RangeError)
})

test('an amount that is no whole number from 0 is a mistake', () => {
  for (const minor of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    assert.throws(() => webhookAmount(minor, real('USD')), RangeError)
    assert.throws(() => cartAmount(minor, 'USD'), RangeError)
    assert.throws(() => timesQuantity(minor, 1), RangeError)
    assert.throws(() => sumMinor([1, minor]), RangeError)
  }
})

test('a JSON number is refused where it would not be exact', () => {
  assert.throws(() => numberAmount(MINOR_UNITS_MAX + 1, 'USD'), RangeError)
})

test('reads decimal text', () => {
  const texts = ['0', '30', '1.99', '1.9900', '6150.0000000000000000', '0.05', '0.0', '9999999999999.99']
  assert.deepEqual(
    texts.map((text) => parseAmount(text, 'USD')),
    [0, 3000, 199, 199, 615000, 5, 0, MINOR_UNITS_MAX].map((minor) => ({ kind: 'parsed', minor })),
  )
})

test('reads as many digits as the currency has', () => {
  assert.deepEqual(
    [parseAmount('100', 'JPY'), parseAmount('100.0', 'JPY'), parseAmount('1.234', 'KWD'), parseDecimal('1.5', 4)],
    [100, 100, 1234, 15000].map((minor) => ({ kind: 'parsed', minor })),
  )
})

test('more digits than the currency has are refused, never rounded', () => {
  const refused = [parseAmount('1.995', 'USD'), parseAmount('0.5', 'JPY'), parseAmount('1.00001', 'KWD')]
  assert.deepEqual(
    refused,
    refused.map(() => ({ kind: 'refused', reason: 'too_many_digits' })),
  )
})

test('amounts above the limit are refused', () => {
  const refused = ['10000000000000', '9999999999999999999999.99'].map((text) => parseAmount(text, 'USD'))
  assert.deepEqual(
    refused,
    refused.map(() => ({ kind: 'refused', reason: 'too_large' })),
  )
})

test('text that is no plain decimal is refused', () => {
  const texts = [
    '',
    ' 1',
    '1 ',
    '-1',
    '+1',
    '.5',
    '1.',
    '01',
    '1,5',
    '1e3',
    '0x10',
    'NaN',
    '1.2.3',
    '1_000',
    '１',
    '1\n',
  ]
  assert.deepEqual(
    texts.map((text) => parseAmount(text, 'USD')),
    texts.map(() => ({ kind: 'refused', reason: 'malformed' })),
  )
})

test('a line costs its price times its quantity, up to the limit', () => {
  assert.deepEqual(
    [timesQuantity(199, 3), timesQuantity(MINOR_UNITS_MAX, 1), timesQuantity(MINOR_UNITS_MAX, 2), timesQuantity(5, 0)],
    [597, MINOR_UNITS_MAX, undefined, 0],
  )
})

test('a sum is exact up to the limit', () => {
  assert.deepEqual([sumMinor([]), sumMinor([1, 2, 3]), sumMinor([MINOR_UNITS_MAX, 1])], [0, 6, undefined])
})

const anyMinor = fc.integer({ min: 0, max: MINOR_UNITS_MAX })
const anyCurrency = fc.constantFrom('USD', 'JPY', 'KWD', 'CLF')

test('every amount comes back unchanged from every wire form', () => {
  fc.assert(
    fc.property(anyMinor, anyCurrency, (minor, currency) => {
      const parsed = { kind: 'parsed', minor }
      assert.deepEqual(parseAmount(webhookAmount(minor, real(currency)), currency), parsed)
      assert.deepEqual(parseAmount(orderAmount(minor, real(currency)), currency), parsed)
      assert.deepEqual(parseAmount(cartAmount(minor, currency), currency), parsed)
      assert.deepEqual(parseAmount(JSON.stringify(numberAmount(minor, currency)), currency), parsed)
    }),
    { numRuns: 2_000 },
  )
})

test('the text of an order amount has no zero to spare', () => {
  fc.assert(
    fc.property(anyMinor, anyCurrency, (minor, currency) => {
      assert.match(orderAmount(minor, real(currency)), /^(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$/)
    }),
  )
})

test('products and sums agree with arithmetic that has no limit', () => {
  fc.assert(
    fc.property(anyMinor, fc.integer({ min: 0, max: 10_000 }), anyMinor, (minor, quantity, other) => {
      const limited = (amount: bigint) => (amount > BigInt(MINOR_UNITS_MAX) ? undefined : Number(amount))
      assert.equal(timesQuantity(minor, quantity), limited(BigInt(minor) * BigInt(quantity)))
      assert.equal(sumMinor([minor, other]), limited(BigInt(minor) + BigInt(other)))
    }),
  )
})
