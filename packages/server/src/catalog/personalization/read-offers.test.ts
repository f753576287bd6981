// What counts of a game's answer, and what does not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OFFERS_MAX, readOffers } from './read-offers.ts'

/** Offers as plain data. */
function read(entries: unknown) {
  const result = readOffers(JSON.stringify(entries))
  if (result.kind === 'unusable') return result.sentence
  const { offers, ignored } = result
  return {
    bySku: [...offers.bySku],
    byId: [...offers.byId],
    ignored: ignored.map(({ index, reason }) => [index, reason]),
  }
}

const FREE = { quantity: null, from: null, until: null }

test('reads the documented answer', () => {
  const entries = [
    { sku: 'com.xsolla.boots_1', quantity: 0 },
    {
      sku: 'com.xsolla.sword_1',
      quantity: null,
      date_from: '2024-08-11T23:59:59+08:00',
      date_until: '2024-08-12T23:59:59+08:00',
    },
    { item_id: 42, quantity: 1 },
    {
      sku: 'com.xsolla.custom_item_1',
      quantity: 1,
      name: 'Box',
      description: 'A box.',
      json_attributes: { purchased: 0, type: 'lootbox' },
      content: [{ name: 'Coin', description: 'Gold', quantity: 5 }],
    },
  ]
  assert.deepEqual(read(entries), {
    bySku: [
      ['com.xsolla.boots_1', { ...FREE, quantity: 0 }],
      [
        'com.xsolla.sword_1',
        { quantity: null, from: Date.UTC(2024, 7, 11, 15, 59, 59), until: Date.UTC(2024, 7, 12, 15, 59, 59) },
      ],
      [
        'com.xsolla.custom_item_1',
        {
          ...FREE,
          quantity: 1,
          name: 'Box',
          description: 'A box.',
          attributes: { purchased: 0, type: 'lootbox' },
          content: [{ name: 'Coin', description: 'Gold', quantity: 5 }],
        },
      ],
    ],
    byId: [[42, { ...FREE, quantity: 1 }]],
    ignored: [],
  })
})

test('an empty list offers nothing, and members that nobody knows do not matter', () => {
  assert.deepEqual(read([]), { bySku: [], byId: [], ignored: [] })
  assert.deepEqual(read([{ sku: 'a', colour: 'red', quantity: 2 }]), {
    bySku: [['a', { ...FREE, quantity: 2 }]],
    byId: [],
    ignored: [],
  })
})

const INVALID: readonly unknown[] = [
  'a',
  null,
  ['a'],
  {},
  { sku: '' },
  { sku: 7 },
  { sku: 'x'.repeat(256) },
  { item_id: '7' },
  { item_id: 1.5 },
  { item_id: 2 ** 31 },
  { sku: 'a', quantity: -1 },
  { sku: 'a', quantity: '3' },
  { sku: 'a', quantity: 1.5 },
  { sku: 'a', quantity: 2 ** 31 },
  { sku: 'a', date_from: 'tomorrow' },
  { sku: 'a', date_from: '2024-08-11' },
  { sku: 'a', date_from: '2024-08-11T23:59:59' },
  { sku: 'a', date_until: '2024-13-11T23:59:59Z' },
  { sku: 'a', date_until: 1_723_392_000 },
  { sku: 'a', name: 7 },
  { sku: 'a', description: {} },
  { sku: 'a', json_attributes: [] },
  { sku: 'a', json_attributes: '{}' },
  { sku: 'a', content: {} },
  { sku: 'a', content: ['b'] },
  { sku: 'a', content: [{ description: 'no name' }] },
  { sku: 'a', content: [{ name: 'b', quantity: -1 }] },
  { sku: 'a', content: Array.from({ length: 101 }, () => ({ name: 'b' })) },
]
for (const entry of INVALID) {
  test(`leaves out ${JSON.stringify(entry).slice(0, 60)} alone`, () => {
    assert.deepEqual(read([entry, { sku: 'kept' }]), { bySku: [['kept', FREE]], byId: [], ignored: [[0, 'invalid']] })
  })
}

test('the first entry of an item counts', () => {
  assert.deepEqual(read([{ sku: 'a', quantity: 1 }, { sku: 'a', quantity: 9 }, { item_id: 1 }, { item_id: 1 }]), {
    bySku: [['a', { ...FREE, quantity: 1 }]],
    byId: [[1, FREE]],
    ignored: [
      [1, 'duplicate'],
      [3, 'duplicate'],
    ],
  })
})

test('too many entries are refused as a whole', () => {
  const entries = Array.from({ length: OFFERS_MAX }, (_, index) => ({ item_id: index }))
  assert.equal(typeof read(entries), 'object')
  assert.match(String(read([...entries, { sku: 'one' }])), /5001 entries/)
})

const UNUSABLE = [
  '',
  'no',
  '{}',
  'null',
  '7',
  '[1',
  '{"items":[]}',
  `${'['.repeat(70)}${']'.repeat(70)}`,
  '[{"sku":"a\\u0000"}]',
]
for (const body of UNUSABLE) {
  test(`${JSON.stringify(body).slice(0, 40)} is no answer`, () => {
    assert.deepEqual(readOffers(body), { kind: 'unusable', sentence: 'The answer is not a JSON array.' })
  })
}
