// The emulator behaves badly on demand: towards the game's client, and as a listener that fails.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { bodyOf, givenShop, givenShopAndGame, type Shop } from './testing/given-shop.ts'

/** Long enough for any answer that comes at all. */
const IMPATIENT_MS = 300

type Order = Readonly<Record<string, unknown>>

function dev(shop: Shop, path: string, body: Order): ReturnType<Shop['server']['call']> {
  return shop.server.call('POST', `/v1/dev/${path}`, { as: 'admin', body })
}

async function fail(shop: Shop, order: Order): Promise<number> {
  return Number(bodyOf(await dev(shop, 'fail-calls', order), 200).left)
}

/** What a client meets: a status, or that it got no answer. */
async function meets(shop: Shop, path = '/items', init: RequestInit = {}): Promise<number | 'no answer'> {
  const url = `${shop.server.url}/api/v2/project/${shop.projectId}${path}`
  return fetch(url, init).then(
    async (response) => {
      await response.arrayBuffer()
      return response.status
    },
    () => 'no answer' as const,
  )
}

describe('calls of the game', () => {
  test('are refused as often as asked, in the shape of the store, and then answered again', async (t) => {
    const shop = await givenShop(t)
    assert.equal(await fail(shop, { count: 2, status: 429, retry_after_seconds: 7 }), 2)
    const refused = await shop.store(null, 'GET', '/items')
    assert.deepEqual(
      [refused.status, refused.headers.get('retry-after'), refused.headers.get('access-control-allow-origin')],
      [429, '7', '*'],
    )
    assert.deepEqual(refused.body, {
      statusCode: 429,
      errorCode: 1101,
      errorMessage: '[0401-1101]: Service unavailable (injected)',
    })
    assert.deepEqual([await meets(shop), await meets(shop)], [429, 200])
  })

  test('are spoilt where method and path fit, the oldest order first', async (t) => {
    const shop = await givenShop(t)
    await fail(shop, { count: 1, path: '/items/groups', status: 500 })
    await fail(shop, { count: 1, method: 'POST', status: 501 })
    assert.equal(await fail(shop, { count: 1, path: '/items', status: 502 }), 3)
    const seen = [await meets(shop, '/items/groups'), await meets(shop, '/items/groups'), await meets(shop)]
    assert.deepEqual([...seen, await meets(shop, '/payment/item/x', { method: 'POST' })], [500, 502, 200, 501])
  })

  test('are cut or never answered; a stop ends what hangs', async (t) => {
    const shop = await givenShop(t)
    await fail(shop, { count: 1, end: 'drop' })
    assert.equal(await meets(shop), 'no answer')
    await fail(shop, { count: 2, end: 'hang' })
    assert.equal(await meets(shop, '/items', { signal: AbortSignal.timeout(IMPATIENT_MS) }), 'no answer')
    const both = [meets(shop), meets(shop)]
    // Whoever is answered came second: the other one hangs.
    assert.equal(await Promise.race(both), 200)
    await shop.server.stop()
    assert.deepEqual((await Promise.all(both)).toSorted(), [200, 'no answer'])
  })

  test('are slow and then right', async (t) => {
    const shop = await givenShop(t)
    await fail(shop, { count: 1, end: 'pass', delay_ms: 40 })
    const startedAt = performance.now()
    assert.equal(await meets(shop), 200)
    // Timers of Node may come a millisecond early.
    assert.ok(performance.now() - startedAt >= 39)
  })

  test('leave preflights, our own API and marked requests alone, and are forgotten with count 0', async (t) => {
    const shop = await givenShop(t)
    await fail(shop, { count: 1_000 })
    assert.equal(await meets(shop, '/items', { method: 'OPTIONS' }), 204)
    assert.equal(await meets(shop, '/items', { headers: { 'x-ordertrail-unspoilt': '1' } }), 200)
    assert.equal((await shop.own('GET', '')).status, 200)
    assert.equal(await fail(shop, { count: 0 }), 0)
    assert.equal(await meets(shop), 200)
  })

  test('an order too many is refused', async (t) => {
    const shop = await givenShop(t)
    for (let count = 0; count < 100; count += 1) await fail(shop, { count: 1 })
    assert.equal((await dev(shop, 'fail-calls', { count: 1 })).status, 422)
  })
})

describe('connections for statuses', () => {
  test('are refused, dropped, and opened again', async (t) => {
    const shop = await givenShop(t)
    const token = await shop.tokenOf('player-1')
    const opens = (): Promise<'open' | 'refused'> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${shop.server.url.replace('http', 'ws')}/connection/websocket`)
        socket.addEventListener('open', () => resolve('open'))
        socket.addEventListener('error', () => resolve('refused'))
        t.after(() => socket.close())
      })
    for (const end of ['answer', 'drop'] as const) {
      await fail(shop, { count: 1, path: '/connection/', end })
      assert.equal(await opens(), 'refused')
    }
    await fail(shop, { count: 1, path: '/connection/', end: 'pass', delay_ms: 1 })
    assert.equal(await opens(), 'open')
    const watcher = await shop.watch(t, token)
    assert.deepEqual(bodyOf(await dev(shop, 'drop-connections', {}), 200), { dropped: 2 })
    const { orderId } = await shop.sell({ bearer: token })
    await watcher.reached(orderId, 'done')
  })

  test('lose as many pushes as asked, and nothing but pushes', async (t) => {
    const shop = await givenShop(t)
    const token = await shop.tokenOf('player-1')
    const watcher = await shop.watch(t, token)
    await dev(shop, 'lose-pushes', { count: 1 })
    const { orderId } = await shop.sell({ bearer: token })
    // The next push shows the hole, and the gateway fills it from the store.
    await watcher.reached(orderId, 'done')
    assert.equal(watcher.statusesOf(orderId).includes('new'), true)
  })
})

describe('a listener that fails', () => {
  test('fails for one type of webhook only', async (t) => {
    const { shop, game } = await givenShopAndGame(t)
    await shop.changeSettings({ webhook_mode: 'separate' })
    assert.equal((await dev(shop, 'fail-next', { count: 1, type: 'order_paid', status: 503 })).status, 200)
    const { orderId } = await shop.sell({ bearer: await shop.tokenOf('player-1') })
    await shop.settle()
    assert.deepEqual(await shop.deliveriesOf(orderId), ['payment accepted', 'order_paid due'])
    await shop.skip(5 * 60_000)
    assert.deepEqual(await shop.deliveriesOf(orderId), ['payment accepted', 'order_paid accepted'])
    assert.equal(game.granted.has(orderId), true)
  })

  test('stops payments where the question for the user fails, which no other order for webhooks does', async (t) => {
    const { shop } = await givenShopAndGame(t)
    const bearer = await shop.tokenOf('player-1')
    await dev(shop, 'fail-next', { count: 1, status: 503 })
    await dev(shop, 'fail-next', { count: 1, type: 'user_validation', status: 400 })
    const { token } = await shop.buy({ bearer })
    assert.equal((await shop.pay(token)).result, 'refused')
    assert.equal((await shop.pay(token)).result, 'paid')
  })
})

test('an order is paid by its number, once', async (t) => {
  const shop = await givenShop(t)
  const { orderId } = await shop.buy({ bearer: await shop.tokenOf('player-1') })
  const pay = (order_id: number, outcome = 'paid') =>
    dev(shop, 'pay-order', { project_id: shop.projectId, order_id, outcome })
  assert.deepEqual(bodyOf(await pay(orderId, 'declined'), 200), {
    result: 'declined',
    order_id: orderId,
    status: 'new',
    message: null,
  })
  assert.equal(bodyOf(await pay(orderId), 200).result, 'paid')
  assert.deepEqual([(await pay(orderId)).status, (await pay(7)).status], [409, 404])
})
