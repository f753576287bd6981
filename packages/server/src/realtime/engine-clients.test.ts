// Facts about clients of game engines that were written by hand: all are served, and none is closed before its time.
import assert from 'node:assert/strict'
import test from 'node:test'
import { ENGINES, engineClient } from './testing/engine-client.ts'
import { givenGateway } from './testing/given-gateway.ts'
import { until } from './testing/given-sessions.ts'
import { givenShop, PROJECT_ID } from './testing/given-shop.ts'

/** The largest order number there is. */
const ORDER_ID = 2_147_483_647

for (const engine of ENGINES) {
  test(`${engine.name}: a player who waits for five minutes is told every status and not closed before`, async (t) => {
    const shop = await givenShop(t)
    const gateway = await givenGateway(t, shop)
    const auth = await shop.token('player-1')
    const client = await engineClient(t, gateway.url, engine, { auth, projectId: PROJECT_ID })
    const publish = (status: string) => shop.publish({ userId: 'player-1', orderId: ORDER_ID, status })
    await until('the answer to connect', () => client.isIn)
    await publish('new')
    for (let passed = 0; passed < 300_000; passed += 5_000) {
      client.pass(5_000)
      gateway.pass(5_000)
      // What the client says to what the server said is taken before time goes on.
      await client.raw.flush()
      await client.raw.flush()
      if (passed === 100_000) await publish('paid')
      if (passed === 200_000) await publish('done')
    }
    await until('all statuses', () => client.news.at(-1) === `done of ${ORDER_ID} at 3`)
    const statuses = ['new', 'paid', 'done']
    assert.deepEqual(
      client.news,
      statuses.map((status, index) => `${status} of ${ORDER_ID} at ${index + 1}`),
    )
    assert.deepEqual(client.faults, [])
    assert.ok(client.pings >= 11, `${client.pings} pings`)
    gateway.pass(15_500)
    assert.equal((await client.raw.closed).code, 3005)
  })
}

test('several engine clients of one player are told alike', async (t) => {
  const shop = await givenShop(t)
  const gateway = await givenGateway(t, shop)
  const auth = await shop.token('player-1')
  const clients = await Promise.all(
    ENGINES.map((engine) => engineClient(t, gateway.url, engine, { auth, projectId: PROJECT_ID })),
  )
  await until('all in', () => clients.every(({ isIn }) => isIn))
  await shop.publish({ userId: 'player-1', orderId: 7, status: 'paid' })
  await until('news', () => clients.every(({ news }) => news.length > 0))
  assert.deepEqual(
    clients.map(({ news, faults }) => [news, faults]),
    ENGINES.map(() => [['paid of 7 at 1'], []]),
  )
})
