// Settings that decide how an order ends, also when they change while it moves.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenGame } from './testing/given-game.ts'
import { eachAcceptanceStore } from './testing/given-server.ts'
import { bodyOf, givenShop, givenShopAndGame, type Json, type PlacedOrder, type Shop } from './testing/given-shop.ts'

/** Unprocessed events of a player. */
async function eventsOf(shop: Shop, jwt: string): Promise<readonly Json[]> {
  const answer = await shop.server.call('GET', `/events?project_id=${shop.projectId}`, { as: { bearer: jwt } })
  return bodyOf(answer, 200).events as readonly Json[]
}

async function markProcessed(shop: Shop, jwt: string, eventId: unknown): Promise<unknown> {
  const path = `/events/${eventId}/processed?project_id=${shop.projectId}`
  return bodyOf(await shop.server.call('POST', path, { as: { bearer: jwt } }), 200)
}

async function statusOf(shop: Shop, orderId: number): Promise<unknown> {
  return (await shop.story(orderId)).order.status
}

/** What an event tells, and of which order. */
function eventLine({ data }: Json): string {
  const { notification_type, order, purchase } = data as Readonly<Record<string, Json | undefined>>
  return `${notification_type} ${order?.id ?? (purchase?.order as Json | undefined)?.id}`
}

eachAcceptanceStore((store) => {
  test(`${store}: with fulfilment api an accepted order_paid leaves the order paid until the game says so`, async (t) => {
    const { shop } = await givenShopAndGame(t, { store })
    await shop.changeSettings({ fulfilment: 'api' })
    const jwt = await shop.tokenOf('player-1')
    const watcher = await shop.watch(t, jwt)
    const { orderId } = await shop.sell({ bearer: jwt })
    await shop.settle()
    assert.deepEqual(await shop.deliveriesOf(orderId), ['order_paid accepted'])
    assert.equal(await statusOf(shop, orderId), 'paid')
    for (const result of ['applied', 'ignored']) {
      const answer = bodyOf(await shop.own('POST', `/orders/${orderId}/fulfillment`, { note: 'sent' }), 200)
      assert.deepEqual(answer, { order_id: orderId, status: 'done', result })
    }
    await watcher.reached(orderId, 'done')
    assert.deepEqual(watcher.statusesOf(orderId), ['new', 'paid', 'done'])
  })

  test(`${store}: an unpaid order cannot be fulfilled, and an acknowledging project does not fulfil by call`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    game.answer('order_paid', 503)
    const as = { bearer: await shop.tokenOf('player-1') }
    const unpaid = await shop.buy(as)
    const paid = await shop.sell(as)
    const refusalOf = async ({ orderId }: PlacedOrder) => {
      const answer = await shop.own('POST', `/orders/${orderId}/fulfillment`, {})
      return [answer.status, (answer.body as Json).code]
    }
    await shop.changeSettings({ fulfilment: 'api' })
    assert.deepEqual(await refusalOf(unpaid), [409, 'transition_refused'])
    await shop.changeSettings({ fulfilment: 'acknowledged' })
    assert.deepEqual(await refusalOf(paid), [409, 'fulfilment_way_refused'])
    assert.deepEqual([await statusOf(shop, unpaid.orderId), await statusOf(shop, paid.orderId)], ['new', 'paid'])
  })

  test(`${store}: without webhook settings an order is done as soon as it is paid`, async (t) => {
    const shop = await givenShop(t, { store })
    const jwt = await shop.tokenOf('player-1')
    assert.equal((await shop.store(shop.key, 'GET', '/admin/webhook')).status, 404)
    const watcher = await shop.watch(t, jwt)
    const { orderId } = await shop.sell({ bearer: jwt })
    await watcher.reached(orderId, 'done')
    assert.deepEqual(watcher.statusesOf(orderId), ['new', 'paid', 'done'])
    assert.deepEqual((await shop.story(orderId)).deliveries, [])
  })

  test(`${store}: disabled webhooks leave orders paid, ask nobody, and are sent in order when they are enabled`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    await shop.changeSettings({ webhook_mode: 'separate', toggles: { order_object: true } })
    await shop.setWebhook(game.url, { is_enabled: false })
    const as = { bearer: await shop.tokenOf('player-1') }
    const first = await shop.sell(as)
    const second = await shop.sell(as)
    await shop.skip(3_600_000)
    assert.deepEqual(game.heard, [])
    assert.deepEqual(await shop.deliveriesOf(first.orderId), ['payment paused', 'order_paid blocked'])
    assert.deepEqual([await statusOf(shop, first.orderId), await statusOf(shop, second.orderId)], ['paid', 'paid'])

    await shop.setWebhook(game.url)
    await shop.settle()
    for (const { orderId } of [first, second]) {
      assert.deepEqual(
        game.about(orderId).map(({ type }) => type),
        ['payment', 'order_paid'],
      )
      assert.equal(await statusOf(shop, orderId), 'done')
    }
  })

  test(`${store}: a mode that is changed holds for new notifications and never for written ones`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    game.answer('order_paid', 503)
    const as = { bearer: await shop.tokenOf('player-1') }
    const { orderId } = await shop.sell(as)
    await shop.settle()
    await shop.changeSettings({ webhook_mode: 'separate' })
    game.answer('order_paid', null)
    await shop.skip(5 * 60_000)
    const texts = game.about(orderId).map(({ text }) => text)
    assert.equal(texts.length, 2)
    assert.equal(texts[0], texts[1])
    await shop.refund(orderId)
    await shop.settle()
    assert.deepEqual(await shop.deliveriesOf(orderId), [
      'order_paid accepted',
      'refund accepted',
      'order_canceled accepted',
    ])
  })

  test(`${store}: webhooks go to the address that is set when they are sent`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    game.answer('order_paid', 503)
    const { orderId } = await shop.sell({ bearer: await shop.tokenOf('player-1') })
    await shop.settle()
    const secret = 'another_secret_that_is_long_enough_to_be_fine'
    const moved = await givenGame(t, { secret })
    await shop.setWebhook(moved.url, { secret })
    await shop.skip(5 * 60_000)
    assert.deepEqual(
      moved.heard.map(({ type, status }) => [type, status]),
      [['order_paid', 204]],
    )
    assert.deepEqual(await shop.deliveriesOf(orderId), ['order_paid accepted'])
  })

  test(`${store}: the events API tells an order once it is paid, and marking moves it to done`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    await shop.changeSettings({ is_events_api_on: true, webhook_mode: 'separate' })
    const jwt = await shop.tokenOf('player-1')
    const { orderId } = await shop.sell({ bearer: jwt })
    const events = await eventsOf(shop, jwt)
    assert.deepEqual(events.map(eventLine), [`payment ${orderId}`, `order_paid ${orderId}`])
    assert.deepEqual(
      events.map(({ id, status }) => [id, status]),
      [
        [10_000_001, 0],
        [10_000_002, 0],
      ],
    )
    assert.match(String(events[0]?.created_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.equal(await statusOf(shop, orderId), 'paid')
    for (const _ of ['first', 'again']) assert.deepEqual(await markProcessed(shop, jwt, events[0]?.id), {})
    assert.equal(await statusOf(shop, orderId), 'done')
    assert.deepEqual((await eventsOf(shop, jwt)).map(eventLine), [`order_paid ${orderId}`])
    assert.deepEqual(game.heard, [])

    const other = await shop.tokenOf('player-2')
    const path = `/events/${events[1]?.id}/processed?project_id=${shop.projectId}`
    assert.equal((await shop.server.call('POST', path, { as: { bearer: other } })).status, 404)
    assert.deepEqual(await eventsOf(shop, other), [])
    assert.equal((await eventsOf(shop, jwt)).length, 1)
  })

  test(`${store}: turning the events API on moves waiting webhooks over, and off again keeps events readable`, async (t) => {
    const { shop, game } = await givenShopAndGame(t, { store })
    await shop.changeSettings({ webhook_mode: 'separate' })
    game.answer('payment', 503)
    const jwt = await shop.tokenOf('player-1')
    const { orderId } = await shop.sell({ bearer: jwt })
    await shop.settle()
    assert.deepEqual(await shop.deliveriesOf(orderId), ['payment due', 'order_paid blocked'])
    const sent = game.heard.length

    await shop.changeSettings({ is_events_api_on: true })
    await shop.skip(24 * 3_600_000)
    assert.equal(game.heard.length, sent)
    assert.deepEqual(await shop.deliveriesOf(orderId), ['payment moved', 'order_paid moved'])
    const events = await eventsOf(shop, jwt)
    // What was written for the webhook stays as it is, and there the payment does not name its order.
    assert.deepEqual(events.map(eventLine), ['payment undefined', `order_paid ${orderId}`])
    assert.deepEqual(JSON.stringify(events[0]?.data), game.heard.at(-1)?.text)

    await shop.changeSettings({ is_events_api_on: false })
    assert.equal((await eventsOf(shop, jwt)).length, 2)
    await markProcessed(shop, jwt, events[1]?.id)
    assert.equal(await statusOf(shop, orderId), 'done')
  })
})
