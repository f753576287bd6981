// Facts that come before their order or payment: kept, applied when it appears, given up after three days.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importCatalog, loadDemoCatalog } from '../catalog/index.ts'
import { type CreateOrderInput, createOrder } from '../orders/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { sweepParkedFacts } from './parked-facts.ts'
import { givenFact } from './testing/given-fact.ts'
import { ORDER_ID, openPayments, type Payments, PROJECT_ID } from './testing/payment-store.ts'

const HOUR_MS = 3_600_000
const named = { order: { externalId: 'shop-7781' } }

/** The id of a new order of one sword under that external id. */
async function buy({ store }: Payments, externalId: string | null = 'shop-7781'): Promise<number> {
  const catalog = { projectId: PROJECT_ID, mode: 'replace', catalog: loadDemoCatalog(), actor: 'test' } as const
  await store.run(importCatalog, catalog)
  const input: CreateOrderInput = {
    party: { projectId: PROJECT_ID, kind: 'user', id: 'ann' },
    source: { kind: 'item', sku: 'sword_1', quantity: 1 },
    paidWith: { kind: 'money' },
    promoCode: null,
    currency: null,
    country: 'US',
    mode: 'default',
    platform: 'xsolla',
    email: 'ann@example.com',
    userDetails: '{}',
    externalId,
    customParameters: null,
    settings: '{}',
    token: null,
    requestKey: null,
    actor: null,
  }
  const result = await store.run(createOrder, input)
  assert.equal(result.kind, 'created')
  return (result as { orderId: number }).orderId
}

/** What a sword of the demo catalog costs. */
async function price(shop: Payments): Promise<number> {
  const id = await buy(shop, null)
  const order = await shop.store.read
    .selectFrom('orders')
    .select('amount')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return order.amount
}

eachStore((name, open) => {
  test(`${name}: a fact for an unknown order is parked for 72 hours`, async (t) => {
    const shop = await openPayments(t, open)
    const result = await shop.tell(named)
    assert.deepEqual([result.note, result.isApplied, result.order], ['parked', false, null])
    const row = await shop.store.read.selectFrom('payment_events').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([row.state, (row.parked_until as number) - row.received_at], ['parked', 72 * HOUR_MS])
    assert.deepEqual(await shop.payments(), [])
  })

  test(`${name}: the order is paid as soon as it is created, and the record keeps its id`, async (t) => {
    const shop = await openPayments(t, open, { order: null })
    const amount = await price(shop)
    const parked = await shop.tell({ ...named, amount })
    const orderId = await buy(shop)
    assert.equal(await shop.status(orderId), 'paid')
    const row = await shop.store.read.selectFrom('payment_events').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual(
      [row.id, row.state, row.note, row.order_id, row.parked_until],
      [parked.eventId, 'applied', 'applied', orderId, null],
    )
    assert.deepEqual((await shop.tell({ ...named, amount })).order, { id: orderId, status: 'paid' })
  })

  test(`${name}: payment and refund that waited together end in a canceled order, in either order`, async (t) => {
    for (const isRefundFirst of [true, false]) {
      const shop = await openPayments(t, open, { order: null })
      const amount = await price(shop)
      const facts = [
        givenFact({ ...named, amount, type: 'refund.succeeded', eventId: 'evt-r', providerReference: 're-1' }),
        givenFact({ ...named, amount }),
      ]
      for (const fact of isRefundFirst ? facts : facts.toReversed()) await shop.tell(fact)
      assert.equal(await shop.status(await buy(shop)), 'canceled')
      assert.deepEqual(
        (await shop.records()).map(({ state }) => state),
        ['applied', 'applied'],
      )
    }
  })

  test(`${name}: a wrong amount that waited pays nothing`, async (t) => {
    const shop = await openPayments(t, open, { order: null })
    await shop.tell({ ...named, amount: 1 })
    assert.equal(await shop.status(await buy(shop)), 'new')
    assert.deepEqual(await shop.records(), [{ event_id: 'evt-1', state: 'needs_review', note: 'amount_mismatch' }])
  })

  test(`${name}: a fact that waits is nobody else's`, async (t) => {
    const shop = await openPayments(t, open, { order: null })
    await shop.tell(named)
    assert.equal(await shop.status(await buy(shop, 'shop-9')), 'new')
    assert.equal(await shop.status(await buy(shop, null)), 'new')
  })

  test(`${name}: a refund that waits for an order's payment stays with it when a new order has the same name`, async (t) => {
    const shop = await openPayments(t, open, { order: null })
    const first = 5
    await shop.addOrder({ id: first, external_id: 'shop-7781' })
    await shop.tellRefund(named)
    const second = await buy(shop)
    await shop.tell({ order: { id: first } })
    assert.deepEqual([await shop.status(first), await shop.status(second)], ['canceled', 'new'])
  })

  test(`${name}: the sweep finds an order that appeared behind the back of its fact`, async (t) => {
    const shop = await openPayments(t, open, { order: null })
    await shop.tell(named)
    await shop.addOrder({ external_id: 'shop-7781' })
    assert.equal(await shop.status(), 'new')
    assert.equal(await shop.store.run(sweepParkedFacts, null), 1)
    assert.equal(await shop.status(), 'paid')
    assert.equal(await shop.store.run(sweepParkedFacts, null), 0)
  })

  test(`${name}: after 72 hours a fact is unmatched, a person is told, and an order comes too late for it`, async (t) => {
    const shop = await openPayments(t, open, { order: null })
    await shop.tell(named)
    await shop.store.skipTime(72 * HOUR_MS - 60_000)
    assert.equal(await shop.store.run(sweepParkedFacts, null), 0)
    await shop.store.skipTime(60_000)
    assert.equal(await shop.store.run(sweepParkedFacts, null), 1)
    assert.deepEqual(await shop.records(), [{ event_id: 'evt-1', state: 'unmatched', note: 'parked' }])
    assert.deepEqual(shop.alarms, ['payment_unmatched'])
    assert.equal(await shop.status(await buy(shop)), 'new')
  })

  test(`${name}: a refund that is told before its payment waits for it`, async (t) => {
    const shop = await openPayments(t, open)
    assert.equal((await shop.tellRefund()).note, 'parked')
    assert.deepEqual((await shop.tell()).order, { id: ORDER_ID, status: 'canceled' })
    assert.deepEqual(
      (await shop.records()).map(({ note }) => note),
      ['applied', 'applied'],
    )
  })

  test(`${name}: a refund of a payment that is only authorised waits for its success`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell({ type: 'payment.authorized', eventId: 'evt-0' })
    assert.equal((await shop.tellRefund({ paymentReference: 'pay-1' })).note, 'parked')
    assert.equal((await shop.tell()).order?.status, 'canceled')
  })

  test(`${name}: a refund of a second payment waits for that one, not for the first`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tellRefund({ paymentReference: 'pay-2' })
    assert.equal((await shop.tell()).order?.status, 'paid')
    assert.deepEqual(
      (await shop.records()).map(({ state }) => state),
      ['parked', 'applied'],
    )
    await shop.tell({ eventId: 'evt-2', providerReference: 'pay-2' })
    assert.equal(await shop.status(), 'paid')
    // What the provider gave back by itself is the refund that we owed, so nothing is asked of it a second time.
    assert.deepEqual(await shop.refunds(), [{ amount: 199, code: 13, state: 'succeeded' }])
  })

  test(`${name}: a refund that waits again waits no longer than it was first told`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tellRefund({ paymentReference: 'pay-9' })
    const until = () =>
      shop.store.read.selectFrom('payment_events').select('parked_until').orderBy('id').executeTakeFirst()
    const before = await until()
    await shop.store.skipTime(HOUR_MS)
    await shop.tell()
    assert.deepEqual(await until(), before)
  })

  test(`${name}: a fact told twice while it waits has one record`, async (t) => {
    const shop = await openPayments(t, open)
    const [first, again] = [await shop.tell(named), await shop.tell(named)]
    assert.deepEqual([again.note, again.eventId, again.order], ['duplicate', first.eventId, null])
    assert.equal((await shop.records()).length, 1)
  })
})
