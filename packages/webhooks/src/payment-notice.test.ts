import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MoneyFacts, readPaymentNotice, readRefundNotice } from './payment-notice.ts'
import { samplePayment, sampleRefund } from './testing.ts'
import type { WireObject } from './wire-fields.ts'

const FACTS: MoneyFacts = {
  transactionId: '2105129134',
  externalId: null,
  userId: 'player-1',
  orderId: null,
  amount: 1.99,
  currency: 'USD',
  isSandbox: false,
}

test('reads a payment', () => {
  const raw = samplePayment()
  assert.deepEqual(readPaymentNotice({ ...raw }), { ...FACTS, raw })
})

test('reads a refund and why it was made', () => {
  const raw = sampleRefund()
  const refund = {
    code: 1,
    reason: 'Asked for by the player or the game in the console',
    author: 'API',
    date: '2026-08-01T10:00:00+03:00',
  }
  assert.deepEqual(readRefundNotice({ ...raw }), { ...FACTS, refund, raw })
})

test('reads what a project may switch on: the order, the game’s own id, test payments', () => {
  const raw: WireObject = {
    transaction: { id: '7', external_id: 'mine', dry_run: 1 },
    purchase: { order: { id: 59614241 }, total: { amount: 5, currency: 'EUR' } },
  }
  assert.deepEqual(readPaymentNotice(raw), {
    transactionId: '7',
    externalId: 'mine',
    userId: null,
    orderId: 59614241,
    amount: 5,
    currency: 'EUR',
    isSandbox: true,
    raw,
  })
})

test('says that the transaction is missing', () => {
  assert.deepEqual(readRefundNotice({ transaction: {} }), {
    kind: 'invalid_body',
    sentence: 'transaction.id is missing',
  })
})
