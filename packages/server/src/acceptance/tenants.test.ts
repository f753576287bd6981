// Two shops on one server, and what they see of each other: nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenGame } from './testing/given-game.ts'
import { eachAcceptanceStore, givenServer } from './testing/given-server.ts'
import { bodyOf, type Json, type Shop, shopOf } from './testing/given-shop.ts'
import { givenTenants } from './testing/given-tenants.ts'

async function foundOrders(shop: Shop): Promise<readonly unknown[]> {
  const path = `/api/v3/project/${shop.projectId}/admin/order/search`
  const { orders } = bodyOf(await shop.server.call('POST', path, { as: shop.key, body: {} }), 200)
  return (orders as readonly Json[]).map(({ order_id, project_id }) => [project_id, order_id])
}

eachAcceptanceStore((store) => {
  test(`${store}: two shops with the same player, order number and items never hear of each other`, async (t) => {
    const server = await givenServer(t, { store })
    const { projects } = await givenTenants(server)
    const shops = [projects.own, projects.foreign].map(({ projectId, key }) =>
      shopOf(server, projectId, { basic: `${projectId}:${key}` }),
    )
    const sides = []
    for (const shop of shops) {
      const game = await givenGame(t, { secret: `secret_of_${shop.projectId}_with_thirty_two_letters` })
      await shop.setWebhook(game.url, { secret: `secret_of_${shop.projectId}_with_thirty_two_letters` })
      const jwt = await shop.tokenOf('player-1')
      sides.push({ shop, game, jwt, watcher: await shop.watch(t, jwt) })
    }
    const [ours, theirs] = sides
    if (ours === undefined || theirs === undefined) throw new Error('There are two shops.')
    const { orderId } = await ours.shop.sell({ bearer: ours.jwt })
    await ours.watcher.reached(orderId, 'done')
    assert.deepEqual([await foundOrders(theirs.shop), theirs.game.heard, theirs.watcher.orders()], [[], [], []])

    const twin = await theirs.shop.sell({ bearer: theirs.jwt })
    await theirs.watcher.reached(twin.orderId, 'done')
    assert.equal(twin.orderId, orderId)
    for (const { shop, game, watcher } of sides) {
      assert.deepEqual(await foundOrders(shop), [[shop.projectId, orderId]])
      assert.deepEqual(watcher.statusesOf(orderId), ['new', 'paid', 'done'])
      assert.equal(watcher.live.length, 3)
      const paid = game.about(orderId)
      assert.equal(paid.length, 1)
      const { settings } = (paid[0]?.body.billing ?? {}) as Readonly<Record<string, Json>>
      assert.equal(settings?.project_id, shop.projectId)
    }
    for (const [shop, jwt] of [
      [ours.shop, theirs.jwt],
      [theirs.shop, ours.jwt],
    ] as const) {
      assert.equal((await shop.store({ bearer: jwt }, 'GET', `/order/${orderId}`)).status, 401)
    }
  })

  test(`${store}: two players of one shop get only their own statuses`, async (t) => {
    const server = await givenServer(t, { store })
    const shop = shopOf(server, 44056, 'project')
    const [first, second] = [await shop.tokenOf('player-1'), await shop.tokenOf('player-2')]
    const watchers = [await shop.watch(t, first), await shop.watch(t, second)]
    const orders = [await shop.sell({ bearer: first }), await shop.sell({ bearer: second })]
    for (const [index, watcher] of watchers.entries()) {
      await watcher.reached(orders[index]?.orderId ?? 0, 'done')
      assert.deepEqual(watcher.orders(), [orders[index]?.orderId])
    }
    assert.notEqual(orders[0]?.orderId, orders[1]?.orderId)
  })
})
