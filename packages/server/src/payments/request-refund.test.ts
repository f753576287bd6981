// Asking for refunds: what may be asked, and that no more is given back than was paid.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachStore } from '../platform/store/testing/index.ts'
import type { RequestRefundResult } from './request-refund.ts'
import { ORDER_ID, openPayments } from './testing/payment-store.ts'

const partialRefund = { toggles: { partialRefund: true } }

function outcome(result: RequestRefundResult): string {
  return result.kind === 'refused' ? result.code : `${result.kind} ${result.refund.amount}`
}

eachStore((name, open) => {
  test(`${name}: a full refund cancels the order once the provider has made it, and not before`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    assert.equal(outcome(await shop.askRefund()), 'requested 199')
    assert.equal(await shop.status(), 'paid')
    assert.deepEqual(await shop.answerRefunds(), [true])
    assert.equal(await shop.status(), 'canceled')
    assert.deepEqual(await shop.refunds(), [{ amount: 199, code: 1, state: 'succeeded' }])
    assert.equal(outcome(await shop.askRefund()), 'refund_amount_too_large')
  })

  test(`${name}: parts add up to the whole, and only the last one cancels`, async (t) => {
    const shop = await openPayments(t, open, { settings: partialRefund })
    await shop.tell()
    await shop.askRefund({ amount: 50 })
    await shop.answerRefunds()
    assert.deepEqual([await shop.status(), await shop.told()], ['paid', ['order_paid', 'partial_refund']])
    assert.equal(outcome(await shop.askRefund()), 'requested 149')
    await shop.answerRefunds({ kind: 'succeeded', providerReference: 're-2' })
    assert.equal(await shop.status(), 'canceled')
  })

  test(`${name}: a part is told in separate mode too`, async (t) => {
    const shop = await openPayments(t, open, { settings: { ...partialRefund, webhookMode: 'separate' } })
    await shop.tell()
    await shop.askRefund({ amount: 50 })
    await shop.answerRefunds()
    assert.deepEqual(await shop.told(), ['payment', 'order_paid', 'partial_refund'])
  })

  test(`${name}: a part is not told where the project does not want it`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund({ amount: 50 })
    await shop.answerRefunds()
    assert.deepEqual([await shop.status(), await shop.told()], ['paid', ['order_paid']])
  })

  test(`${name}: refunds asked for at once never exceed the payment`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    const asked = await Promise.all(Array.from({ length: 5 }, () => shop.askRefund({ amount: 100 })))
    assert.deepEqual(asked.map(outcome).sort(), [
      'refund_in_progress',
      'refund_in_progress',
      'refund_in_progress',
      'refund_in_progress',
      'requested 100',
    ])
  })

  test(`${name}: a refund that failed frees its sum`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund()
    await shop.answerRefunds({ kind: 'failed', reason: 'card closed' })
    assert.equal(await shop.status(), 'paid')
    assert.deepEqual(shop.alarms, ['refund_failed'])
    assert.equal(outcome(await shop.askRefund()), 'requested 199')
  })

  test(`${name}: refuses what cannot be asked`, async (t) => {
    const shop = await openPayments(t, open)
    assert.equal(outcome(await shop.askRefund()), 'refund_not_paid')
    await shop.tell()
    const cases = [
      [{ orderId: ORDER_ID + 1 }, 'order_not_found'],
      [{ code: 14 }, 'refund_code_unknown'],
      [{ amount: 0 }, 'refund_amount_invalid'],
      [{ amount: 1.5 }, 'refund_amount_invalid'],
      [{ amount: 200 }, 'refund_amount_too_large'],
      [{ amount: 50, code: 2 }, 'refund_partial_refused'],
      [{ paymentId: 1 }, 'payment_not_found'],
    ] as const
    for (const [asked, code] of cases) assert.equal(outcome(await shop.askRefund(asked)), code)
    assert.deepEqual(await shop.refunds(), [])
  })

  test(`${name}: the rest after a part may go back for any reason`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund({ amount: 50 })
    assert.equal(outcome(await shop.askRefund({ code: 2 })), 'requested 149')
  })

  test(`${name}: a payment in review is given back by hand, and its order may be given up then`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell({ amount: 100 })
    const { id } = await shop.store.read.selectFrom('payments').select('id').executeTakeFirstOrThrow()
    assert.equal(outcome(await shop.askRefund({ paymentId: id })), 'requested 100')
    await shop.answerRefunds()
    assert.deepEqual(await shop.payments(), [{ provider_reference: 'pay-1', state: 'succeeded' }])
    assert.deepEqual([await shop.status(), await shop.told()], ['new', []])
  })

  test(`${name}: a payment of another order is not this order's to give back`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.addOrder({ id: ORDER_ID + 1 })
    await shop.tell()
    const { id } = await shop.store.read.selectFrom('payments').select('id').executeTakeFirstOrThrow()
    assert.equal(outcome(await shop.askRefund({ orderId: ORDER_ID + 1, paymentId: id })), 'payment_not_found')
  })

  test(`${name}: a payment that took no money cannot be given back`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell({ type: 'payment.failed' })
    const { id } = await shop.store.read.selectFrom('payments').select('id').executeTakeFirstOrThrow()
    assert.equal(outcome(await shop.askRefund({ paymentId: id })), 'refund_not_paid')
  })

  test(`${name}: who asked stands in the audit`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund({ amount: 50, author: 'Ana' })
    const { actor, action, target } = await shop.store.read
      .selectFrom('audit_log')
      .selectAll()
      .executeTakeFirstOrThrow()
    assert.deepEqual([actor, action, target], ['Ana', 'refund.request', `order ${ORDER_ID}`])
  })
})
