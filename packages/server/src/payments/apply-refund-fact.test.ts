// What providers tell about refunds and disputes that we did not start, or started and heard of by callback.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, type Command, oneByOne, rareCommand } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { claimRefunds } from './run-refunds.ts'
import { ORDER_ID, openPayments } from './testing/payment-store.ts'

/** As if the listener had been tried with every webhook so far. */
const attemptAll: Command<null, null> = rareCommand('test.attempt-all')
const commands = [
  bind(
    attemptAll,
    oneByOne(async (tx) => {
      await tx.db.updateTable('deliveries').set({ attempt_count: 1 }).execute()
      return null
    }),
  ),
]

const dispute = { type: 'dispute.lost', eventId: 'evt-d', providerReference: 'dp-1' } as const

eachStore((name, open) => {
  test(`${name}: a refund made at the provider cancels the order`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    const result = await shop.tellRefund()
    assert.deepEqual(
      [result.note, result.isApplied, result.order],
      ['applied', true, { id: ORDER_ID, status: 'canceled' }],
    )
  })

  test(`${name}: in separate mode the refund is told before the cancellation`, async (t) => {
    const shop = await openPayments(t, open, { commands, settings: { webhookMode: 'separate' } })
    await shop.tell()
    await shop.store.run(attemptAll, null)
    await shop.tellRefund()
    assert.deepEqual(await shop.told(), ['payment', 'order_paid', 'refund', 'order_canceled'])
  })

  test(`${name}: the callback of our own refund is not counted a second time`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund({ amount: 100 })
    assert.equal((await shop.tellRefund({ amount: 100 })).note, 'applied')
    assert.deepEqual(await shop.refunds(), [{ amount: 100, code: 1, state: 'succeeded' }])
    assert.deepEqual(await shop.store.run(claimRefunds, null), [])
  })

  test(`${name}: a callback that overtakes the answer to our call counts, the answer does not`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund()
    const [claimed] = await shop.store.run(claimRefunds, null)
    await shop.tellRefund()
    assert.equal(await shop.status(), 'canceled')
    assert.ok(claimed)
    assert.equal(await shop.record(claimed, { kind: 'failed', reason: 'late' }), false)
    assert.deepEqual(await shop.refunds(), [{ amount: 199, code: 1, state: 'succeeded' }])
  })

  test(`${name}: the same refund told by two events counts once`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.tellRefund({ amount: 100 })
    assert.equal((await shop.tellRefund({ amount: 100, eventId: 'evt-again' })).note, 'duplicate')
    assert.equal((await shop.tellRefund({ type: 'refund.failed', eventId: 'evt-late' })).note, 'late')
    assert.deepEqual(await shop.refunds(), [{ amount: 100, code: 8, state: 'succeeded' }])
  })

  test(`${name}: more than was paid is never given back`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    const results = [
      await shop.tellRefund({ amount: 200 }),
      await shop.tellRefund({ eventId: 'evt-eur', providerReference: 're-2', currency: 'EUR' }),
    ]
    assert.deepEqual(
      results.map(({ note, isApplied }) => [note, isApplied]),
      [
        ['refund_too_large', false],
        ['refund_too_large', false],
      ],
    )
    assert.deepEqual([await shop.status(), shop.alarms], ['paid', ['refund_too_large', 'refund_too_large']])
  })

  test(`${name}: the provider's reason is kept where it is a documented one`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.tellRefund({ amount: 10, reason: { code: 4, text: 'fraud' } })
    await shop.tellRefund({ amount: 20, eventId: 'b', providerReference: 'b', reason: { code: 99, text: 'x' } })
    assert.deepEqual(
      (await shop.refunds()).map(({ code }) => code),
      [4, 8],
    )
  })

  test(`${name}: a refund of another payment than the accepted one moves nothing`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.tell({ eventId: 'evt-2', providerReference: 'pay-2' })
    const refund = await shop.tellRefund({ paymentReference: 'pay-2' })
    assert.deepEqual([refund.note, refund.order?.status], ['applied', 'paid'])
    assert.deepEqual(await shop.told(), ['order_paid'])
  })

  test(`${name}: an opened or won dispute is for people only`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    const opened = await shop.tell({ ...dispute, type: 'dispute.opened' })
    const won = await shop.tell({ ...dispute, type: 'dispute.won', eventId: 'evt-w' })
    assert.deepEqual([opened.note, won.note, await shop.status()], ['recorded', 'recorded', 'paid'])
    assert.deepEqual(shop.alarms, ['dispute_opened', 'dispute_won'])
  })

  test(`${name}: a lost dispute takes the order back`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    assert.deepEqual((await shop.tell(dispute)).order, { id: ORDER_ID, status: 'canceled' })
    assert.deepEqual(await shop.refunds(), [{ amount: 199, code: 2, state: 'succeeded' }])
    assert.deepEqual(shop.alarms, ['dispute_lost'])
  })

  test(`${name}: a lost dispute takes what a partial refund has left`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.tellRefund({ amount: 50 })
    assert.equal((await shop.tell(dispute)).order?.status, 'canceled')
    assert.deepEqual(
      (await shop.refunds()).map(({ amount }) => amount),
      [50, 149],
    )
  })
})
