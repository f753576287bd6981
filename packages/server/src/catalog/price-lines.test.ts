// Prices of orders: totals, bundles, packages, free items and everything that is refused.
import assert from 'node:assert/strict'
import test from 'node:test'
import { MINOR_UNITS_MAX } from '@ordertrail/core'
import fc from 'fast-check'
import { orderItemRows, virtualCurrencyCredits } from './order-item-rows.ts'
import {
  LINES_MAX,
  type PriceQuestion,
  type PriceRefusal,
  priceInVirtualCurrency,
  priceLines,
  QUANTITY_MAX,
} from './price-lines.ts'
import { item, items, price } from './testing/given-item.ts'

const gold = item({ sku: 'gold', itemId: 1, type: 'virtual_currency', prices: [], virtualItemType: null })
const sword = item({ sku: 'sword', itemId: 2, customAttributes: { attr: 'value' }, isPreOrder: true })
const pack = item({
  sku: 'gold_100',
  itemId: 3,
  type: 'bundle',
  bundleType: 'virtual_currency_package',
  contents: [{ quantity: 100, item: gold }],
  prices: [price('USD', 199, { amountWithoutDiscount: 299 }), price('JPY', 300)],
})
const chest = item({
  sku: 'chest',
  itemId: 4,
  type: 'bundle',
  bundleType: 'standard',
  contents: [
    { quantity: 1, item: sword },
    { quantity: 250, item: gold },
  ],
  prices: [price('USD', 799)],
})
const gift = item({ sku: 'gift', itemId: 5, isFree: true, prices: [] })
const potion = item({
  sku: 'potion',
  itemId: 6,
  prices: [],
  virtualPrices: [{ sku: 'gold', amount: 25, amountWithoutDiscount: 30, isDefault: true }],
})
const all = items(gold, sword, pack, chest, gift, potion)

function question(lines: PriceQuestion['lines'], over: Partial<PriceQuestion> = {}): PriceQuestion {
  return {
    items: all,
    lines,
    currency: null,
    country: null,
    defaultCurrency: 'USD',
    currencyByCountry: { JP: 'JPY' },
    ...over,
  }
}

test('a line has the total of its pieces and everything an order keeps of it', () => {
  assert.deepEqual(priceLines(question([{ sku: 'sword', quantity: 3 }])), {
    kind: 'priced',
    currencyKind: 'real',
    currency: 'USD',
    amount: 597,
    amountWithoutDiscount: 597,
    lines: [
      {
        position: 1,
        itemId: 2,
        sku: 'sword',
        type: 'virtual_good',
        name: 'sword',
        quantity: 3,
        amount: 597,
        amountWithoutDiscount: 597,
        isFree: false,
        isBonus: false,
        isBundleContent: false,
        isPreOrder: true,
        promotions: [],
        customAttributes: '{"attr":"value"}',
        description: '{"name":"sword","description":"About sword","image_url":null}',
      },
    ],
    promotions: [],
    used: [],
  })
})

test('a bundle is followed by what is inside, without amounts, as often as it was bought', () => {
  const priced = priceLines(
    question([
      { sku: 'chest', quantity: 2 },
      { sku: 'gift', quantity: 1 },
    ]),
  )
  assert.equal(priced.kind, 'priced')
  const lines = priced.kind === 'priced' ? priced.lines : []
  assert.deepEqual(
    lines.map((line) => [line.position, line.sku, line.quantity, line.amount, line.isBundleContent, line.isFree]),
    [
      [1, 'chest', 2, 1598, false, false],
      [2, 'sword', 2, null, true, false],
      [3, 'gold', 500, null, true, false],
      [4, 'gift', 1, 0, false, true],
    ],
  )
})

test('a discount shows in the total without it', () => {
  const priced = priceLines(
    question([
      { sku: 'gold_100', quantity: 2 },
      { sku: 'sword', quantity: 1 },
    ]),
  )
  assert.deepEqual(priced.kind === 'priced' && [priced.amount, priced.amountWithoutDiscount], [597, 797])
})

test('a currency without decimals is counted in whole units', () => {
  const priced = priceLines(question([{ sku: 'gold_100', quantity: 2 }], { country: 'JP' }))
  assert.deepEqual(priced.kind === 'priced' && [priced.currency, priced.amount], ['JPY', 600])
})

test('free items alone make a free order without a currency', () => {
  const priced = priceLines(question([{ sku: 'gift', quantity: 2 }]))
  assert.deepEqual(
    priced.kind === 'priced' && [priced.currencyKind, priced.currency, priced.amount, priced.lines[0]?.amount],
    ['free', null, 0, 0],
  )
})

test('the bought virtual currency is what is in packages and bundles, and what stands alone', () => {
  const priced = priceLines(
    question([
      { sku: 'gold_100', quantity: 2 },
      { sku: 'chest', quantity: 1 },
    ]),
  )
  const lines = priced.kind === 'priced' ? priced.lines : []
  assert.deepEqual(virtualCurrencyCredits(lines), [{ sku: 'gold', amount: 450 }])
  assert.deepEqual(virtualCurrencyCredits(orderItemRows(1, 2, lines)), [{ sku: 'gold', amount: 450 }])
})

test('one piece is priced in virtual currency', () => {
  const priced = priceInVirtualCurrency(potion, 'gold')
  assert.deepEqual(
    priced.kind === 'priced' && [
      priced.currencyKind,
      priced.currency,
      priced.amount,
      priced.amountWithoutDiscount,
      priced.lines.length,
    ],
    ['virtual', 'gold', 25, 30, 1],
  )
})

test('an item that is not for sale, or not for this currency, has no virtual price', () => {
  const off = item({ ...potion, isEnabled: false })
  assert.deepEqual(priceInVirtualCurrency(off, 'gold'), { kind: 'refused', code: 'item_not_for_sale', sku: 'potion' })
  assert.deepEqual(priceInVirtualCurrency(potion, 'crystal'), {
    kind: 'refused',
    code: 'currency_not_offered',
    sku: 'potion',
  })
})

const dear = item({ sku: 'dear', prices: [price('USD', MINOR_UNITS_MAX)] })
const off = item({ sku: 'off', isEnabled: false })
const yen = item({ sku: 'yen', prices: [price('JPY', 5)] })
const huge = item({ sku: 'huge', type: 'bundle', contents: [{ quantity: 1_000_000_000, item: gold }] })
const more = items(...all.values(), dear, off, yen, huge)

const REFUSED: readonly (readonly [
  string,
  PriceQuestion['lines'],
  Partial<PriceQuestion>,
  PriceRefusal['code'],
  string | null,
])[] = [
  ['nothing', [], {}, 'lines_empty', null],
  [
    'too much',
    Array.from({ length: LINES_MAX + 1 }, () => ({ sku: 'sword', quantity: 1 })),
    {},
    'too_many_lines',
    null,
  ],
  ['an unknown item', [{ sku: 'axe', quantity: 1 }], {}, 'item_unknown', 'axe'],
  ['a disabled item', [{ sku: 'off', quantity: 1 }], {}, 'item_not_for_sale', 'off'],
  ['no piece', [{ sku: 'sword', quantity: 0 }], {}, 'quantity_invalid', 'sword'],
  ['half a piece', [{ sku: 'sword', quantity: 1.5 }], {}, 'quantity_invalid', 'sword'],
  ['fewer than none', [{ sku: 'sword', quantity: -1 }], {}, 'quantity_invalid', 'sword'],
  ['no number', [{ sku: 'sword', quantity: Number.NaN }], {}, 'quantity_invalid', 'sword'],
  ['too many pieces', [{ sku: 'sword', quantity: QUANTITY_MAX + 1 }], {}, 'quantity_invalid', 'sword'],
  ['more content than clients can count', [{ sku: 'huge', quantity: 3 }], {}, 'quantity_invalid', 'huge'],
  ['what costs only virtual currency', [{ sku: 'potion', quantity: 1 }], {}, 'no_price', 'potion'],
  [
    'a currency that is not offered',
    [{ sku: 'sword', quantity: 1 }],
    { currency: 'KWD' },
    'currency_not_offered',
    'sword',
  ],
  [
    'items with no currency in common',
    [
      { sku: 'sword', quantity: 1 },
      { sku: 'yen', quantity: 1 },
    ],
    {},
    'no_price',
    'yen',
  ],
  ['a line that is too dear', [{ sku: 'dear', quantity: 2 }], {}, 'amount_too_large', 'dear'],
  [
    'lines that are too dear together',
    [
      { sku: 'dear', quantity: 1 },
      { sku: 'sword', quantity: 1 },
    ],
    {},
    'amount_too_large',
    null,
  ],
]

for (const [name, lines, over, code, sku] of REFUSED) {
  test(`refuses ${name}`, () => {
    assert.deepEqual(priceLines(question(lines, { items: more, ...over })), { kind: 'refused', code, sku })
  })
}

test('the total is always the sum of its lines, and each line its price times its pieces', () => {
  const priced = fc.record({
    amount: fc.integer({ min: 1, max: 10 ** 9 }),
    quantity: fc.integer({ min: 1, max: 1_000 }),
  })
  fc.assert(
    fc.property(fc.array(priced, { minLength: 1, maxLength: 20 }), (wanted) => {
      const shop = wanted.map(({ amount }, index) => item({ sku: `item-${index}`, prices: [price('USD', amount)] }))
      const lines = wanted.map(({ quantity }, index) => ({ sku: `item-${index}`, quantity }))
      const result = priceLines(question(lines, { items: items(...shop) }))
      assert.ok(result.kind === 'priced')
      const exact = wanted.reduce((sum, { amount, quantity }) => sum + BigInt(amount) * BigInt(quantity), 0n)
      assert.equal(BigInt(result.amount), exact)
      assert.deepEqual(
        result.lines.map((line) => line.amount),
        wanted.map(({ amount, quantity }) => amount * quantity),
      )
    }),
  )
})
