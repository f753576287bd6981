// Every move of an order and all that follows from it, on every store.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachStore } from '../platform/store/testing/index.ts'
import { PROJECT_ID, userParty } from './testing/given-rows.ts'
import { openShop } from './testing/open-shop.ts'
import { moveTogether } from './testing/test-commands.ts'

const SEPARATE = { settings: { webhookMode: 'separate' } } as const
const EVENTS = { settings: { isEventsApiOn: true } } as const

eachStore((name, open) => {
  test(`${name}: a payment makes a new order paid and tells everybody`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy()
    shop.wakeUps.length = 0
    const paymentId = await shop.payment(id)
    const result = await shop.move(id, 'paid', 'payment_succeeded', { paymentId })
    assert.deepEqual(result, { kind: 'applied', from: 'new', status: 'paid' })
    const order = await shop.order(id)
    assert.deepEqual(
      [order.status, order.accepted_payment_id, order.timeline_length, order.paid_at === order.updated_at],
      ['paid', paymentId, 2, true],
    )
    assert.deepEqual(await shop.timeline(id), ['→new applied order_created', 'new→paid applied payment_succeeded'])
    assert.deepEqual(await shop.published(), [`1:${id}:new`, `2:${id}:paid`])
    assert.deepEqual(await shop.line(id), ['order_paid:due'])
    assert.deepEqual(
      shop.wakeUps.map(({ kind }) => kind),
      ['publication', 'delivery_due', 'order_status'],
    )
  })

  test(`${name}: ignores a second paid callback`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy()
    await shop.pay(id)
    assert.deepEqual(await shop.pay(id), { kind: 'ignored', reason: 'same', status: 'paid' })
    assert.equal((await shop.timeline(id)).length, 2)
    assert.equal((await shop.published()).length, 2)
    assert.deepEqual(await shop.line(id), ['order_paid:due'])
  })

  test(`${name}: of two callers at once one is applied and the other ignored`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy()
    const [first, second] = [await shop.payment(id), await shop.payment(id)]
    const results = await Promise.all([
      shop.move(id, 'paid', 'payment_succeeded', { paymentId: first }),
      shop.move(id, 'paid', 'payment_succeeded', { paymentId: second }),
    ])
    assert.deepEqual(results.map(({ kind }) => kind).sort(), ['applied', 'ignored'])
    assert.deepEqual(await shop.published(), [`1:${id}:new`, `2:${id}:paid`])
    assert.equal((await shop.notifications(id)).length, 1)
  })

  test(`${name}: an order of another project, or none, is absent`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy()
    const cause = { kind: 'fulfilled', reference: null } as const
    assert.deepEqual(await shop.move(id, 'done', 'fulfilled', { projectId: 2, cause }), { kind: 'absent' })
    assert.deepEqual(await shop.move(1, 'done', 'fulfilled'), { kind: 'absent' })
  })

  test(`${name}: separate mode tells of the payment first`, async (t) => {
    const shop = await openShop(t, open, SEPARATE)
    const id = await shop.buy()
    await shop.pay(id)
    assert.deepEqual(await shop.line(id), ['payment:due', 'order_paid:blocked'])
    const bodies = (await shop.notifications(id)).map(({ body }) => [body.notification_type, 'billing' in body])
    assert.deepEqual(bodies, [
      ['payment', false],
      ['order_paid', false],
    ])
  })

  test(`${name}: with the events API on the same news are events, and no webhook is made`, async (t) => {
    const shop = await openShop(t, open, { settings: { isEventsApiOn: true, webhookMode: 'separate' } })
    const id = await shop.buy()
    await shop.pay(id)
    assert.deepEqual(await shop.line(id), [])
    assert.deepEqual(await shop.events(id), ['payment', 'order_paid'])
    const [payment] = await shop.notifications(id)
    assert.equal(payment?.route, 'events')
    assert.equal(payment?.body.purchase.order.id, id)
  })

  test(`${name}: where nobody can listen a paid order is done at once, and both statuses are seen`, async (t) => {
    const shop = await openShop(t, open, { webhook: null })
    const id = await shop.buy()
    assert.deepEqual(await shop.pay(id), { kind: 'applied', from: 'new', status: 'done' })
    assert.deepEqual(await shop.published(), [`1:${id}:new`, `2:${id}:paid`, `3:${id}:done`])
    assert.deepEqual(await shop.timeline(id), [
      '→new applied order_created',
      'new→paid applied payment_succeeded',
      'paid→done applied no_listener',
    ])
    assert.deepEqual(await shop.notifications(id), [])
    const order = await shop.order(id)
    assert.deepEqual([order.status, order.timeline_length], ['done', 3])
    assert.deepEqual([order.paid_at === null, order.accepted_payment_id === null], [false, false])
  })

  test(`${name}: without a listener, but fulfilled by API, the order stays paid`, async (t) => {
    const shop = await openShop(t, open, { webhook: null, settings: { fulfilment: 'api' } })
    const id = await shop.buy()
    assert.deepEqual(await shop.pay(id), { kind: 'applied', from: 'new', status: 'paid' })
  })

  test(`${name}: without webhook settings, but with the events API on, somebody listens`, async (t) => {
    const shop = await openShop(t, open, { webhook: null, settings: { isEventsApiOn: true } })
    const id = await shop.buy()
    assert.deepEqual(await shop.pay(id), { kind: 'applied', from: 'new', status: 'paid' })
    assert.deepEqual([await shop.events(id), await shop.line(id)], [['order_paid'], []])
  })

  test(`${name}: disabled webhooks keep the order paid and its webhooks paused`, async (t) => {
    const shop = await openShop(t, open, { ...SEPARATE, webhook: { is_enabled: 0 } })
    const id = await shop.buy()
    assert.deepEqual(await shop.pay(id), { kind: 'applied', from: 'new', status: 'paid' })
    assert.deepEqual(await shop.line(id), ['payment:paused', 'order_paid:blocked'])
  })

  test(`${name}: settings without a URL pause as well`, async (t) => {
    const shop = await openShop(t, open, { webhook: { url: '' } })
    const id = await shop.buy()
    await shop.pay(id)
    assert.deepEqual(await shop.line(id), ['order_paid:paused'])
  })

  test(`${name}: an acknowledged order is done, and nobody is told by webhook`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy()
    await shop.pay(id)
    const result = await shop.move(id, 'done', 'order_paid_accepted')
    assert.deepEqual(result, { kind: 'applied', from: 'paid', status: 'done' })
    assert.deepEqual(await shop.published(), [`1:${id}:new`, `2:${id}:paid`, `3:${id}:done`])
    assert.equal((await shop.notifications(id)).length, 1)
  })

  test(`${name}: each way of fulfilment is refused where the project set the other`, async (t) => {
    const acknowledged = await openShop(t, open)
    const first = await acknowledged.buy()
    await acknowledged.pay(first)
    const refused = { kind: 'refused', code: 'fulfilment_way_refused', status: 'paid' }
    assert.deepEqual(await acknowledged.move(first, 'done', 'fulfilled'), refused)

    const byApi = await openShop(t, open, { settings: { fulfilment: 'api' } })
    const second = await byApi.buy()
    await byApi.pay(second)
    assert.deepEqual(await byApi.move(second, 'done', 'order_paid_accepted'), refused)
    assert.deepEqual(await byApi.move(second, 'done', 'event_processed'), refused)
    assert.deepEqual(await byApi.move(second, 'done', 'fulfilled'), { kind: 'applied', from: 'paid', status: 'done' })
  })

  test(`${name}: a new order is canceled without a word to the game`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy()
    assert.deepEqual(await shop.move(id, 'canceled', 'staff_cancel'), {
      kind: 'applied',
      from: 'new',
      status: 'canceled',
    })
    assert.deepEqual(await shop.published(), [`1:${id}:new`, `2:${id}:canceled`])
    assert.deepEqual(await shop.notifications(id), [])
  })

  for (const state of ['pending', 'authorized', 'in_review'])
    test(`${name}: an order with a payment ${state} is neither canceled nor expired`, async (t) => {
      const shop = await openShop(t, open)
      const id = await shop.buy()
      await shop.payment(id, { state })
      const refused = { kind: 'refused', code: 'payment_pending', status: 'new' }
      assert.deepEqual(await shop.move(id, 'canceled', 'staff_cancel'), refused)
      assert.deepEqual(await shop.move(id, 'expired', 'expired'), refused)
    })

  test(`${name}: an expired order is silent, and a late payment still counts`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy()
    await shop.move(id, 'expired', 'expired')
    assert.deepEqual(await shop.published(), [`1:${id}:new`])
    assert.deepEqual(await shop.pay(id), { kind: 'applied', from: 'expired', status: 'paid' })
    assert.deepEqual(await shop.published(), [`1:${id}:new`, `2:${id}:paid`])
    assert.deepEqual(await shop.line(id), ['order_paid:due'])
  })

  test(`${name}: expired is published to projects that asked for it`, async (t) => {
    const shop = await openShop(t, open, { settings: { isExpiredShown: true } })
    const id = await shop.buy()
    await shop.move(id, 'expired', 'expired')
    assert.deepEqual(await shop.published(), [`1:${id}:new`, `2:${id}:expired`])
  })

  test(`${name}: a full refund before any attempt voids order_paid, and no order_canceled follows`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy()
    await shop.pay(id)
    assert.deepEqual(await shop.giveBack(id), { kind: 'applied', from: 'paid', status: 'canceled' })
    assert.deepEqual(await shop.line(id), ['order_paid:void'])
    assert.deepEqual(await shop.published(), [`1:${id}:new`, `2:${id}:paid`, `3:${id}:canceled`])
  })

  test(`${name}: after an attempt order_canceled waits for order_paid to end`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy()
    await shop.pay(id)
    await shop.attempt(id)
    await shop.giveBack(id)
    assert.deepEqual(await shop.line(id), ['order_paid:due', 'order_canceled:blocked'])
    const [paid, canceled] = await shop.notifications(id)
    assert.equal(canceled?.body.order.status, 'canceled')
    // Columns that no move reads: both bodies are made of the whole order.
    assert.deepEqual([paid?.body.user.email, canceled.body.user.email], ['ann@example.com', 'ann@example.com'])
    assert.equal(canceled?.body.billing?.refund_details.code, 1)
  })

  test(`${name}: what was paid while nobody listened is not taken back from a listener set up later`, async (t) => {
    const shop = await openShop(t, open, { webhook: null })
    const id = await shop.buy()
    await shop.pay(id)
    await shop.setWebhook()
    await shop.giveBack(id)
    assert.deepEqual(await shop.line(id), [])
  })

  test(`${name}: what was told by an event is taken back by webhook after the switch`, async (t) => {
    const shop = await openShop(t, open, EVENTS)
    const id = await shop.buy()
    await shop.pay(id)
    await shop.change({ isEventsApiOn: false })
    await shop.giveBack(id)
    assert.deepEqual([await shop.events(id), await shop.line(id)], [['order_paid'], ['order_canceled:due']])
  })

  test(`${name}: settings changed after the payment do not touch what was rendered`, async (t) => {
    const shop = await openShop(t, open, { webhook: { version: 2 } })
    const id = await shop.buy()
    await shop.pay(id)
    const [before] = await shop.notifications(id)
    await shop.change({ isBundleContentSent: false, webhookMode: 'separate' })
    const [after] = await shop.notifications(id)
    assert.deepEqual(after, before)
    assert.equal(after?.body.items[0]?.is_bundle_content, false)
  })

  test(`${name}: late facts are kept once in the timeline and change nothing`, async (t) => {
    const shop = await openShop(t, open)
    const id = await shop.buy()
    await shop.pay(id)
    await shop.giveBack(id)
    const late = { kind: 'ignored', reason: 'late', status: 'canceled' }
    const fact = { cause: { kind: 'payment_succeeded', reference: 'evt-1' }, paymentId: 1 } as const
    assert.deepEqual(await shop.move(id, 'paid', 'payment_succeeded', fact), late)
    assert.deepEqual(await shop.move(id, 'paid', 'payment_succeeded', fact), late)
    assert.deepEqual((await shop.timeline(id)).slice(3), ['canceled→paid ignored payment_succeeded'])
    assert.equal((await shop.order(id)).timeline_length, 4)
    assert.deepEqual(await shop.published(), [`1:${id}:new`, `2:${id}:paid`, `3:${id}:canceled`])
  })

  test(`${name}: a refused member leaves its neighbours alone`, async (t) => {
    const shop = await openShop(t, open)
    const ids = [await shop.buy(), await shop.buy(), await shop.buy({ party: userParty('bob') })]
    const [first = 0, refused = 0, third = 0] = ids
    await shop.move(refused, 'canceled', 'staff_cancel')
    const payments = await Promise.all(ids.map((id) => shop.payment(id)))
    const results = await Promise.all([
      shop.move(first, 'paid', 'payment_succeeded', { paymentId: payments[0] }),
      shop.move(refused, 'expired', 'expired'),
      shop.move(third, 'paid', 'payment_succeeded', { paymentId: payments[2] }),
      shop.move(1, 'done', 'fulfilled'),
    ])
    assert.deepEqual(
      results.map((result) => (result.kind === 'refused' ? result.code : result.kind)),
      ['applied', 'transition_refused', 'applied', 'absent'],
    )
    assert.deepEqual(await shop.published(userParty('bob')), [`1:${third}:new`, `2:${third}:paid`])
  })

  test(`${name}: an order that stands in a call several times moves step by step`, async (t) => {
    const shop = await openShop(t, open, { settings: { fulfilment: 'api' } })
    const id = await shop.buy()
    const paymentId = await shop.payment(id)
    const order = { projectId: PROJECT_ID, orderId: id }
    const results = await shop.store.run(moveTogether, [
      { ...order, to: 'paid', cause: { kind: 'payment_succeeded', reference: null }, paymentId },
      { ...order, to: 'done', cause: { kind: 'fulfilled', reference: null } },
      { ...order, to: 'done', cause: { kind: 'fulfilled', reference: null } },
    ])
    assert.deepEqual(results, [
      { kind: 'applied', from: 'new', status: 'paid' },
      { kind: 'applied', from: 'paid', status: 'done' },
      { kind: 'ignored', reason: 'same', status: 'done' },
    ])
  })
})
