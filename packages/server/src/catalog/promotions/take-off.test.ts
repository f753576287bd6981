// Discounts on amounts: rounding in minor units, and what never happens.
import assert from 'node:assert/strict'
import test from 'node:test'
import { MINOR_UNITS_MAX } from '@ordertrail/core'
import fc from 'fast-check'
import type { Discount } from './promotion.ts'
import { appliedDiscounts, discountPiece, discountPurchase, takeOff } from './take-off.ts'
import { amountOff, deal, percentOff } from './testing/given-promotion.ts'

const percent = (value: number): Discount => percentOff(value).off

const TABLE: readonly (readonly [what: string, minor: number, off: Discount, currency: string, left: number])[] = [
  ['10 % of 1.99 USD takes 0.20', 199, percent(10), 'USD', 179],
  ['half a cent is rounded in favour of the buyer', 5, percent(10), 'USD', 4],
  ['less than half a cent takes nothing', 4, percent(10), 'USD', 4],
  ['15 % of 300 JPY', 300, percent(15), 'JPY', 255],
  ['33.33 % of 2500 KRW', 2500, percent(33.33), 'KRW', 1667],
  ['12.5 % of 1.525 KWD', 1525, percent(12.5), 'KWD', 1334],
  ['100 % leaves nothing', 199, percent(100), 'USD', 0],
  ['0.01 % of little takes nothing', 199, percent(0.01), 'USD', 199],
  ['0.01 % of much', 1_000_000, percent(0.01), 'USD', 999_900],
  ['the largest amount is exact', MINOR_UNITS_MAX, percent(50), 'USD', 499_999_999_999_999],
  ['an amount', 199, amountOff({ USD: 50 }).off, 'USD', 149],
  ['an amount above the price', 199, amountOff({ USD: 500 }).off, 'USD', 0],
  ['an amount in another currency', 199, amountOff({ EUR: 50 }).off, 'USD', 199],
]

for (const [what, minor, off, currency, left] of TABLE) {
  test(what, () => assert.equal(takeOff(minor, off, currency), left))
}

const anyDiscount: fc.Arbitrary<Discount> = fc.oneof(
  fc.integer({ min: 1, max: 10_000 }).map((hundredths) => ({ kind: 'percent' as const, hundredths })),
  fc.integer({ min: 1, max: MINOR_UNITS_MAX }).map((minor) => ({ kind: 'amount' as const, amounts: { JPY: minor } })),
)

test('a discount never makes an amount negative, larger or broken', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MINOR_UNITS_MAX }), anyDiscount, (minor, off) => {
      const left = takeOff(minor, off, 'JPY')
      assert.ok(Number.isSafeInteger(left) && left >= 0 && left <= minor, `${minor} → ${left}`)
    }),
  )
})

test('a percentage is at most half a minor unit away from the exact one', () => {
  const hundredths = fc.integer({ min: 1, max: 10_000 })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MINOR_UNITS_MAX }), hundredths, (minor, percentage) => {
      const left = takeOff(minor, { kind: 'percent', hundredths: percentage }, 'USD')
      const off = BigInt(minor - left) * 10_000n - BigInt(minor) * BigInt(percentage)
      assert.ok(off <= 5_000n && off > -5_000n, `${off} ten thousandths`)
    }),
  )
})

test('discounts of a piece apply one after the other, and only those that are on it', () => {
  const deals = [
    deal({ promotionId: 1, discount: percentOff(10, ['sword']) }),
    deal({ promotionId: 2, discount: percentOff(50, ['shield']) }),
    deal({ promotionId: 3, discount: amountOff({ USD: 29 }) }),
    deal({ promotionId: 4, discount: percentOff(50, 'purchase') }),
    deal({ promotionId: 5, bonus: [{ sku: 'gift', quantity: 1 }] }),
  ]
  const steps = discountPiece('sword', 199, 'USD', deals)
  assert.deepEqual(
    steps.map(({ deal: { promotion }, before, after }) => [promotion.promotionId, before, after]),
    [
      [1, 199, 179],
      [3, 179, 150],
    ],
  )
  assert.deepEqual(appliedDiscounts(steps, 3), [
    { amountWithoutDiscount: 597, amountWithDiscount: 537, sequence: 1, id: 1, technicalName: 'promotion-1' },
    { amountWithoutDiscount: 537, amountWithDiscount: 450, sequence: 2, id: 3, technicalName: 'promotion-3' },
  ])
  assert.deepEqual(
    discountPurchase(1000, 'USD', deals).map(({ deal: { promotion }, after }) => [promotion.promotionId, after]),
    [[4, 500]],
  )
})

test('a discount of nothing is no step', () => {
  assert.deepEqual(discountPiece('sword', 0, 'USD', [deal({ discount: percentOff(100) })]), [])
  assert.deepEqual(discountPiece('sword', 4, 'USD', [deal({ discount: percentOff(10) })]), [])
})
