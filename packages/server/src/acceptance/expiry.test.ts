// The end of unpaid orders, reached by skipping time, and the money that comes after it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachAcceptanceStore } from './testing/given-server.ts'
import { bodyOf, givenShopAndGame, type Json, type Shop } from './testing/given-shop.ts'

const HOUR_MS = 3_600_000
const LIFE_MS = 24 * HOUR_MS

/** Statuses of an order as players and as the game's server see it. */
async function shownTo(
  shop: Shop,
  jwt: string,
  orderId: number,
): Promise<{ readonly player: unknown; readonly search: unknown }> {
  const path = `/api/v3/project/${shop.projectId}/admin/order/search`
  const { orders } = bodyOf(await shop.server.call('POST', path, { as: shop.key, body: {} }), 200)
  const found = (orders as readonly Json[]).find((order) => order.order_id === orderId)
  return { player: (await shop.getOrder({ bearer: jwt }, orderId)).status, search: found?.status }
}

/** A success that a studio's own payment system reports. */
function lateSuccess(orderId: number): Json {
  return {
    type: 'payment.succeeded',
    order: { id: orderId },
    amount: { value: 499, currency: 'USD' },
    provider: 'own',
    provider_reference: `late-${orderId}`,
    occurred_at: '2026-11-21T00:00:00Z',
  }
}

/** The documented number on the page, and our own code where a program asks. */
async function assertAnswers2002(shop: Shop, token: string): Promise<void> {
  const page = await shop.server.call('GET', `/paystation4/?token=${token}`)
  assert.equal(page.status, 410)
  assert.match(/<main>.*<\/main>/s.exec(page.text)?.[0] ?? '', /Error 2002/)
  const refused = await shop.server.call('POST', '/paystation4/api/pay', { body: { token, outcome: 'paid' } })
  assert.deepEqual([refused.status, (refused.body as Json).code], [422, 'order_expired'])
}

eachAcceptanceStore((store) => {
  test(`${store}: an unpaid order expires after a day, silently for players, and its token answers 2002`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    const jwt = await shop.tokenOf('player-1')
    const watcher = await shop.watch(t, jwt)
    const { orderId, token } = await shop.buy({ bearer: jwt })
    await shop.skip(LIFE_MS - 60_000)
    assert.deepEqual(await shownTo(shop, jwt, orderId), { player: 'new', search: 'new' })
    await shop.skip(120_000)
    assert.deepEqual(await shownTo(shop, jwt, orderId), { player: 'new', search: 'expired' })
    await assertAnswers2002(shop, token)
    await shop.settle()
    assert.deepEqual(game.heard, [])
    assert.deepEqual(watcher.statusesOf(orderId), ['new'])
  })

  test(`${store}: a token that outlives its order answers 2002 as well`, async (t) => {
    const { shop } = await givenShopAndGame(t, { store })
    await shop.changeSettings({ payment_token_life_ms: 2 * LIFE_MS })
    const { token } = await shop.buy({ bearer: await shop.tokenOf('player-1') })
    await shop.skip(LIFE_MS + 1)
    await assertAnswers2002(shop, token)
  })

  test(`${store}: money that comes after the end pays the order as if it were new`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    const jwt = await shop.tokenOf('player-1')
    const watcher = await shop.watch(t, jwt)
    const { orderId } = await shop.buy({ bearer: jwt })
    await shop.skip(LIFE_MS + 1)
    const recorded = bodyOf(
      await shop.own('POST', '/payment-events', lateSuccess(orderId), { 'idempotency-key': 'late' }),
      201,
    )
    assert.deepEqual([recorded.applied, recorded.order], [true, { id: orderId, status: 'paid' }])
    await watcher.reached(orderId, 'done')
    assert.deepEqual(watcher.statusesOf(orderId), ['new', 'paid', 'done'])
    assert.deepEqual(
      game.heard.map(({ type }) => type),
      ['order_paid'],
    )
    const timeline = (await shop.story(orderId)).timeline.map(({ from_status, to_status }) => [from_status, to_status])
    assert.deepEqual(timeline, [
      [null, 'new'],
      ['new', 'expired'],
      ['expired', 'paid'],
      ['paid', 'done'],
    ])
  })

  test(`${store}: players of a project that opted in see an order expire`, async (t) => {
    const { shop } = await givenShopAndGame(t, { store })
    await shop.changeSettings({ is_expired_shown: true, order_life_ms: HOUR_MS })
    const jwt = await shop.tokenOf('player-1')
    const watcher = await shop.watch(t, jwt)
    const { orderId } = await shop.buy({ bearer: jwt })
    await shop.skip(HOUR_MS + 1)
    await watcher.reached(orderId, 'expired')
    assert.deepEqual(await shownTo(shop, jwt, orderId), { player: 'expired', search: 'expired' })
  })

  test(`${store}: an order whose payment is under way outlives its day`, async (t) => {
    const { shop } = await givenShopAndGame(t, { store })
    await shop.changeSettings({ order_life_ms: 60_000 })
    const jwt = await shop.tokenOf('player-1')
    const watcher = await shop.watch(t, jwt)
    const { orderId, token } = await shop.buy({ bearer: jwt })
    assert.equal((await shop.pay(token, 'paid_later')).result, 'pending')
    await shop.skip(119_000)
    assert.deepEqual(await shownTo(shop, jwt, orderId), { player: 'new', search: 'new' })
    await shop.skip(2_000)
    await watcher.reached(orderId, 'done')
    assert.deepEqual(watcher.statusesOf(orderId), ['new', 'paid', 'done'])
  })
})
