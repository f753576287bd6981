// Promotions in catalog files: what they mean, and where and why they are refused.
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseCatalogFile } from '../parse-catalog-file.ts'

const FILE = `
items:
  - { sku: sword, type: virtual_good, name: Sword, prices: { USD: 4.99 } }
promotions:
  - external_id: sale
    name: { en: Sale, de: Angebot }
    date_start: 2026-12-01T00:00:00+03:00
    date_end: 2026-12-02T00:00:00Z
    order: 2
    discount: { percent: 12.5, items: [sword] }
  - { external_id: all, name: All, discount: { amount: { USD: 1.5, JPY: 200, KWD: "0.125" } } }
  - external_id: gift
    name: Gift
    is_enabled: false
    bonus: [{ sku: sword, quantity: 2 }]
    condition: [{ sku: sword, quantity: 3 }]
    limits: { per_user: 1, total: 100 }
promo_codes:
  - external_id: summer
    name: Summer
    codes: [SUMMER, summer]
    countries: [DE, AT]
    discount: { percent: "100" }
    limits: { per_code: 5 }
coupons:
  - { external_id: summer, name: Coupon, codes: [GIFT-1], bonus: [{ sku: sword, quantity: 1 }] }
`

test('every member of a promotion is filled in, amounts are minor units and dates milliseconds', async () => {
  const parsed = await parseCatalogFile(FILE)
  assert.ok(parsed.kind === 'parsed', JSON.stringify(parsed))
  const nothing = {
    isEnabled: true,
    startsAt: null,
    endsAt: null,
    order: 0,
    discount: null,
    bonus: [],
    condition: null,
    countries: null,
    limits: { perUser: null, total: null, perCode: null },
    codes: [],
  }
  assert.deepEqual(parsed.catalog.promotions, [
    {
      ...nothing,
      kind: 'promotion',
      externalId: 'sale',
      name: { en: 'Sale', de: 'Angebot' },
      startsAt: Date.UTC(2026, 10, 30, 21),
      endsAt: Date.UTC(2026, 11, 2),
      order: 2,
      discount: { off: { kind: 'percent', hundredths: 1250 }, on: ['sword'] },
    },
    {
      ...nothing,
      kind: 'promotion',
      externalId: 'all',
      name: 'All',
      discount: { off: { kind: 'amount', amounts: { USD: 150, JPY: 200, KWD: 125 } }, on: 'every_item' },
    },
    {
      ...nothing,
      kind: 'promotion',
      externalId: 'gift',
      name: 'Gift',
      isEnabled: false,
      bonus: [{ sku: 'sword', quantity: 2 }],
      condition: [{ sku: 'sword', quantity: 3 }],
      limits: { perUser: 1, total: 100, perCode: null },
    },
    {
      ...nothing,
      kind: 'promo_code',
      externalId: 'summer',
      name: 'Summer',
      codes: ['SUMMER', 'summer'],
      countries: ['DE', 'AT'],
      discount: { off: { kind: 'percent', hundredths: 10_000 }, on: 'purchase' },
      limits: { perUser: null, total: null, perCode: 5 },
    },
    {
      ...nothing,
      kind: 'coupon',
      externalId: 'summer',
      name: 'Coupon',
      codes: ['GIFT-1'],
      bonus: [{ sku: 'sword', quantity: 1 }],
    },
  ])
})

const NAMED = 'external_id: a, name: A'
const BONUS = 'bonus: [{ sku: a, quantity: 1 }]'

const REFUSED: readonly (readonly [list: string, entry: string, path: string, sentence: RegExp])[] = [
  ['promotions', `{ ${NAMED} }`, 'promotions[0]', /gives nothing/],
  ['promotions', `{ ${NAMED}, discount: { percent: 5 }, ${BONUS} }`, 'promotions[0].bonus', /two promotions/],
  ['promotions', `{ ${NAMED}, discount: {} }`, 'promotions[0].discount', /either a percent or an amount/],
  [
    'promotions',
    `{ ${NAMED}, discount: { percent: 5, amount: { USD: 1 } } }`,
    'promotions[0].discount',
    /either a percent or an amount/,
  ],
  ['promotions', `{ ${NAMED}, discount: { percent: 0 } }`, 'promotions[0].discount.percent', /no percentage/],
  ['promotions', `{ ${NAMED}, discount: { percent: 100.01 } }`, 'promotions[0].discount.percent', /no percentage/],
  ['promotions', `{ ${NAMED}, discount: { percent: 1.001 } }`, 'promotions[0].discount.percent', /no percentage/],
  ['promotions', `{ ${NAMED}, discount: { percent: -5 } }`, 'promotions[0].discount.percent', /amount such as/],
  ['promotions', `{ ${NAMED}, discount: { amount: { JPY: 1.5 } } }`, 'promotions[0].discount.amount.JPY', /no amount/],
  ['promotions', `{ ${NAMED}, discount: { amount: { USD: 0 } } }`, 'promotions[0].discount.amount.USD', /no amount/],
  ['promotions', `{ ${NAMED}, discount: { percent: 5, items: [a, a] } }`, 'promotions[0].discount.items[1]', /twice/],
  [
    'promotions',
    `{ ${NAMED}, discount: { percent: 5 }, condition: [{ sku: a, quantity: 1 }] }`,
    'promotions[0].condition',
    /Only a bonus/,
  ],
  [
    'promotions',
    `{ ${NAMED}, bonus: [{ sku: a, quantity: 1 }, { sku: a, quantity: 2 }] }`,
    'promotions[0].bonus[1].sku',
    /twice/,
  ],
  ['promotions', `{ ${NAMED}, bonus: [{ sku: a, quantity: 0 }] }`, 'promotions[0].bonus[0].quantity', />= 1/],
  ['promotions', `{ ${NAMED}, ${BONUS}, codes: [A] }`, 'promotions[0].codes', /no member codes/],
  ['promotions', `{ ${NAMED}, ${BONUS}, limits: { per_code: 1 } }`, 'promotions[0].limits.per_code', /no member/],
  ['promotions', `{ ${NAMED}, ${BONUS}, limits: { total: 0 } }`, 'promotions[0].limits.total', />= 1/],
  ['promotions', `{ ${NAMED}, ${BONUS}, date_end: tomorrow }`, 'promotions[0].date_end', /pattern/],
  ['promotions', `{ ${NAMED}, ${BONUS}, date_end: "2026-02-31T25:00:00Z" }`, 'promotions[0].date_end', /no date/],
  [
    'promotions',
    `{ ${NAMED}, ${BONUS}, date_start: "2026-02-01T00:00:00Z", date_end: "2026-02-01T00:00:00Z" }`,
    'promotions[0].date_end',
    /later than/,
  ],
  ['promo_codes', `{ ${NAMED}, discount: { percent: 5 } }`, 'promo_codes[0]', /codes/],
  [
    'promo_codes',
    `{ ${NAMED}, codes: [A], countries: [Germany], discount: { percent: 5 } }`,
    'promo_codes[0].countries[0]',
    /pattern/,
  ],
  ['promo_codes', `{ ${NAMED}, codes: [A, A], discount: { percent: 5 } }`, 'promo_codes[0].codes[1]', /twice/],
  ['promo_codes', `{ ${NAMED}, codes: ["a b"], discount: { percent: 5 } }`, 'promo_codes[0].codes[0]', /pattern/],
  ['coupons', `{ ${NAMED}, codes: [A] }`, 'coupons[0]', /bonus/],
  [
    'coupons',
    `{ ${NAMED}, codes: [A], ${BONUS}, discount: { percent: 5 } }`,
    'coupons[0].discount',
    /no member discount/,
  ],
]

for (const [list, entry, path, sentence] of REFUSED) {
  test(`refuses ${list}: ${entry}`, async () => {
    const parsed = await parseCatalogFile(`items: []\n${list}:\n  - ${entry}\n`)
    assert.ok(parsed.kind === 'refused')
    const [fault] = parsed.faults
    assert.deepEqual([fault?.path, fault?.line], [path, 3])
    assert.match(fault?.sentence ?? '', sentence)
  })
}

test('one external id stands once in each list, and one code once in all', async () => {
  const parsed = await parseCatalogFile(`items: []
promo_codes:
  - { external_id: a, name: A, codes: [ONE], discount: { percent: 5 } }
  - { external_id: a, name: A, codes: [TWO], discount: { percent: 5 } }
coupons:
  - { external_id: a, name: A, codes: [one, TWO], ${BONUS} }
`)
  assert.ok(parsed.kind === 'refused')
  assert.deepEqual(
    parsed.faults.map(({ line, path }) => [line, path]),
    [
      [4, 'promo_codes[1].external_id'],
      [6, 'coupons[0].codes[1]'],
    ],
  )
})
