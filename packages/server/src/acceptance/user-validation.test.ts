// The question whether a player exists, and what no, silence and nonsense do to a payment.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Behaviour, startListener } from '../webhooks/testing/misbehaving-listener.ts'
import { eachAcceptanceStore } from './testing/given-server.ts'
import { givenShop, givenShopAndGame, type Json } from './testing/given-shop.ts'
import { VISITOR_ID } from './testing/sale-kinds.ts'

/** Answers that are no yes: refusals, faults, silence, nonsense. */
const NO_ANSWERS: readonly Behaviour[] = [400, 404, 500, 202, 'hang', 'close early', 'garbage', 'redirect', 'drip body']

eachAcceptanceStore((store) => {
  test(`${store}: a player whom the game does not know cannot pay, and no webhook follows`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store, knows: (userId) => userId === 'player-2' })
    const { orderId, token } = await shop.buy({ bearer: await shop.tokenOf('player-1') })
    const refused = await shop.pay(token)
    assert.deepEqual([refused.result, refused.status], ['refused', 'new'])
    await shop.skip(3_600_000)
    assert.deepEqual(
      game.heard.map(({ type, status }) => [type, status]),
      [['user_validation', 400]],
    )
    const story = await shop.story(orderId)
    assert.deepEqual([story.order.status, story.payments, story.deliveries], ['new', [], []])
    await shop.sell({ bearer: await shop.tokenOf('player-2') })
  })

  test(`${store}: a no between authorisation and capture voids the authorisation`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store, knows: () => game.heard.length === 0 })
    const { orderId, token } = await shop.buy({ bearer: await shop.tokenOf('player-1') })
    assert.equal((await shop.pay(token)).result, 'refused')
    await shop.settle()
    const story = await shop.story(orderId)
    assert.deepEqual(
      [story.order.status, story.payments.map(({ state }) => state), story.deliveries],
      ['new', ['canceled'], []],
    )
  })
})

test('the page asks at each of its steps and shows the player that something is wrong', async (t) => {
  const { shop, game } = await givenShopAndGame(t, { knows: () => false })
  const { token } = await shop.buy({ bearer: await shop.tokenOf('player-1') })
  for (const step of ['method', 'data', 'pay']) {
    const rawBody = new URLSearchParams({ token, method: 'card', email: 'ann@example.com', outcome: 'paid' }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const page = await shop.server.call('POST', `/paystation4/${step}`, { rawBody, headers })
    assert.equal(page.status, 422, step)
  }
  assert.deepEqual(
    game.heard.map(({ type, status }) => [type, status]),
    [
      ['user_validation', 400],
      ['user_validation', 400],
      ['user_validation', 400],
    ],
  )
})

for (const behaviour of NO_ANSWERS) {
  test(`a listener that answers ${behaviour} stops the payment within the deadline and is never asked again`, async (t) => {
    const shop = await givenShop(t)
    const listener = await startListener()
    t.after(() => listener.stop())
    listener.behave(behaviour)
    await shop.setWebhook(listener.url)
    await shop.changeSettings({ user_validation_deadline_ms: 200 })
    const { orderId, token } = await shop.buy({ bearer: await shop.tokenOf('player-1') })
    assert.equal((await shop.pay(token)).result, 'refused')
    await shop.skip(24 * 3_600_000)
    assert.equal(listener.heard.length, 1)
    assert.deepEqual((await shop.story(orderId)).payments, [])
  })
}

test('visitors, free orders and reported payments are not asked about', async (t) => {
  const { shop, game } = await givenShopAndGame(t, { knows: () => false })
  const visitor = { visitor: VISITOR_ID }
  await shop.store(visitor, 'PUT', '/cart/fill', { items: [{ sku: 'sword_1', quantity: 1 }] })
  const { body } = await shop.store(visitor, 'POST', '/payment/cart', {})
  assert.equal((await shop.pay(String((body as Json).token))).result, 'paid')
  const as = { bearer: await shop.tokenOf('player-1') }
  assert.equal((await shop.store(as, 'POST', '/free/item/daily_gift', {})).status, 200)
  const { orderId } = await shop.buy(as)
  const event = {
    type: 'payment.succeeded',
    order: { id: orderId },
    amount: { value: 499, currency: 'USD' },
    provider: 'own',
    provider_reference: 'p-1',
    occurred_at: '2026-11-21T00:00:00Z',
  }
  assert.equal((await shop.own('POST', '/payment-events', event, { 'idempotency-key': 'k' })).status, 201)
  await shop.settle()
  assert.deepEqual(
    game.heard.map(({ type }) => type),
    ['order_paid', 'order_paid', 'order_paid'],
  )
})
