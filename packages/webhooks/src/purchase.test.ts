import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type OrderFacts, readCancellation, readPurchase } from './purchase.ts'
import { sampleOrderCanceled, sampleOrderPaid } from './testing.ts'
import type { WireObject } from './wire-fields.ts'

const FACTS: OrderFacts = {
  orderId: 59614241,
  userId: 'player-1',
  items: [
    {
      sku: 'gold_100',
      type: 'virtual_good',
      quantity: 1,
      amount: '1.9900',
      isPreOrder: false,
      isFree: false,
      isBonus: false,
      isBundleContent: false,
    },
  ],
  amount: '1.9900',
  currency: 'USD',
  currencyKind: 'real',
  isSandbox: false,
  transactionId: '2105129134',
  isFree: false,
}

for (const mode of ['combined', 'separate'] as const) {
  test(`reads the same purchase from ${mode} order_paid`, () => {
    const raw = sampleOrderPaid({ mode })
    assert.deepEqual(readPurchase(asWire(raw)), { ...FACTS, mode, raw })
  })
}

test('reads why the money went back from combined order_canceled only', () => {
  const combined = sampleOrderCanceled({ mode: 'combined' })
  const separate = sampleOrderCanceled({ mode: 'separate' })
  const refund = {
    code: 1,
    reason: 'Asked for by the player or the game in the console',
    author: 'API',
    date: '2026-08-01T10:00:00+03:00',
  }
  assert.deepEqual(readCancellation(asWire(combined)), { ...FACTS, refund, mode: 'combined', raw: combined })
  assert.deepEqual(readCancellation(asWire(separate)), { ...FACTS, refund: null, mode: 'separate', raw: separate })
})

for (const { name, order, facts } of [
  { name: 'a sandbox purchase', order: { mode: 'sandbox' }, facts: { isSandbox: true } },
  {
    name: 'a free order',
    order: { currency_type: 'unknown', currency: null, amount: '0', invoice_id: null },
    facts: { currencyKind: 'free', currency: null, amount: '0', transactionId: null, isFree: true },
  },
  {
    name: 'a discount of everything',
    order: { amount: '0.0000' },
    facts: { amount: '0.0000', isFree: true },
  },
  {
    name: 'an order paid in virtual currency',
    order: { currency_type: 'virtual', currency: 'gold', amount: '150', invoice_id: null },
    facts: { currencyKind: 'virtual', currency: 'gold', amount: '150', transactionId: null },
  },
]) {
  test(`reads ${name}`, () => {
    const raw = { ...sampleOrderPaid({ mode: 'separate' }) }
    const body = { ...raw, order: { ...raw.order, ...order } }
    assert.deepEqual(readPurchase(body), { ...FACTS, ...facts, mode: 'separate', raw: body })
  })
}

const BUNDLE = { sku: 'starter', type: 'bundle', amount: '1.9900' } as const
const CONTENT = { sku: 'gold', type: 'virtual_currency', quantity: 1500 } as const

for (const { name, items } of [
  {
    name: 'version 2',
    items: [
      { ...BUNDLE, is_bundle_content: false },
      { ...CONTENT, amount: null, is_bundle_content: true },
    ],
  },
  { name: 'version 1', items: [BUNDLE, { ...CONTENT, amount: null }] },
  { name: 'the documented sample', items: [BUNDLE, { ...CONTENT, amount: '[null]' }] },
]) {
  test(`tells the content of a bundle from the bundle in ${name}`, () => {
    const purchase = readPurchase(asWire(sampleOrderPaid({ items })))
    const lines = 'items' in purchase ? purchase.items : []
    assert.deepEqual(
      lines.map(({ sku, quantity, amount, isBundleContent }) => ({ sku, quantity, amount, isBundleContent })),
      [
        { sku: 'starter', quantity: 1, amount: '1.9900', isBundleContent: false },
        { sku: 'gold', quantity: 1500, amount: null, isBundleContent: true },
      ],
    )
  })
}

test('takes the flags of version 2 and reads what is free from the amount in version 1', () => {
  const items = [
    { sku: 'a', is_pre_order: true, is_free: true, is_bonus: true },
    { sku: 'b', amount: '0' },
  ]
  const purchase = readPurchase(asWire(sampleOrderPaid({ items })))
  const lines = 'items' in purchase ? purchase.items : []
  assert.deepEqual(
    lines.map(({ isPreOrder, isFree, isBonus }) => ({ isPreOrder, isFree, isBonus })),
    [
      { isPreOrder: true, isFree: true, isBonus: true },
      { isPreOrder: false, isFree: true, isBonus: false },
    ],
  )
})

const SEPARATE = asWire(sampleOrderPaid({ mode: 'separate' }))
const NO_ITEMS = 'items must be a list of objects with sku and quantity'
const ORDER = SEPARATE.order as WireObject

for (const { name, body, sentence } of [
  { name: 'no order', body: { ...SEPARATE, order: null }, sentence: 'order.id must be a whole number' },
  { name: 'an id like 1.5', body: withOrder({ id: 1.5 }), sentence: 'order.id must be a whole number' },
  { name: 'an id above 2^53', body: withOrder({ id: 2 ** 60 }), sentence: 'order.id must be a whole number' },
  { name: 'no user', body: { ...SEPARATE, user: {} }, sentence: 'user.external_id is missing' },
  { name: 'no amount', body: withOrder({ amount: undefined }), sentence: 'order.amount is missing' },
  { name: 'no items', body: { ...SEPARATE, items: {} }, sentence: NO_ITEMS },
  { name: 'an item without sku', body: { ...SEPARATE, items: [{ quantity: 1 }] }, sentence: NO_ITEMS },
  { name: 'half an item', body: { ...SEPARATE, items: [{ sku: 'a', quantity: 0.5 }] }, sentence: NO_ITEMS },
]) {
  test(`says what is wrong with ${name}`, () => {
    assert.deepEqual(readPurchase(body), { kind: 'invalid_body', sentence })
  })
}

function withOrder(over: object): WireObject {
  return { ...SEPARATE, order: { ...ORDER, ...over } }
}

function asWire(body: object): WireObject {
  return body as WireObject
}
