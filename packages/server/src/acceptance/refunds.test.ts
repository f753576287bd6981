// What follows when money goes back or an order is taken back, in both webhook modes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  orderCanceled,
  orderPaid,
  type PaidFacts,
  payment,
  paymentBilling,
  refund,
  refundBilling,
  USER_VALIDATION,
  WIRE_TIME,
} from './testing/expected-bodies.ts'
import type { GivenGame } from './testing/given-game.ts'
import { eachAcceptanceStore } from './testing/given-server.ts'
import { bodyOf, givenShopAndGame, type Json, placedOf, type Shop } from './testing/given-shop.ts'

const BUYER = { email: 'ann@example.com', country: 'US' }

/** The facts of an order's payment, from the admin's view of it. */
async function paidFacts(shop: Shop, orderId: number): Promise<PaidFacts> {
  const [paid] = (await shop.story(orderId)).payments
  const paidAt = `${String(paid?.occurred_at).slice(0, 19)}+00:00`
  return { orderId, transactionId: Number(paid?.id), reference: String(paid?.provider_reference), paidAt }
}

/** `refund_details` of a refund asked for with code 1 by the key of the demo project; its date is what was sent. */
function refundDetails(body: Json | undefined): Json {
  const details = ((body?.billing as Json | undefined)?.refund_details ?? body?.refund_details) as Json
  assert.match(String(details.date), WIRE_TIME)
  return {
    code: 1,
    reason: 'Asked for by the player or the game in the console',
    author: 'API key dev',
    date: details.date,
  }
}

function bodies(game: GivenGame): readonly Json[] {
  return game.heard.map(({ body }) => body)
}

/** Two questions, when Pay is pressed and before the money is taken. */
const ASKED = [USER_VALIDATION, USER_VALIDATION]

eachAcceptanceStore((store) => {
  test(`${store}: combined webhooks tell a payment, a part and the rest that went back`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    await shop.changeSettings({ toggles: { partial_refund: true } })
    const jwt = await shop.tokenOf('player-1', BUYER)
    const watcher = await shop.watch(t, jwt)
    const { orderId } = await shop.sell({ bearer: jwt })
    await shop.settle()
    const facts = await paidFacts(shop, orderId)
    assert.deepEqual(bodies(game), [...ASKED, { ...orderPaid(facts), billing: paymentBilling(facts) }])

    await shop.refund(orderId, { code: 1, amount: 100 })
    await shop.settle()
    const part = bodies(game)[3]
    assert.deepEqual(part, refund(facts, refundDetails(part), 1))
    assert.equal((await shop.getOrder({ bearer: jwt }, orderId)).status, 'done')

    await shop.refund(orderId)
    await shop.settle()
    const rest = bodies(game)[4]
    assert.deepEqual(rest, { ...orderCanceled(facts), billing: refundBilling(facts, refundDetails(rest)) })
    await watcher.reached(orderId, 'canceled')
    assert.deepEqual(watcher.statusesOf(orderId), ['new', 'paid', 'done', 'canceled'])
    assert.deepEqual(await shop.deliveriesOf(orderId), [
      'order_paid accepted',
      'partial_refund accepted',
      'order_canceled accepted',
    ])
    assert.deepEqual([...game.granted], [])
  })

  test(`${store}: separate webhooks tell payment, order, refund and cancellation one after the other`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    await shop.changeSettings({ webhook_mode: 'separate' })
    const jwt = await shop.tokenOf('player-1', BUYER)
    const { orderId } = await shop.sell({ bearer: jwt })
    await shop.settle()
    const facts = await paidFacts(shop, orderId)
    assert.deepEqual(bodies(game), [...ASKED, payment(facts), orderPaid(facts)])
    await shop.refund(orderId)
    await shop.settle()
    const told = bodies(game).slice(4)
    assert.deepEqual(told, [refund(facts, refundDetails(told[0])), orderCanceled(facts)])
  })

  test(`${store}: separate order_paid waits for its payment and is held when that is rejected`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    await shop.changeSettings({ webhook_mode: 'separate' })
    game.answer('payment', 400)
    const jwt = await shop.tokenOf('player-1', BUYER)
    const { orderId } = await shop.sell({ bearer: jwt })
    await shop.settle()
    assert.deepEqual(await shop.deliveriesOf(orderId), ['payment rejected', 'order_paid held'])
    assert.deepEqual([...game.granted], [])

    game.answer('payment', null)
    const [rejected] = (await shop.story(orderId)).deliveries
    const resent = bodyOf(await shop.own('POST', `/deliveries/${rejected?.id}/resend`), 200)
    assert.deepEqual([resent.outcome, resent.status, resent.has_ended_delivery], ['accepted', 204, true])
    await shop.settle()
    assert.deepEqual(await shop.deliveriesOf(orderId), ['payment accepted', 'order_paid accepted'])
    assert.equal((await shop.getOrder({ bearer: jwt }, orderId)).status, 'done')
  })

  test(`${store}: auto-refund gives the money back when order_paid is rejected`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    await shop.changeSettings({ is_auto_refund_on: true })
    game.answer('order_paid', 422)
    const jwt = await shop.tokenOf('player-1', BUYER)
    const { orderId } = await shop.sell({ bearer: jwt })
    await shop.settle()
    assert.equal((await shop.getOrder({ bearer: jwt }, orderId)).status, 'canceled')
    assert.deepEqual(await shop.deliveriesOf(orderId), ['order_paid rejected', 'order_canceled accepted'])
  })

  test(`${store}: staff cancels an unpaid order without a webhook, and nobody can pay it afterwards`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    const jwt = await shop.tokenOf('player-1', BUYER)
    const { orderId, token } = await shop.buy({ bearer: jwt })
    for (const result of ['applied', 'ignored']) {
      const answer = bodyOf(await shop.own('POST', `/orders/${orderId}/cancel`, {}), 200)
      assert.deepEqual(answer, { order_id: orderId, status: 'canceled', result })
    }
    const refused = await shop.server.call('POST', '/paystation4/api/pay', { body: { token, outcome: 'paid' } })
    assert.deepEqual([refused.status, (refused.body as Json).code], [409, 'order_not_payable'])
    await shop.settle()
    assert.deepEqual(game.heard, [])
  })

  test(`${store}: a paid order is refunded and not canceled by staff`, async (t) => {
    const { shop } = await givenShopAndGame(t, { store })
    const { orderId } = await shop.sell({ bearer: await shop.tokenOf('player-1') })
    await shop.settle()
    const answer = await shop.own('POST', `/orders/${orderId}/cancel`, {})
    assert.deepEqual([answer.status, (answer.body as Json).code], [409, 'transition_refused'])
    assert.equal((await shop.story(orderId)).order.status, 'done')
  })

  test(`${store}: an order for gold that staff takes back returns the gold`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    const as = { bearer: await shop.tokenOf('player-1') }
    await shop.sell(as, 'gold_100')
    const spend = () => shop.store(as, 'POST', '/payment/item/booster_mega_1/virtual/gold', {})
    const { orderId } = placedOf(bodyOf(await spend(), 200))
    const refused = await spend()
    assert.deepEqual([refused.status, (refused.body as Json).errorCode], [422, 5006])
    await shop.settle()
    bodyOf(await shop.own('POST', `/orders/${orderId}/cancel`, {}), 200)
    await shop.settle()
    assert.deepEqual(
      game.about(orderId).map(({ type }) => type),
      ['order_paid', 'order_canceled'],
    )
    bodyOf(await spend(), 200)
  })
})
