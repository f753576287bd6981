// Order search over HTTP.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachStore } from '../platform/store/testing/index.ts'
import { PROJECT_ID } from './testing/given-rows.ts'
import { openShop } from './testing/open-shop.ts'
import { serveOrders } from './testing/serve-orders.ts'

const HOUR_MS = 3_600_000
const PATH = `/api/v3/project/${PROJECT_ID}/admin/order/search`

interface Found {
  readonly orders: readonly { readonly order_id: number; readonly status: string }[]
  readonly total_items_count: number
  readonly has_more: boolean
}

eachStore((name, open) => {
  test(`${name}: gives pages of at most ten, newest first, with counts`, async (t) => {
    const shop = await openShop(t, open)
    const request = await serveOrders(t, shop)
    const ids: number[] = []
    for (let count = 0; count < 12; count += 1) ids.push(await shop.buy())
    const newestFirst = ids.toReversed()
    const search = async (body: object) => {
      const { orders, ...counts } = (await request('POST', PATH, { caller: 'server', body })).body as unknown as Found
      return { ids: orders.map(({ order_id }) => order_id), ...counts }
    }
    const total_items_count = 12
    assert.deepEqual(await search({}), { ids: newestFirst.slice(0, 10), total_items_count, has_more: true })
    assert.deepEqual(await search({ offset: 10 }), { ids: newestFirst.slice(10), total_items_count, has_more: false })
    assert.deepEqual(await search({ limit: 3, offset: 2 }), {
      ids: newestFirst.slice(2, 5),
      total_items_count,
      has_more: true,
    })
    assert.deepEqual(await search({ offset: 50 }), { ids: [], total_items_count, has_more: false })
  })

  test(`${name}: finds by the time of creation, both ends included`, async (t) => {
    const shop = await openShop(t, open)
    const request = await serveOrders(t, shop)
    const first = await shop.buy()
    await shop.store.skipTime(HOUR_MS)
    const second = await shop.buy()
    const timeOf = async (id: number, addMs = 0) => new Date((await shop.order(id)).created_at + addMs).toISOString()
    const search = async (body: object) => {
      const { orders } = (await request('POST', PATH, { caller: 'server', body })).body as unknown as Found
      return orders.map(({ order_id }) => order_id)
    }
    assert.deepEqual(await search({ created_date_from: await timeOf(second) }), [second])
    assert.deepEqual(await search({ created_date_until: await timeOf(first) }), [first])
    assert.deepEqual(
      await search({ created_date_from: await timeOf(first, 1), created_date_until: await timeOf(second, -1) }),
      [],
    )
    assert.deepEqual(await search({ created_date_from: '2020-01-01' }), [second, first])
  })
})

eachStore((name, open) => {
  if (name !== 'sqlite memory') return
  test('tells all that is documented of an order', async (t) => {
    const shop = await openShop(t, open)
    const request = await serveOrders(t, shop)
    const id = await shop.buy({ source: { kind: 'item', sku: 'gold_100', quantity: 1 } })
    await shop.pay(id)
    const { created_at, accepted_payment_id } = await shop.order(id)
    const { body } = await request('POST', PATH, { caller: 'server', body: {} })
    const price = { amount: '1.99', amount_without_discount: '1.99', currency: 'USD', is_virtual_currency: false }
    const { orders } = body as { orders: readonly { items: readonly { item_id: number; description: unknown }[] }[] }
    const [order] = orders
    assert.deepEqual(order, {
      order_id: id,
      project_id: PROJECT_ID,
      status: 'paid',
      date_created: `${new Date(created_at).toISOString().slice(0, 19)}+00:00`,
      mode: 'default',
      is_free: false,
      invoice_id: String(accepted_payment_id),
      price,
      user: { id: 'ann', country: 'US', email: 'ann@example.com', region_id: null },
      items: [
        {
          order_item_id: 1,
          item_id: order?.items[0]?.item_id,
          sku: 'gold_100',
          type: 'bundle',
          quantity: 1,
          is_free: false,
          is_bonus: false,
          region_id: null,
          price,
          description: order?.items[0]?.description,
        },
        {
          order_item_id: 2,
          item_id: order?.items[1]?.item_id,
          sku: 'gold',
          type: 'virtual_currency',
          quantity: 100,
          is_free: false,
          is_bonus: false,
          region_id: null,
          price: null,
          description: order?.items[1]?.description,
        },
      ],
      promotions: [],
      coupons: [],
    })
  })

  test('shows all five statuses, and no price of a free order', async (t) => {
    const shop = await openShop(t, open)
    const request = await serveOrders(t, shop)
    const id = await shop.buy()
    await shop.move(id, 'expired', 'expired')
    await shop.buyFree()
    const { body } = await request('POST', PATH, { caller: 'server', body: {} })
    const { orders } = body as { orders: readonly { status: string; price: unknown; is_free: boolean }[] }
    const shown = orders.map(({ status, is_free, price }) => [status, is_free, price === null])
    assert.deepEqual(shown, [
      ['done', true, true],
      ['expired', false, false],
    ])
  })

  for (const body of [{ limit: 11 }, { limit: 0 }, { offset: -1 }, { created_date_from: 'yesterday' }])
    test(`refuses ${JSON.stringify(body)}`, async (t) => {
      const request = await serveOrders(t, await openShop(t, open))
      const answer = await request('POST', PATH, { caller: 'server', body })
      assert.deepEqual([answer.status, answer.body?.errorCode], [422, 1102])
    })
})
