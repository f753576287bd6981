// Facts about payments on a real store: which order they move, and what is kept of the rest.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, type Command, oneByOne, type Row, rareCommand } from '../platform/store/index.ts'
import { eachStore, seedRows } from '../platform/store/testing/index.ts'
import type { FactResult, PaymentFact } from './payment-fact.ts'
import { recordPaymentFacts } from './record-payment-facts.ts'
import { givenFact } from './testing/given-fact.ts'
import { ORDER_ID, openPayments, type Payments, PROJECT_ID } from './testing/payment-store.ts'

const dropWebhook: Command<null, null> = rareCommand('test.drop-webhook')
const tellTogether: Command<readonly PaymentFact[], readonly FactResult[]> = rareCommand('test.tell-together')
const commands = [
  bind(tellTogether, oneByOne(recordPaymentFacts)),
  bind(
    dropWebhook,
    oneByOne(async (tx) => {
      await tx.db.deleteFrom('webhook_settings').execute()
      return null
    }),
  ),
]

function goldPackage(): Row<'order_items'> {
  const free = { is_free: 0, is_bonus: 0, is_bundle_content: 0, is_pre_order: 0 }
  const told = { promotions: '[]', custom_attributes: null, description: null }
  const bought = { item_id: 1, sku: 'gold', type: 'virtual_currency', name: 'Gold', quantity: 100, amount: 199 }
  return {
    project_id: PROJECT_ID,
    order_id: ORDER_ID,
    position: 1,
    ...bought,
    amount_without_discount: 199,
    ...free,
    ...told,
  }
}

async function balances({ store }: Payments): Promise<readonly number[]> {
  const rows = await store.read.selectFrom('virtual_currency_balances').select('balance').execute()
  return rows.map(({ balance }) => balance)
}

const psDeclined = { toggles: { psDeclined: true } }

eachStore((name, open) => {
  test(`${name}: the first matching payment pays the order once, however often it is told`, async (t) => {
    const shop = await openPayments(t, open)
    const results = [await shop.tell(), await shop.tell(), await shop.tell({ eventId: 'evt-2' })]
    assert.deepEqual(
      results.map(({ note, isApplied, order }) => [note, isApplied, order?.status]),
      [
        ['applied', true, 'paid'],
        ['duplicate', false, 'paid'],
        ['duplicate', false, 'paid'],
      ],
    )
    assert.equal(results[1]?.eventId, results[0]?.eventId)
    assert.deepEqual(await shop.payments(), [{ provider_reference: 'pay-1', state: 'succeeded' }])
    assert.deepEqual(await shop.told(), ['order_paid'])
    assert.deepEqual(shop.alarms, [])
  })

  test(`${name}: the paid order names the payment that paid it`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    const payment = await shop.store.read.selectFrom('payments').selectAll().executeTakeFirstOrThrow()
    const order = await shop.store.read.selectFrom('orders').selectAll().executeTakeFirstOrThrow()
    assert.equal(order.accepted_payment_id, payment.id)
    assert.deepEqual([payment.amount, payment.currency, payment.method, payment.is_sandbox], [199, 'USD', 1380, 0])
  })

  test(`${name}: callers that tell the same fact at once pay the order once`, async (t) => {
    const shop = await openPayments(t, open)
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => shop.tell({ eventId: `evt-${index % 4}` })),
    )
    assert.equal(results.filter((result) => result.note === 'applied').length, 1)
    assert.deepEqual(await shop.told(), ['order_paid'])
  })

  test(`${name}: a late payment pays an expired order`, async (t) => {
    const shop = await openPayments(t, open, { order: { status: 'expired' } })
    assert.deepEqual((await shop.tell()).order, { id: ORDER_ID, status: 'paid' })
  })

  test(`${name}: where nobody listens, the payment's answer says that the order is done`, async (t) => {
    const shop = await openPayments(t, open, { commands })
    await shop.store.run(dropWebhook, null)
    assert.deepEqual((await shop.tell()).order, { id: ORDER_ID, status: 'done' })
  })

  test(`${name}: a second payment is recorded, moves nothing, raises an alarm and is given back`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    const second = await shop.tell({ eventId: 'evt-2', providerReference: 'pay-2' })
    assert.deepEqual([second.note, second.isApplied, second.order?.status], ['second_payment', false, 'paid'])
    assert.deepEqual(await shop.refunds(), [{ amount: 199, code: 13, state: 'requested' }])
    assert.deepEqual(shop.alarms, ['second_payment'])
    await shop.answerRefunds()
    assert.equal(await shop.status(), 'paid')
    assert.deepEqual(await shop.told(), ['order_paid'])
  })

  test(`${name}: two names of one order, told in one group, are one order`, async (t) => {
    const shop = await openPayments(t, open, { commands, order: { external_id: 'shop-7' } })
    const named = { eventId: 'evt-2', providerReference: 'pay-2', order: { externalId: 'shop-7' } }
    const results = await shop.store.run(tellTogether, [givenFact(), givenFact(named)])
    assert.deepEqual(
      results.map(({ note }) => note),
      ['applied', 'second_payment'],
    )
    assert.deepEqual(await shop.refunds(), [{ amount: 199, code: 13, state: 'requested' }])
  })

  test(`${name}: a payment after cancellation stands in the timeline and is given back`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.tellRefund()
    const late = await shop.tell({ eventId: 'evt-2', providerReference: 'pay-2' })
    assert.deepEqual([late.note, late.order?.status], ['second_payment', 'canceled'])
    assert.deepEqual(await shop.timeline(), [
      'new → paid: applied, payment_succeeded',
      'paid → canceled: applied, refund_succeeded',
      'canceled → paid: ignored, payment_succeeded',
    ])
    assert.deepEqual((await shop.refunds()).at(-1), { amount: 199, code: 13, state: 'requested' })
  })

  test(`${name}: a payment of an order that staff canceled is given back`, async (t) => {
    const shop = await openPayments(t, open, { order: { status: 'canceled' } })
    assert.equal((await shop.tell()).note, 'payment_after_cancellation')
    assert.deepEqual(await shop.refunds(), [{ amount: 199, code: 13, state: 'requested' }])
    assert.deepEqual(shop.alarms, ['payment_after_cancellation'])
    assert.deepEqual(await shop.told(), [])
  })

  for (const [what, changes, note] of [
    ['amount', { amount: 100 }, 'amount_mismatch'],
    ['currency', { currency: 'EUR' }, 'amount_mismatch'],
    ['mode', { isSandbox: true }, 'sandbox_mismatch'],
  ] as const) {
    test(`${name}: a wrong ${what} waits for review, moves nothing and raises an alarm`, async (t) => {
      const shop = await openPayments(t, open)
      const result = await shop.tell(changes)
      assert.deepEqual([result.note, result.isApplied, result.order?.status], [note, false, 'new'])
      assert.deepEqual(await shop.payments(), [{ provider_reference: 'pay-1', state: 'in_review' }])
      assert.deepEqual(await shop.records(), [{ event_id: 'evt-1', state: 'needs_review', note }])
      assert.deepEqual(await shop.refunds(), [])
      assert.deepEqual(shop.alarms, [`payment_${note}`])
      assert.deepEqual(await shop.told(), [])
    })
  }

  test(`${name}: a right payment pays the order beside one in review`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell({ amount: 100 })
    const right = await shop.tell({ eventId: 'evt-2', providerReference: 'pay-2' })
    assert.deepEqual([right.note, right.order?.status], ['applied', 'paid'])
  })

  test(`${name}: the sum that was taken counts, not the one that was authorised`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell({ type: 'payment.authorized', eventId: 'evt-0', amount: 500 })
    await shop.tell()
    const payment = await shop.store.read.selectFrom('payments').select('amount').executeTakeFirstOrThrow()
    assert.equal(payment.amount, 199)
    await shop.tellRefund()
    assert.equal(await shop.status(), 'canceled')
  })

  test(`${name}: a payment never pays two orders`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.addOrder({ id: ORDER_ID + 1 })
    await shop.tell({ type: 'payment.authorized', eventId: 'evt-0' })
    const other = await shop.tell({ order: { id: ORDER_ID + 1 } })
    assert.deepEqual([other.note, other.order?.status], ['other_order', 'new'])
    assert.deepEqual(await shop.payments(), [{ provider_reference: 'pay-1', state: 'authorized' }])
    assert.deepEqual(shop.alarms, ['payment_other_order'])
  })

  test(`${name}: an external id means the order whose payment it is, else the newest`, async (t) => {
    const shop = await openPayments(t, open, { order: { external_id: 'shop-7' } })
    const named = { order: { externalId: 'shop-7' } }
    await shop.tell({ ...named, type: 'payment.authorized', eventId: 'evt-0' })
    await shop.addOrder({ id: ORDER_ID + 1, external_id: 'shop-7' })
    assert.equal((await shop.tell(named)).order?.id, ORDER_ID)
    const next = await shop.tell({ ...named, eventId: 'evt-2', providerReference: 'pay-2' })
    assert.equal(next.order?.id, ORDER_ID + 1)
  })

  test(`${name}: a declined payment is told with its reason, where the project wants it`, async (t) => {
    const shop = await openPayments(t, open, { settings: psDeclined })
    await shop.tell({ type: 'payment.authorized', eventId: 'evt-0' })
    await shop.tell({ type: 'payment.failed', reason: { code: 7, text: 'stolen card' } })
    const { type, body } = await shop.store.read.selectFrom('notifications').selectAll().executeTakeFirstOrThrow()
    const { refund_details } = JSON.parse(body) as { refund_details: { code: number; reason_detail: string } }
    assert.deepEqual([type, refund_details.code, refund_details.reason_detail], ['ps_declined', 7, 'stolen card'])
    assert.equal(await shop.status(), 'new')
  })

  test(`${name}: money that comes after a decline forgets the decline`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell({ type: 'payment.failed', eventId: 'evt-0', reason: { code: null, text: 'try again' } })
    await shop.tell()
    const payment = await shop.store.read.selectFrom('payments').selectAll().executeTakeFirstOrThrow()
    assert.deepEqual([payment.state, payment.details], ['succeeded', '{}'])
  })

  test(`${name}: every fact is kept, and says what became of it`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.tell({ type: 'payment.authorized', eventId: 'evt-2' })
    await shop.tell({ eventId: 'evt-3' })
    assert.deepEqual(await shop.records(), [
      { event_id: 'evt-1', state: 'applied', note: 'applied' },
      { event_id: 'evt-2', state: 'ignored', note: 'late' },
      { event_id: 'evt-3', state: 'ignored', note: 'duplicate' },
    ])
  })

  test(`${name}: the same event id of two providers is two facts`, async (t) => {
    const shop = await openPayments(t, open)
    const [first, second] = [await shop.tell(), await shop.tell({ provider: 'other' })]
    assert.deepEqual([first.note, second.note], ['applied', 'second_payment'])
  })

  test(`${name}: facts of many orders at once move each of them`, async (t) => {
    const shop = await openPayments(t, open)
    const ids = Array.from({ length: 40 }, (_, index) => ORDER_ID + 1 + index)
    for (const id of ids) await shop.addOrder({ id })
    const told = ids.map((id) => shop.tell({ eventId: `evt-${id}`, providerReference: `pay-${id}`, order: { id } }))
    const results = await Promise.all(told)
    assert.deepEqual(
      results.map(({ order }) => order),
      ids.map((id) => ({ id, status: 'paid' })),
    )
  })

  test(`${name}: bought currency is credited once, and taken back with the order`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.store.run(seedRows, { table: 'order_items', rows: [goldPackage()] })
    await shop.tell()
    await shop.tell({ eventId: 'evt-2' })
    assert.deepEqual(await balances(shop), [100])
    await shop.tellRefund()
    assert.deepEqual(await balances(shop), [0])
  })
})
