// Which purchases an offer allows.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { offerRefusal, purchaseOffersOf } from './check-purchase.ts'
import { readOffers } from './read-offers.ts'

const NOON = Date.UTC(2026, 10, 21, 12)
const [MORNING, EVENING] = ['2026-11-21T06:00:00Z', '2026-11-21T18:00:00Z']

function offered(...entries: readonly object[]) {
  const read = readOffers(JSON.stringify(entries))
  if (read.kind === 'unusable') throw new Error(read.sentence)
  return purchaseOffersOf(read.offers, null)
}

const line = (sku: string, quantity = 1, over: object = {}) => ({
  sku,
  itemId: sku.length,
  quantity,
  isBundleContent: false,
  isBonus: false,
  ...over,
})

const CASES: readonly (readonly [
  name: string,
  entries: readonly object[],
  lines: readonly ReturnType<typeof line>[],
  code: string | null,
])[] = [
  ['a listed item', [{ sku: 'sword' }], [line('sword', 1_000)], null],
  ['an item that is not listed', [{ sku: 'sword' }], [line('boots')], 'not_offered'],
  ['one of two that is not listed', [{ sku: 'sword' }], [line('sword'), line('boots')], 'not_offered'],
  ['anything from an empty list', [], [line('sword')], 'not_offered'],
  ['none left', [{ sku: 'sword', quantity: 0 }], [line('sword')], 'not_offered'],
  ['as many as there are', [{ sku: 'sword', quantity: 3 }], [line('sword', 3)], null],
  ['one too many', [{ sku: 'sword', quantity: 3 }], [line('sword', 4)], 'offer_exceeded'],
  [
    'one too many in two lines',
    [{ sku: 'sword', quantity: 3 }],
    [line('sword', 2), line('sword', 2)],
    'offer_exceeded',
  ],
  ['an item listed by its id', [{ item_id: 5, quantity: 1 }], [line('sword')], null],
  [
    'an item whose entry by SKU goes before that by id',
    [{ item_id: 5 }, { sku: 'sword', quantity: 0 }],
    [line('sword')],
    'not_offered',
  ],
  ['an item in its time', [{ sku: 'sword', date_from: MORNING, date_until: EVENING }], [line('sword')], null],
  ['an item before its time', [{ sku: 'sword', date_from: EVENING }], [line('sword')], 'not_offered'],
  ['an item after its time', [{ sku: 'sword', date_until: MORNING }], [line('sword')], 'not_offered'],
  [
    'an item in the last moment',
    [{ sku: 'sword', date_until: '2026-11-21T12:00:00Z' }],
    [line('sword')],
    'not_offered',
  ],
  ['an item in the first moment', [{ sku: 'sword', date_from: '2026-11-21T12:00:00Z' }], [line('sword')], null],
  ['what comes inside a bundle', [{ sku: 'pack' }], [line('pack'), line('gold', 9, { isBundleContent: true })], null],
  ['a bonus', [{ sku: 'pack' }], [line('pack'), line('gold', 9, { isBonus: true })], null],
]
for (const [name, entries, lines, code] of CASES) {
  test(`${name}: ${code ?? 'allowed'}`, () => {
    assert.equal(offerRefusal(offered(...entries), lines, NOON)?.code ?? null, code)
  })
}

test('nothing may be bought where the game did not say', () => {
  assert.deepEqual(offerRefusal({ kind: 'unconfirmed' }, [line('sword')], NOON), {
    code: 'offers_unconfirmed',
    sku: null,
  })
})

test('a purchase takes along only what it may need', () => {
  const read = readOffers(JSON.stringify([{ sku: 'a' }, { sku: 'b', name: 'B' }, { item_id: 3 }]))
  assert.ok(read.kind === 'read')
  assert.deepEqual(purchaseOffersOf(read.offers, ['b', 'b', 'unknown']), {
    kind: 'offered',
    list: [
      { sku: 'b', itemId: null, quantity: null, from: null, until: null },
      { sku: null, itemId: 3, quantity: null, from: null, until: null },
    ],
  })
})
