// What a test may say about a sample, and how deep it may reach into it. That samples are as documented is tested beside
// the renderer of the server, which has the tables of fields.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleOrderCanceled, sampleOrderPaid } from './order-samples.ts'
import { samplePartialRefund, samplePayment } from './payment-samples.ts'
import { samplePartnerSideCatalog, sampleUserValidation } from './question-samples.ts'
import { sampleWebhook } from './sample-webhook.ts'

test('an order costs what its lines cost, in every kind of money', () => {
  const items = [
    { sku: 'sword', quantity: 2 },
    { sku: 'shield', amount: '0.1000' },
    { sku: 'gold', amount: null },
  ]
  const costs = (['real', 'virtual', 'free'] as const).map((money) => {
    const { order, items: lines } = sampleOrderPaid({ money, items: money === 'real' ? items : items.slice(0, 1) })
    return [order.currency_type, order.currency, order.amount, order.invoice_id, lines.map(({ amount }) => amount)]
  })
  assert.deepEqual(costs, [
    ['real', 'USD', '4.0800', '2105129134', ['3.9800', '0.1000', null]],
    ['virtual', 'crystal', '300', null, ['300']],
    ['unknown', null, '0', null, ['0']],
  ])
})

test('only a combined order paid with real money tells of its payment', () => {
  const told = (['combined', 'separate'] as const).flatMap((mode) =>
    (['real', 'virtual', 'free'] as const).map((money) => [
      sampleOrderPaid({ mode, money }).billing?.notification_type,
      sampleOrderCanceled({ mode, money }).billing?.notification_type,
    ]),
  )
  assert.deepEqual(told, [['payment', 'refund'], ...Array(5).fill([undefined, undefined])])
})

test('version 2 adds three flags to each line', () => {
  const flags = { is_free: false, is_bonus: true, is_bundle_content: false }
  const [line] = sampleOrderPaid({ version: 2, items: [{ sku: 'gift', is_bonus: true }] }).items
  assert.deepEqual({ ...line, ...flags }, line)
  assert.equal('is_free' in (sampleOrderPaid().items[0] ?? {}), false)
})

test('half of the payment goes back in a partial refund', () => {
  const { payment_details, purchase } = samplePartialRefund({ items: [{ sku: 'sword', amount: '5.0000' }] })
  assert.deepEqual([purchase?.total?.amount, payment_details.payment.amount], [5, 2.5])
})

test('a test payment says so wherever it is told of', () => {
  assert.equal(samplePayment({ isSandbox: true }).transaction.dry_run, 1)
  assert.equal(sampleOrderPaid({ isSandbox: true }).order.mode, 'sandbox')
  assert.equal(sampleOrderCanceled({ isSandbox: true }).billing?.refund_details?.code, 5)
})

test('overrides reach as deep as they like, keep the rest in its place, and take away what is undefined', () => {
  const plain = sampleOrderPaid()
  const body = sampleOrderPaid(
    {},
    { user: { email: '', country: undefined }, billing: { transaction: { id: 7 } }, order: { promotions: [] } },
  )
  const { billing } = plain
  assert.deepEqual(body, {
    ...plain,
    user: { external_id: 'player-1', email: '' },
    billing: { ...billing, transaction: { ...billing?.transaction, id: 7 } },
  })
  assert.deepEqual(Object.keys(body.billing?.transaction ?? {}), Object.keys(billing?.transaction ?? {}))
  assert.equal(samplePartnerSideCatalog({}, { user: { user_id: null } }).user.user_id, null)
})

test('a member that is undefined is left open, and samples of one name are the same', () => {
  assert.deepEqual(sampleUserValidation({ userId: undefined } as object), sampleUserValidation())
  assert.deepEqual(sampleWebhook('order_paid', { orderId: 7 }), sampleOrderPaid({ orderId: 7 }))
})
