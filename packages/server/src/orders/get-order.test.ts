// Get order over HTTP: content by kind of money, rights, and what is answered without reading items.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openTestStore } from '../platform/store/testing/index.ts'
import { isNoneMatch } from './etag.ts'
import { PROJECT_ID } from './testing/given-rows.ts'
import { type GivenShop, openShop } from './testing/open-shop.ts'
import { serveOrders } from './testing/serve-orders.ts'

type Ending = Parameters<typeof openShop>[0]

async function given(t: Ending, shopMembers: GivenShop = {}) {
  const shop = await openShop(t, (options) => openTestStore('sqlite memory', options), shopMembers)
  return { shop, request: await serveOrders(t, shop) }
}

const pathOf = (orderId: number | string) => `/api/v2/project/${PROJECT_ID}/order/${orderId}`
const notFound = { statusCode: 404, errorCode: 9001, errorMessage: '[0401-9001]: Order not found' }

test('an order for money lists what was bought, with prices without trailing zeros', async (t) => {
  const { shop, request } = await given(t)
  const id = await shop.buy({
    source: {
      kind: 'list',
      lines: [
        { sku: 'gold_1000', quantity: 1 },
        { sku: 'daily_gift', quantity: 2 },
      ],
    },
  })
  await shop.pay(id)
  const { status, body } = await request('GET', pathOf(id))
  assert.equal(status, 200)
  assert.deepEqual(body, {
    order_id: id,
    status: 'paid',
    content: {
      price: { amount: '14.99', amount_without_discount: '19.9', currency: 'USD' },
      is_free: false,
      items: [
        {
          sku: 'gold_1000',
          quantity: 1,
          is_free: false,
          price: { amount: '14.99', amount_without_discount: '19.9', currency: 'USD' },
        },
        {
          sku: 'daily_gift',
          quantity: 2,
          is_free: true,
          price: { amount: '0', amount_without_discount: '0', currency: 'USD' },
        },
      ],
    },
  })
})

for (const [currency, country, amount] of [
  ['JPY', 'JP', '750'],
  ['KWD', 'KW', '1.525'],
] as const)
  test(`amounts in ${currency} have its digits`, async (t) => {
    const { shop, request } = await given(t)
    const { body } = await request('GET', pathOf(await shop.buy({ currency, country })))
    const { content } = body as { content: { price: object } }
    assert.deepEqual(content.price, { amount, amount_without_discount: amount, currency })
  })

test('an order for a virtual currency has virtual_price and no price', async (t) => {
  const { shop, request } = await given(t)
  await shop.fund('gold', 500)
  const source = { kind: 'item', sku: 'banner_1', quantity: 1 } as const
  const id = await shop.buy({ source, paidWith: { kind: 'virtual_currency', sku: 'gold' } })
  const { body } = await request('GET', pathOf(id))
  const virtual_price = { amount: '400', amount_without_discount: '500', currency: 'gold' }
  assert.deepEqual(body, {
    order_id: id,
    status: 'done',
    content: {
      virtual_price,
      is_free: false,
      items: [{ sku: 'banner_1', quantity: 1, is_free: false, virtual_price }],
    },
  })
})

test('a free order is free, and its currency is null', async (t) => {
  const { shop, request } = await given(t)
  const id = await shop.buyFree()
  const { body } = await request('GET', pathOf(id))
  const price = { amount: '0', amount_without_discount: '0', currency: null }
  const items = [{ sku: 'daily_gift', quantity: 1, is_free: true, price }]
  assert.deepEqual(body, { order_id: id, status: 'done', content: { price, is_free: true, items } })
})

describe('rights', () => {
  test("somebody else's order, none at all and no id are answered alike", async (t) => {
    const { shop, request } = await given(t)
    const id = await shop.buy()
    const answers = [
      await request('GET', pathOf(id), { caller: { id: 'bob' } }),
      await request('GET', pathOf(id), { caller: { id: 'ann', kind: 'visitor' } }),
      await request('GET', pathOf(id), { caller: { id: 'ann', projectId: 2 } }),
      await request('GET', pathOf(id), { caller: 'nobody' }),
      await request('GET', pathOf(id + 1)),
      await request('GET', pathOf(0)),
      await request('GET', pathOf('abc')),
      await request('GET', pathOf('99999999999999')),
      await request('GET', `/api/v2/project/2/order/${id}`),
    ]
    for (const { status, body } of answers) {
      const { transactionId, ...rest } = body ?? {}
      assert.deepEqual([status, rest], [404, notFound])
    }
  })

  test('a visitor reads the orders of the same visitor', async (t) => {
    const { shop, request } = await given(t)
    const visitor = { projectId: PROJECT_ID, kind: 'visitor', id: 'visitor-0123456789' } as const
    const id = await shop.buy({ party: visitor })
    assert.equal((await request('GET', pathOf(id), { caller: visitor })).status, 200)
  })
})

describe('what has not changed', () => {
  test('is 304 until the status moves', async (t) => {
    const { shop, request } = await given(t)
    const id = await shop.buy()
    const { headers } = await request('GET', pathOf(id))
    const etag = headers.get('etag') ?? ''
    const again = await request('GET', pathOf(id), { headers: { 'if-none-match': etag } })
    assert.deepEqual([again.status, again.body, again.headers.get('etag')], [304, undefined, etag])
    await shop.pay(id)
    const moved = await request('GET', pathOf(id), { headers: { 'if-none-match': etag } })
    assert.deepEqual([moved.status, moved.body?.status], [200, 'paid'])
  })

  test('is not told to somebody else', async (t) => {
    const { shop, request } = await given(t)
    const id = await shop.buy()
    const etag = (await request('GET', pathOf(id))).headers.get('etag') ?? ''
    const answer = await request('GET', pathOf(id), { caller: { id: 'bob' }, headers: { 'if-none-match': etag } })
    assert.equal(answer.status, 404)
  })

  test('is recognised in lists, weakened and by a star', () => {
    const etag = '"7-2-paid"'
    const answers = [undefined, '', '"7-1-new"', etag, `W/${etag}`, `"a", ${etag}`, '*'].map((sent) =>
      isNoneMatch(sent, etag),
    )
    assert.deepEqual(answers, [false, false, false, true, true, true, true])
  })
})

for (const [isExpiredShown, status] of [
  [false, 'new'],
  [true, 'expired'],
] as const)
  test(`an expired order reads ${status} where isExpiredShown is ${isExpiredShown}`, async (t) => {
    const { shop, request } = await given(t, { settings: { isExpiredShown } })
    const id = await shop.buy()
    await shop.move(id, 'expired', 'expired')
    assert.equal((await request('GET', pathOf(id))).body?.status, status)
  })
