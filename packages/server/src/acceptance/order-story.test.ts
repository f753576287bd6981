// Every way to buy, as the player, the game's backend and the studio see it from outside.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachAcceptanceStore } from './testing/given-server.ts'
import { bodyOf, givenShopAndGame, type Json } from './testing/given-shop.ts'
import { SALE_KINDS } from './testing/sale-kinds.ts'

/** Statuses of an order that its game granted. */
const STATUSES = { paid: ['new', 'paid', 'done'], unpaid: ['new', 'done'] }

eachAcceptanceStore((store) => {
  for (const kind of SALE_KINDS) {
    test(`${store}: ${kind.name} is bought and granted, and all parties agree`, async (t) => {
      const { shop, game } = await givenShopAndGame(t, { store })
      const as = await kind.as(shop)
      const jwt = kind.isWatchedByJwt ? await shop.tokenOf('player-1') : null
      const early = jwt === null ? null : await shop.watch(t, jwt)
      const { orderId, token } = await kind.place(shop, as)
      const watcher = early ?? (await shop.watch(t, token))
      if (kind.isPaid) await shop.pay(token)
      await watcher.reached(orderId, 'done')
      await shop.settle()

      assert.deepEqual(watcher.statusesOf(orderId), kind.isPaid ? STATUSES.paid : STATUSES.unpaid)
      const webhooks = game.about(orderId)
      assert.deepEqual(
        webhooks.map(({ type, status }) => [type, status]),
        [['order_paid', 204]],
      )
      const { items, order, user, billing } = (webhooks[0]?.body ?? {}) as Partial<Readonly<Record<string, Json>>>
      assert.deepEqual({ items, user, hasBilling: billing !== undefined }, { ...told(kind), hasBilling: kind.isPaid })
      assert.deepEqual(order, {
        id: orderId,
        mode: 'default',
        ...kind.order,
        status: 'paid',
        platform: 'xsolla',
        comment: null,
        invoice_id: kind.isPaid ? String((billing?.transaction as Json | undefined)?.id) : null,
        promotions: [],
      })
      assert.ok(game.granted.has(orderId))
      assert.deepEqual(await shop.getOrder(as, orderId), { order_id: orderId, status: 'done', content: kind.content })
      assert.deepEqual(await foundOrder(shop, orderId), {
        order_id: orderId,
        status: 'done',
        is_free: kind.order.currency_type === 'unknown',
        invoice_id: order?.invoice_id ?? null,
        user_id: kind.user.external_id,
        skus: kind.items.map(({ sku }) => sku),
      })
    })
  }
})

function told({ items, user }: { readonly items: readonly Json[]; readonly user: Json }): Json {
  return { items, user }
}

/** The order as the search of the game's server tells it, the members that tell the kinds apart. */
async function foundOrder(
  shop: Awaited<ReturnType<typeof givenShopAndGame>>['shop'],
  orderId: number,
): Promise<Json | undefined> {
  const path = `/api/v3/project/${shop.projectId}/admin/order/search`
  const { orders } = bodyOf(await shop.server.call('POST', path, { as: shop.key, body: {} }), 200)
  const found = (orders as readonly Json[]).find((order) => order.order_id === orderId)
  if (found === undefined) return undefined
  const { order_id, status, is_free, invoice_id } = found
  const skus = (found.items as readonly Json[]).map(({ sku }) => sku)
  return { order_id, status, is_free, invoice_id, user_id: (found.user as Json).id, skus }
}
