// Prices of orders under promotions: what is taken off, what comes on top, and that the sums agree.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { virtualCurrencyCredits } from '../order-item-rows.ts'
import { type PriceQuestion, priceCoupon, priceLines } from '../price-lines.ts'
import { item, items, price } from '../testing/given-item.ts'
import type { Deal } from './promotion.ts'
import { amountOff, deal, percentOff } from './testing/given-promotion.ts'

const gold = item({ sku: 'gold', type: 'virtual_currency', prices: [] })
const sword = item({ sku: 'sword', prices: [price('USD', 499, { amountWithoutDiscount: 599 }), price('KWD', 1525)] })
const shield = item({ sku: 'shield', prices: [price('USD', 100)] })
const purse = item({
  sku: 'purse',
  type: 'bundle',
  bundleType: 'virtual_currency_package',
  contents: [{ quantity: 100, item: gold }],
  prices: [price('USD', 199)],
})
const gift = item({ sku: 'gift', isFree: true, prices: [] })
const huge = item({ sku: 'huge', type: 'bundle', contents: [{ quantity: 2_000_000_000, item: gold }] })
const shelf = items(gold, sword, shield, purse, gift, huge)

function priced(lines: PriceQuestion['lines'], deals: readonly Deal[], over: Partial<PriceQuestion> = {}) {
  const choice = { currency: null, country: null, defaultCurrency: 'USD', currencyByCountry: {} }
  const result = priceLines({ items: shelf, lines, deals, ...choice, ...over })
  assert.ok(result.kind === 'priced', JSON.stringify(result))
  return result
}

const one = (sku: string, quantity = 1) => ({ sku, quantity })
const usedIds = (used: readonly Deal[]) => used.map(({ promotion }) => promotion.promotionId)

test('a discount on an item stands in its line, and both totals know it', () => {
  const order = priced([one('sword', 2), one('shield')], [deal({ discount: percentOff(10, ['sword']) })])
  const { amount, amountWithoutDiscount, promotions, used } = order
  assert.deepEqual(
    { amount, amountWithoutDiscount, promotions },
    {
      amount: 2 * 449 + 100,
      amountWithoutDiscount: 2 * 599 + 100,
      promotions: [],
    },
  )
  assert.deepEqual(
    order.lines.map((line) => [line.sku, line.amount, line.amountWithoutDiscount, line.promotions]),
    [
      [
        'sword',
        898,
        1198,
        [{ amountWithoutDiscount: 998, amountWithDiscount: 898, sequence: 1, id: 1, technicalName: 'promotion-1' }],
      ],
      ['shield', 100, 100, []],
    ],
  )
  assert.deepEqual(usedIds(used), [1])
})

test('a discount on the purchase comes after those of items and stands in the order', () => {
  const deals = [
    deal({ promotionId: 1, discount: percentOff(10, ['sword']) }),
    deal({ promotionId: 2, kind: 'promo_code', discount: percentOff(50, 'purchase') }, 'HALF'),
  ]
  const order = priced([one('sword'), one('shield')], deals)
  assert.equal(order.amount, 274)
  assert.deepEqual(order.promotions, [
    { amountWithoutDiscount: 549, amountWithDiscount: 274, sequence: 1, id: 2, technicalName: 'promotion-2' },
  ])
  assert.deepEqual(usedIds(order.used), [1, 2])
})

test('a bonus stands behind what was bought, free, with what is inside of it', () => {
  const deals = [deal({ bonus: [one('purse', 2)], condition: [one('sword', 2)] })]
  const order = priced([one('sword'), one('sword'), one('gift')], deals)
  assert.deepEqual(
    order.lines
      .slice(3)
      .map((line) => [
        line.position,
        line.sku,
        line.quantity,
        line.amount,
        line.isFree,
        line.isBonus,
        line.isBundleContent,
      ]),
    [
      [4, 'purse', 2, 0, true, true, false],
      [5, 'gold', 200, null, false, true, true],
    ],
  )
  assert.equal(order.amount, 998)
  assert.deepEqual(virtualCurrencyCredits(order.lines), [{ sku: 'gold', amount: 200 }])
})

const CONDITIONS: readonly (readonly [string, PriceQuestion['lines'], Deal, boolean])[] = [
  ['too few pieces bring none', [one('sword')], deal({ bonus: [one('gift')], condition: [one('sword', 2)] }), false],
  [
    'every SKU of the condition is needed',
    [one('sword')],
    deal({ bonus: [one('gift')], condition: [one('sword'), one('shield')] }),
    false,
  ],
  ['more pieces bring it once', [one('sword', 9)], deal({ bonus: [one('gift')], condition: [one('sword')] }), true],
  ['a free item may be the condition', [one('gift')], deal({ bonus: [one('purse')], condition: [one('gift')] }), true],
  ['without condition any paid purchase brings it', [one('shield')], deal({ bonus: [one('gift')] }), true],
  ['without condition a free one does not', [one('gift')], deal({ bonus: [one('purse')] }), false],
]

for (const [what, lines, promotion, isGiven] of CONDITIONS) {
  test(`bonus: ${what}`, () => {
    const order = priced(lines, [promotion])
    assert.equal(
      order.lines.filter(({ isBonus, isBundleContent }) => isBonus && !isBundleContent).length,
      Number(isGiven),
    )
    assert.equal(order.used.length, Number(isGiven))
  })
}

test('a purchase that discounts make free is free: no currency, no amounts, no bonus for paying', () => {
  const deals = [deal({ promotionId: 1, discount: percentOff(100) }), deal({ promotionId: 2, bonus: [one('gift')] })]
  const { lines, used, ...order } = priced([one('sword', 2), one('purse')], deals)
  assert.deepEqual(order, {
    kind: 'priced',
    currencyKind: 'free',
    currency: null,
    amount: 0,
    amountWithoutDiscount: 0,
    promotions: [],
  })
  assert.deepEqual(
    lines.map((line) => [line.sku, line.amount, line.amountWithoutDiscount, line.isFree, line.promotions]),
    [
      ['sword', 0, 0, true, []],
      ['purse', 0, 0, true, []],
      ['gold', null, null, false, []],
    ],
  )
  assert.deepEqual(usedIds(used), [1])
})

test('what changes nothing is not used', () => {
  const deals = [deal({ discount: percentOff(10, ['shield']) }), deal({ discount: amountOff({ EUR: 1 }, 'purchase') })]
  assert.deepEqual(priced([one('sword')], deals).used, [])
})

test('a coupon gives its bonus and nothing else', () => {
  const coupon = deal({ kind: 'coupon', bonus: [one('purse'), one('lost'), one('sword', 3)] }, 'GIFT')
  const order = priceCoupon(coupon, shelf)
  assert.ok(order.kind === 'priced')
  assert.deepEqual(
    [order.currencyKind, order.currency, order.amount, order.lines.map(({ sku, quantity }) => `${quantity} ${sku}`)],
    ['free', null, 0, ['1 purse', '100 gold', '3 sword']],
  )
  assert.deepEqual(order.used, [coupon])
})

test('refuses bonuses that cannot be counted, and coupons of which nothing is left', () => {
  assert.deepEqual(priceCoupon(deal({ bonus: [one('huge', 2)] }), shelf), {
    kind: 'refused',
    code: 'quantity_invalid',
    sku: 'huge',
  })
  assert.deepEqual(priceCoupon(deal({ bonus: [one('lost')] }), shelf), {
    kind: 'refused',
    code: 'item_unknown',
    sku: 'lost',
  })
})

const CURRENCIES = ['JPY', 'KRW', 'USD', 'KWD']
const anyDeal = fc
  .record({
    hundredths: fc.integer({ min: 1, max: 10_000 }),
    minor: fc.integer({ min: 1, max: 5_000 }),
    isPercent: fc.boolean(),
    on: fc.constantFrom('every_item' as const, 'purchase' as const, ['item-0', 'item-2']),
  })
  .map(({ hundredths, minor, isPercent, on }) => {
    const amounts = Object.fromEntries(CURRENCIES.map((currency) => [currency, minor]))
    const off = isPercent ? ({ kind: 'percent', hundredths } as const) : ({ kind: 'amount', amounts } as const)
    return deal({ discount: { off, on } })
  })
const anyLine = fc.record({ minor: fc.integer({ min: 1, max: 10 ** 9 }), quantity: fc.integer({ min: 1, max: 1_000 }) })

test('an order is the sum of its lines less its own discounts, and every discount joins on', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CURRENCIES),
      fc.array(anyLine, { minLength: 1, maxLength: 5 }),
      fc.array(anyDeal, { maxLength: 4 }),
      (currency, wanted, deals) => {
        const all = wanted.map(({ minor }, index) => item({ sku: `item-${index}`, prices: [price(currency, minor)] }))
        const lines = wanted.map(({ quantity }, index) => ({ sku: `item-${index}`, quantity }))
        const order = priced(lines, deals, { items: items(...all), currency })
        if (order.currencyKind === 'free') return
        let left = order.lines.reduce((sum, line) => sum + (line.amount ?? 0), 0)
        for (const [index, step] of order.promotions.entries()) {
          assert.deepEqual([step.sequence, step.amountWithoutDiscount], [index + 1, left])
          left = step.amountWithDiscount
        }
        assert.equal(order.amount, left)
        assert.ok(order.amount > 0 && order.amount <= order.amountWithoutDiscount)
        for (const line of order.lines) {
          const before = line.promotions[0]?.amountWithoutDiscount ?? line.amount
          assert.deepEqual(
            [before, line.promotions.at(-1)?.amountWithDiscount ?? before],
            [line.amountWithoutDiscount, line.amount],
          )
          assert.ok((line.amount ?? 0) % line.quantity === 0)
        }
      },
    ),
  )
})
