// The same request twice, at once or later, has one effect and one answer.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallAnswer, CallAs } from './testing/call-server.ts'
import { eachAcceptanceStore } from './testing/given-server.ts'
import { bodyOf, givenShop, givenShopAndGame, type Json, type Shop } from './testing/given-shop.ts'

const CALLERS = 12
const times = <Value>(make: (index: number) => Promise<Value>): Promise<readonly Value[]> =>
  Promise.all(Array.from({ length: CALLERS }, (_, index) => make(index)))

function buyOnce(shop: Shop, as: CallAs, key: string, body: unknown = {}): Promise<CallAnswer> {
  const path = `/api/v2/project/${shop.projectId}/payment/item/sword_1`
  return shop.server.call('POST', path, { as, body, headers: { 'idempotency-key': key } })
}

async function orderCount(shop: Shop): Promise<unknown> {
  const path = `/api/v3/project/${shop.projectId}/admin/order/search`
  return bodyOf(await shop.server.call('POST', path, { as: shop.key, body: {} }), 200).total_items_count
}

function success(orderId: number, part: Json = {}): Json {
  return {
    type: 'payment.succeeded',
    order: { id: orderId },
    amount: { value: 499, currency: 'USD' },
    provider: 'own',
    provider_reference: `p-${orderId}`,
    occurred_at: '2026-11-21T00:00:00Z',
    ...part,
  }
}

/** What was taken of the player and not given back, in minor units. */
async function moneyKept(shop: Shop, orderId: number): Promise<number> {
  const { payments, refunds } = await shop.story(orderId)
  const sum = (rows: readonly Json[]) =>
    rows.filter(({ state }) => state === 'succeeded').reduce((total, { amount }) => total + Number(amount), 0)
  return sum(payments) - sum(refunds)
}

eachAcceptanceStore((store) => {
  test(`${store}: an order that is asked for again is the same order, at once and later`, async (t) => {
    const shop = await givenShop(t, { store })
    const as = { bearer: await shop.tokenOf('player-1') }
    const answers = await times(() => buyOnce(shop, as, 'key-1'))
    const first = bodyOf(answers[0] as CallAnswer, 200)
    for (const answer of [...answers, await buyOnce(shop, as, 'key-1')]) assert.deepEqual(bodyOf(answer, 200), first)
    const replayed = answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')
    assert.equal(replayed.length, CALLERS - 1)
    assert.equal(await orderCount(shop), 1)

    const reused = await buyOnce(shop, as, 'key-1', { quantity: 2 })
    assert.deepEqual([reused.status, (reused.body as Json).errorCode], [422, 0])
    const other = { bearer: await shop.tokenOf('player-2') }
    assert.notEqual(bodyOf(await buyOnce(shop, other, 'key-1'), 200).order_id, first.order_id)
    for (const key of ['', 'k'.repeat(256)]) {
      const refused = await buyOnce(shop, as, key)
      assert.deepEqual([refused.status, (refused.body as Json).errorCode], [422, 1102])
    }
    assert.equal(await orderCount(shop), 2)
  })

  test(`${store}: a request that was refused frees its key`, async (t) => {
    const shop = await givenShop(t, { store })
    const as = { bearer: await shop.tokenOf('player-1') }
    assert.equal((await buyOnce(shop, as, 'key-1', { currency: 'XXX' })).status, 422)
    bodyOf(await buyOnce(shop, as, 'key-1'), 200)
  })

  test(`${store}: a fact that is reported many times at once pays once`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    const { orderId } = await shop.buy({ bearer: await shop.tokenOf('player-1') })
    const report = (key: string, part: Json = {}) =>
      shop.own('POST', '/payment-events', success(orderId, part), { 'idempotency-key': key })
    const statuses = (await times(() => report('same'))).map(({ status }) => status)
    assert.deepEqual(
      [...new Set(statuses)].filter((status) => ![201, 409].includes(status)),
      [],
    )
    assert.ok(statuses.includes(201))
    const again = await report('same')
    assert.deepEqual([again.status, again.headers.get('idempotent-replayed')], [201, 'true'])
    const reused = await report('same', { method: 'card' })
    assert.deepEqual([reused.status, (reused.body as Json).code], [422, 'idempotency_key_reused'])

    for (const answer of await times((index) => report(`other-${index}`))) bodyOf(answer, 201)
    await shop.settle()
    const story = await shop.story(orderId)
    assert.equal(story.payments.length, 1)
    assert.deepEqual(
      story.timeline.filter(({ outcome }) => outcome === 'applied').map(({ to_status }) => to_status),
      ['new', 'paid', 'done'],
    )
    assert.equal(game.about(orderId).length, 1)
  })

  test(`${store}: a second payment of an order is given back, and the items are granted once`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    const { orderId, token } = await shop.buy({ bearer: await shop.tokenOf('player-1') })
    const presses = await times(() =>
      shop.server.call('POST', '/paystation4/api/pay', { body: { token, outcome: 'paid' } }),
    )
    assert.ok(presses.some(({ status }) => status === 200))
    await shop.settle()
    const { payments, refunds } = await shop.story(orderId)
    assert.equal(refunds.length, payments.length - 1)
    assert.deepEqual(
      refunds.filter(({ code, state }) => code !== 13 || state !== 'succeeded'),
      [],
    )
    assert.equal(await moneyKept(shop, orderId), 499)
    assert.deepEqual(
      game.about(orderId).map(({ type }) => type),
      ['order_paid'],
    )
    assert.equal((await shop.story(orderId)).order.status, 'done')
  })

  test(`${store}: many who refund at once give the money back once`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    const { orderId } = await shop.sell({ bearer: await shop.tokenOf('player-1') })
    await shop.settle()
    const answers = await times(() => shop.own('POST', `/orders/${orderId}/refunds`, { code: 1 }))
    const accepted = answers.filter(({ status }) => status === 202)
    assert.equal(accepted.length, 1)
    await shop.settle()
    assert.equal(await moneyKept(shop, orderId), 0)
    assert.deepEqual(
      game.about(orderId).map(({ type }) => type),
      ['order_paid', 'order_canceled'],
    )
  })

  test(`${store}: gold is spent as often as there is gold, however many ask at once`, async (t) => {
    const shop = await givenShop(t, { store })
    const as = { bearer: await shop.tokenOf('player-1') }
    await shop.sell(as, 'gold_100')
    const answers = await times(() => shop.store(as, 'POST', '/payment/item/potion_1/virtual/gold', {}))
    const bought = answers.filter(({ status }) => status === 200)
    const refused = answers.filter(({ body }) => (body as Json).errorCode === 5006)
    assert.deepEqual([bought.length, refused.length], [4, CALLERS - 4])
  })
})
