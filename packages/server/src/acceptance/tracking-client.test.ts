// The client package against a whole server: what it is told over real sockets and requests.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTracker, ordertrailEndpoints, type Tracker } from '@ordertrail/client/track'
import { givenShop, type Shop } from './testing/given-shop.ts'

/** Tracks the orders of `userId`. */
function trackerOf(t: { after(end: () => void): void }, shop: Shop, userId: string): Tracker {
  const tracker = createTracker({
    projectId: shop.projectId,
    token: () => shop.tokenOf(userId),
    endpoints: ordertrailEndpoints(shop.server.url),
  })
  t.after(() => tracker.close())
  return tracker
}

test('an order is followed from new to done over the socket, and polled to the same end', async (t) => {
  const shop = await givenShop(t)
  const as = { bearer: await shop.tokenOf('player-1') }
  const { orderId, token } = await shop.buy(as)
  const tracker = trackerOf(t, shop, 'player-1')
  const told: string[] = []
  const { promise: isWatched, resolve } = Promise.withResolvers<void>()
  const socket = tracker.trackOrder(orderId, {
    onStatus: ({ status, via }) => {
      told.push(`${status} by ${via}`)
      resolve()
    },
  })
  const polled = tracker.trackOrder(orderId, { socketMs: 0, pollMs: 20 })
  await isWatched
  await shop.pay(token)
  const outcome = await socket
  assert.ok(outcome.kind === 'done')
  assert.deepEqual(told, ['new by history', 'paid by socket', 'done by socket'])
  const { order_id, ...order } = await shop.getOrder(as, orderId)
  assert.deepEqual(outcome.order, { orderId: order_id, ...order })
  assert.deepEqual(await polled, outcome)
})

test('a refunded order ends as canceled, with both orders of a player on one socket', async (t) => {
  const shop = await givenShop(t)
  const as = { bearer: await shop.tokenOf('player-1') }
  const [first, second] = [await shop.buy(as), await shop.buy(as)]
  await shop.changeSettings({ fulfilment: 'api' })
  const tracker = trackerOf(t, shop, 'player-1')
  const both = [tracker.trackOrder(first.orderId), tracker.trackOrder(second.orderId)]
  await shop.pay(first.token)
  await shop.refund(first.orderId)
  await shop.pay(second.token)
  await shop.own('POST', `/orders/${second.orderId}/fulfillment`)
  assert.deepEqual(
    (await Promise.all(both)).map(({ kind }) => kind),
    ['canceled', 'done'],
  )
})

test("a stranger's order and one that does not exist fail alike; a token of somebody unknown is unauthorized", async (t) => {
  const shop = await givenShop(t)
  const { orderId } = await shop.buy({ bearer: await shop.tokenOf('player-1') })
  const stranger = trackerOf(t, shop, 'player-2')
  for (const id of [orderId, 1, Number.NaN]) {
    const outcome = await stranger.trackOrder(id)
    assert.ok(outcome.kind === 'failed')
    assert.equal(outcome.code, 'order_not_found')
  }
  const endpoints = ordertrailEndpoints(shop.server.url)
  const outcome = await createTracker({ projectId: shop.projectId, token: 'nonsense', endpoints }).trackOrder(orderId)
  assert.ok(outcome.kind === 'failed')
  assert.equal(outcome.code, 'unauthorized')
})

test('a payment token watches its order, too', async (t) => {
  const shop = await givenShop(t)
  const { orderId, token } = await shop.buy({ bearer: await shop.tokenOf('player-1') })
  const endpoints = ordertrailEndpoints(shop.server.url)
  const tracking = createTracker({ projectId: shop.projectId, token, endpoints }).trackOrder(orderId)
  await shop.pay(token)
  assert.equal((await tracking).kind, 'done')
})

test('an expired order is told where the project shows it, and is not the end', async (t) => {
  const shop = await givenShop(t)
  await shop.changeSettings({ is_expired_shown: true })
  const { orderId } = await shop.buy({ bearer: await shop.tokenOf('player-1') })
  const tracker = trackerOf(t, shop, 'player-1')
  const onStatus = ({ status }: { readonly status: string }): void => void (status === 'expired' && tracker.close())
  const tracking = tracker.trackOrder(orderId, { onStatus, pollMs: 50 })
  await shop.skip(25 * 3_600_000)
  assert.deepEqual(await tracking, { kind: 'aborted', orderId, status: 'expired', reason: 'client_closed' })
})
