// Facts about money on a real store: which order they move, and what is kept of the rest.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { recordPaymentFact } from './record-payment-facts.ts'
import { requestRefund } from './request-refund.ts'
import { claimRefunds, recordRefund } from './run-refunds.ts'
import { givenFact } from './testing/given-fact.ts'
import { givenPaymentStore, ORDER_ID, PROJECT_ID } from './testing/payment-store.ts'

async function statusOf(store: Store): Promise<string | undefined> {
  const row = await store.read.selectFrom('orders').select('status').where('id', '=', ORDER_ID).executeTakeFirst()
  return row?.status
}

async function payments(store: Store): Promise<readonly unknown[]> {
  return store.read.selectFrom('payments').select(['provider_reference', 'state']).orderBy('id').execute()
}

async function refunds(store: Store): Promise<readonly unknown[]> {
  return store.read.selectFrom('refunds').select(['amount', 'code', 'state']).orderBy('id').execute()
}

async function notificationTypes(store: Store): Promise<readonly string[]> {
  const rows = await store.read.selectFrom('notifications').select('type').orderBy('id').execute()
  return rows.map((row) => row.type)
}

/** Works off every requested refund with the same answer of the provider. */
async function refundAll(store: Store): Promise<void> {
  for (const { leaseToken, request } of await store.run(claimRefunds, null)) {
    const { projectId, refundId } = request
    const answer = { kind: 'succeeded', providerReference: `r-${refundId}` } as const
    assert.equal(await store.run(recordRefund, { projectId, refundId, leaseToken, answer }), true)
  }
}

const request = {
  projectId: PROJECT_ID,
  orderId: ORDER_ID,
  paymentId: null,
  amount: null,
  code: 1,
  reasonDetail: null,
  author: 'Ana',
}

eachStore((name, open) => {
  test(`${name}: the first matching payment pays the order once, however often it is told`, async (t) => {
    const { store, stop } = await givenPaymentStore(open)
    t.after(stop)
    const first = await store.run(recordPaymentFact, givenFact())
    const again = await store.run(recordPaymentFact, givenFact())
    const otherEvent = await store.run(recordPaymentFact, givenFact({ eventId: 'evt-2' }))
    assert.deepEqual(first.order, { id: ORDER_ID, status: 'paid' })
    assert.deepEqual([first.note, again.note, otherEvent.note], ['applied', 'duplicate', 'duplicate'])
    assert.deepEqual(await payments(store), [{ provider_reference: 'pay-1', state: 'succeeded' }])
    assert.deepEqual(await notificationTypes(store), ['order_paid'])
  })

  test(`${name}: callers that tell the same fact at once pay the order once`, async (t) => {
    const { store, stop } = await givenPaymentStore(open)
    t.after(stop)
    const facts = Array.from({ length: 20 }, (_, index) => givenFact({ eventId: `evt-${index % 4}` }))
    const results = await Promise.all(facts.map((fact) => store.run(recordPaymentFact, fact)))
    assert.equal(results.filter((result) => result.note === 'applied').length, 1)
    assert.deepEqual(await notificationTypes(store), ['order_paid'])
  })

  test(`${name}: a second payment is recorded, moves nothing and is given back`, async (t) => {
    const { store, stop } = await givenPaymentStore(open)
    t.after(stop)
    await store.run(recordPaymentFact, givenFact())
    const second = await store.run(recordPaymentFact, givenFact({ eventId: 'evt-2', providerReference: 'pay-2' }))
    assert.equal(second.note, 'second_payment')
    assert.deepEqual(await refunds(store), [{ amount: 199, code: 13, state: 'requested' }])
    await refundAll(store)
    assert.equal(await statusOf(store), 'paid')
    assert.deepEqual(await notificationTypes(store), ['order_paid'])
  })

  test(`${name}: a wrong amount waits for review and moves nothing`, async (t) => {
    const { store, stop } = await givenPaymentStore(open)
    t.after(stop)
    const result = await store.run(recordPaymentFact, givenFact({ amount: 100 }))
    assert.equal(result.note, 'amount_mismatch')
    assert.deepEqual(await payments(store), [{ provider_reference: 'pay-1', state: 'in_review' }])
    assert.equal(await statusOf(store), 'new')
  })

  test(`${name}: a fact for an unknown order is parked and given up after 72 hours`, async (t) => {
    const { store, stop } = await givenPaymentStore(open)
    t.after(stop)
    const result = await store.run(recordPaymentFact, givenFact({ order: { externalId: 'shop-7781' } }))
    assert.deepEqual([result.note, result.order], ['parked', null])
    const row = await store.read
      .selectFrom('payment_events')
      .select(['state', 'parked_until', 'received_at'])
      .executeTakeFirstOrThrow()
    assert.equal(row.state, 'parked')
    assert.equal((row.parked_until as number) - row.received_at, 72 * 3_600_000)
  })

  test(`${name}: a full refund cancels the order, and a repeat is refused`, async (t) => {
    const { store, stop } = await givenPaymentStore(open)
    t.after(stop)
    await store.run(recordPaymentFact, givenFact())
    const asked = await store.run(requestRefund, request)
    assert.equal(asked.kind, 'requested')
    assert.equal(await statusOf(store), 'paid')
    await refundAll(store)
    assert.equal(await statusOf(store), 'canceled')
    const again = await store.run(requestRefund, request)
    assert.deepEqual(again.kind === 'refused' && again.code, 'refund_amount_too_large')
  })

  test(`${name}: parts add up to the whole, and only the last one cancels`, async (t) => {
    const settings = { toggles: { partialRefund: true } as never }
    const { store, stop } = await givenPaymentStore(open, { settings })
    t.after(stop)
    await store.run(recordPaymentFact, givenFact())
    await store.run(requestRefund, { ...request, amount: 50 })
    await refundAll(store)
    assert.equal(await statusOf(store), 'paid')
    assert.deepEqual(await notificationTypes(store), ['order_paid', 'partial_refund'])
    await store.run(requestRefund, request)
    await refundAll(store)
    assert.equal(await statusOf(store), 'canceled')
    assert.deepEqual(await refunds(store), [
      { amount: 50, code: 1, state: 'succeeded' },
      { amount: 149, code: 1, state: 'succeeded' },
    ])
  })

  test(`${name}: refunds asked for at once never exceed the payment`, async (t) => {
    const { store, stop } = await givenPaymentStore(open)
    t.after(stop)
    await store.run(recordPaymentFact, givenFact())
    const asked = await Promise.all(
      Array.from({ length: 5 }, () => store.run(requestRefund, { ...request, amount: 100 })),
    )
    assert.equal(asked.filter((each) => each.kind === 'requested').length, 1)
  })

  test(`${name}: a refund that is told before its payment waits for it`, async (t) => {
    const { store, stop } = await givenPaymentStore(open)
    t.after(stop)
    const refund = givenFact({ type: 'refund.succeeded', eventId: 'evt-r', providerReference: 're-1' })
    assert.equal((await store.run(recordPaymentFact, refund)).note, 'parked')
    await store.run(recordPaymentFact, givenFact())
    assert.equal(await statusOf(store), 'canceled')
  })

  test(`${name}: a refund made at the provider cancels the order`, async (t) => {
    const { store, stop } = await givenPaymentStore(open)
    t.after(stop)
    await store.run(recordPaymentFact, givenFact())
    const refund = givenFact({ type: 'refund.succeeded', eventId: 'evt-r', providerReference: 're-1' })
    assert.deepEqual((await store.run(recordPaymentFact, refund)).order, { id: ORDER_ID, status: 'canceled' })
  })

  test(`${name}: the callback of our own refund is not counted a second time`, async (t) => {
    const { store, stop } = await givenPaymentStore(open)
    t.after(stop)
    await store.run(recordPaymentFact, givenFact())
    await store.run(requestRefund, { ...request, amount: 100 })
    const callback = givenFact({ type: 'refund.succeeded', eventId: 'evt-r', providerReference: 're-1', amount: 100 })
    assert.equal((await store.run(recordPaymentFact, callback)).note, 'applied')
    assert.deepEqual(await refunds(store), [{ amount: 100, code: 1, state: 'succeeded' }])
    assert.deepEqual(await store.run(claimRefunds, null), [])
  })

  test(`${name}: a claimed refund is nobody else's, and a late answer changes nothing`, async (t) => {
    const { store, stop } = await givenPaymentStore(open)
    t.after(stop)
    await store.run(recordPaymentFact, givenFact())
    await store.run(requestRefund, request)
    const [claimed] = await store.run(claimRefunds, null)
    assert.deepEqual(await store.run(claimRefunds, null), [])
    const outcome = { projectId: PROJECT_ID, refundId: claimed?.request.refundId as number, leaseToken: 99 }
    const answer = { kind: 'succeeded', providerReference: 're-1' } as const
    assert.equal(await store.run(recordRefund, { ...outcome, answer }), false)
    assert.equal(await statusOf(store), 'paid')
  })

  test(`${name}: a lost dispute takes the order back`, async (t) => {
    const { store, stop } = await givenPaymentStore(open)
    t.after(stop)
    await store.run(recordPaymentFact, givenFact())
    const dispute = givenFact({ type: 'dispute.lost', eventId: 'evt-d', providerReference: 'dp-1' })
    assert.deepEqual((await store.run(recordPaymentFact, dispute)).order, { id: ORDER_ID, status: 'canceled' })
    assert.deepEqual(await refunds(store), [{ amount: 199, code: 2, state: 'succeeded' }])
  })
})
