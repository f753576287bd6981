// The documented calls about carts over HTTP.
import assert from 'node:assert/strict'
import test from 'node:test'
import { givenShopApi, type ShopApi } from './testing/shop-api.ts'

const CART = '/api/v2/project/44056/cart'
const ADMIN = '/api/v2/admin/project/44056/cart'
const ana = { player: 'ana' }

interface LineBody {
  readonly sku: string
  readonly quantity: number
  readonly price: { readonly amount: string } | null
  readonly can_be_bought: boolean
}

function linesOf(
  body: Readonly<Record<string, unknown>>,
): readonly (readonly [string, number, string | null, boolean])[] {
  const items = body.items as readonly LineBody[]
  return items.map(({ sku, quantity, price, can_be_bought: canBeBought }) => [
    sku,
    quantity,
    price?.amount ?? null,
    canBeBought,
  ])
}

function fill(
  api: ShopApi,
  items: readonly { readonly sku: string; readonly quantity: number }[],
  asked: object = ana,
): ReturnType<ShopApi['call']> {
  return api.call('PUT', `${CART}/fill`, { ...asked, body: { items } })
}

test('a cart that was never filled is empty, and its id stays', async (t) => {
  const { call } = await givenShopApi(t)
  const { status, body } = await call('GET', CART, ana)
  assert.deepEqual(
    [status, { ...body, cart_id: '' }],
    [200, { cart_id: '', price: null, is_free: false, items: [], promotions: [] }],
  )
  assert.equal((await call('GET', CART, ana)).body.cart_id, body.cart_id)
  assert.notEqual((await call('GET', CART, { player: 'ben' })).body.cart_id, body.cart_id)
})

test('filling answers the whole cart, prices with sixteen decimals', async (t) => {
  const api = await givenShopApi(t)
  const { status, body } = await fill(api, [
    { sku: 'booster_mega_1', quantity: 123 },
    { sku: 'gold_1000', quantity: 1 },
  ])
  assert.equal(status, 200)
  assert.deepEqual(body.price, {
    amount: '136.7600000000000000',
    amount_without_discount: '141.6700000000000000',
    currency: 'USD',
  })
  assert.deepEqual([body.is_free, body.warnings, body.promotions], [false, [], []])
  const [booster] = body.items as readonly Record<string, unknown>[]
  const { virtual_prices: virtualPrices, ...rest } = booster ?? {}
  assert.equal((virtualPrices as unknown[]).length, 1)
  assert.deepEqual(rest, {
    sku: 'booster_mega_1',
    groups: [{ external_id: 'featured', name: 'Featured' }],
    name: 'Mega Booster',
    attributes: [],
    type: 'virtual_good',
    description: 'Doubles all rewards for one match.',
    image_url: null,
    inventory_options: { consumable: { usages_count: 1 }, expiration_period: null },
    quantity: 123,
    price: { amount: '0.9900000000000000', amount_without_discount: '0.9900000000000000', currency: 'USD' },
    virtual_item_type: 'consumable',
    is_free: false,
    is_bonus: false,
    promotions: [],
    can_be_bought: true,
    vp_rewards: [],
    limits: null,
    periods: [],
  })
})

test('what the cart does not take is told in warnings, the rest is in it', async (t) => {
  const api = await givenShopApi(t)
  const { status, body } = await fill(api, [
    { sku: 'axe', quantity: 1 },
    { sku: 'potion_1', quantity: 2 },
    { sku: 'daily_gift', quantity: 1 },
  ])
  assert.equal(status, 200)
  assert.deepEqual(body.warnings, [
    {
      sku: 'axe',
      quantity: 1,
      errorCode: 4001,
      errorMessage: '[0401-4001]: Item with Project Id = 44056 and Sku = axe not found',
    },
    { sku: 'potion_1', quantity: 2, errorCode: 1421, errorMessage: 'Only Virtual Good Supported' },
  ])
  assert.deepEqual([linesOf(body), body.price, body.is_free], [[['daily_gift', 1, null, true]], null, true])
})

test('the cart is in one currency; what is not sold in it cannot be bought', async (t) => {
  const api = await givenShopApi(t)
  await fill(api, [
    { sku: 'gold_100', quantity: 2 },
    { sku: 'sword_1', quantity: 1 },
  ])
  const inYen = (await api.call('GET', CART, { ...ana, country: 'JP' })).body
  assert.deepEqual(inYen.price, {
    amount: '1350.0000000000000000',
    amount_without_discount: '1350.0000000000000000',
    currency: 'JPY',
  })
  const inPounds = (await api.call('GET', `${CART}?currency=GBP`, ana)).body
  assert.deepEqual(linesOf(inPounds), [
    ['gold_100', 2, '1.7900000000000000', true],
    ['sword_1', 1, null, false],
  ])
})

test('an item is put, changed and deleted by its SKU', async (t) => {
  const { call } = await givenShopApi(t)
  const item = `${CART}/item/booster_mega_1`
  assert.equal((await call('PUT', item, { ...ana, body: { quantity: 3 } })).status, 204)
  assert.equal((await call('PUT', `${CART}/item/sword_1`, { ...ana, body: {} })).status, 204)
  assert.deepEqual(
    linesOf((await call('GET', CART, ana)).body).map(([sku, quantity]) => [sku, quantity]),
    [
      ['booster_mega_1', 3],
      ['sword_1', 1],
    ],
  )
  assert.equal((await call('DELETE', item, ana)).status, 204)
  assert.equal((await call('DELETE', item, ana)).status, 204)
  assert.equal((await call('PUT', `${CART}/clear`, ana)).status, 204)
  assert.deepEqual((await call('GET', CART, ana)).body.items, [])
})

test('carts by id stand beside the own one and belong to one player', async (t) => {
  const { call } = await givenShopApi(t)
  const body = { items: [{ sku: 'sword_1', quantity: 1 }] }
  const filled = await call('PUT', `${CART}/custom_id/fill`, { ...ana, body })
  assert.deepEqual([filled.status, filled.body.cart_id], [200, 'custom_id'])
  await call('PUT', `${CART}/custom_id/item/shield_1`, { ...ana, body: { quantity: 2 } })
  assert.deepEqual(
    linesOf((await call('GET', `${CART}/custom_id`, ana)).body).map(([sku]) => sku),
    ['sword_1', 'shield_1'],
  )
  assert.deepEqual((await call('GET', CART, ana)).body.items, [])
  assert.deepEqual((await call('GET', `${CART}/custom_id`, { player: 'ben' })).body.items, [])
  await call('DELETE', `${CART}/custom_id/item/sword_1`, ana)
  await call('PUT', `${CART}/custom_id/clear`, { player: 'ben' })
  assert.equal(linesOf((await call('GET', `${CART}/custom_id`, ana)).body).length, 1)
  await call('PUT', `${CART}/custom_id/clear`, ana)
  assert.deepEqual((await call('GET', `${CART}/custom_id`, ana)).body.items, [])
})

test('the own cart can be named by its id', async (t) => {
  const api = await givenShopApi(t)
  const { body } = await fill(api, [{ sku: 'sword_1', quantity: 1 }])
  assert.deepEqual((await api.call('GET', `${CART}/${body.cart_id}`, ana)).body.items, body.items)
})

test('what left the catalog is not shown and can still be taken out', async (t) => {
  const api = await givenShopApi(t)
  await fill(api, [{ sku: 'sword_1', quantity: 1 }])
  const items = [{ sku: 'shield_1', type: 'virtual_good', name: 'Shield', prices: { USD: 1 } }]
  await api.call('PUT', '/v1/projects/44056/catalog', { body: { items } })
  assert.deepEqual((await api.call('GET', CART, ana)).body.items, [])
  assert.equal((await api.call('DELETE', `${CART}/item/sword_1`, ana)).status, 204)
  assert.equal((await api.call('DELETE', `${CART}/item/sword_1`, ana)).status, 404)
})

const REFUSED: readonly (readonly [string, 'PUT' | 'DELETE', string, unknown, number, number, string | undefined])[] = [
  [
    'putting an unknown item',
    'PUT',
    '/item/axe',
    { quantity: 1 },
    404,
    4001,
    "[0401-4001]: Item with sku = 'axe' not found",
  ],
  ['deleting an unknown item', 'DELETE', '/item/axe', undefined, 404, 4001, undefined],
  [
    'putting what costs virtual currency',
    'PUT',
    '/item/potion_1',
    { quantity: 1 },
    422,
    1421,
    '[0401-1421]: Only Virtual Good Supported',
  ],
  ['a negative quantity', 'PUT', '/item/sword_1', { quantity: -1 }, 422, 1102, undefined],
  ['half a piece', 'PUT', '/item/sword_1', { quantity: 0.5 }, 422, 1102, undefined],
  ['more than anybody buys', 'PUT', '/item/sword_1', { quantity: 1e9 }, 422, 1102, undefined],
  ['a quantity as text', 'PUT', '/item/sword_1', { quantity: '1' }, 422, 1102, undefined],
  ['filling with nothing', 'PUT', '/fill', { items: [] }, 422, 1102, undefined],
  ['filling with a bad quantity', 'PUT', '/fill', { items: [{ sku: 'sword_1', quantity: 1.5 }] }, 422, 1102, undefined],
  ['filling without items', 'PUT', '/fill', {}, 422, 1102, undefined],
  ['a cart id that is none', 'PUT', '/a%20b/clear', undefined, 422, 1102, undefined],
]

for (const [name, method, path, body, status, errorCode, errorMessage] of REFUSED) {
  test(`${name} is answered ${errorCode}, and the cart stays as it was`, async (t) => {
    const api = await givenShopApi(t)
    await fill(api, [{ sku: 'shield_1', quantity: 1 }])
    const refused = await api.call(method, `${CART}${path}`, { ...ana, ...(body === undefined ? {} : { body }) })
    assert.deepEqual([refused.status, refused.body.errorCode], [status, errorCode])
    if (errorMessage !== undefined) assert.equal(refused.body.errorMessage, errorMessage)
    assert.deepEqual(
      linesOf((await api.call('GET', CART, ana)).body).map(([sku]) => sku),
      ['shield_1'],
    )
  })
}

test('members that engine SDKs send beside are ignored', async (t) => {
  const { call } = await givenShopApi(t)
  const body = { quantity: 1, engine: 'unity' }
  assert.equal((await call('PUT', `${CART}/item/sword_1?engine=unity&sdk=store`, { ...ana, body })).status, 204)
})

test('a server fills the cart of a user by id or token, in its currency and country', async (t) => {
  const { call } = await givenShopApi(t)
  const body = { country: 'BR', currency: 'USD', items: [{ sku: 'sword_1', quantity: 2 }] }
  const named: readonly Record<string, string>[] = [{ 'x-user-id': 'ana' }, { 'x-user-for': 'token-of-ana' }]
  for (const headers of named) {
    const filled = await call('PUT', `${ADMIN}/fill`, { body, headers })
    assert.deepEqual(
      [filled.status, filled.body.price],
      [200, { amount: '6.9800000000000000', amount_without_discount: '6.9800000000000000', currency: 'USD' }],
    )
  }
  assert.equal(linesOf((await call('GET', CART, ana)).body)[0]?.[2], '3.4900000000000000')
  const byId = await call('PUT', `${ADMIN}/custom_id/fill`, { body, headers: { 'x-user-id': 'ana' } })
  assert.deepEqual([byId.status, byId.body.cart_id], [200, 'custom_id'])
})

test('a user that nobody names, or whose token is bad, is not found', async (t) => {
  const { call } = await givenShopApi(t)
  const body = { items: [{ sku: 'sword_1', quantity: 1 }] }
  const unnamed: readonly Record<string, string>[] = [
    {},
    { 'x-user-id': '' },
    { 'x-user-for': 'bad' },
    { 'x-user-for': 'bad', 'x-user-id': 'ana' },
    { 'x-user-id': 'visitor:0123456789abcdef' },
    { 'x-user-for': 'expired' },
  ]
  for (const headers of unnamed) {
    const refused = await call('PUT', `${ADMIN}/fill`, { body, headers })
    assert.deepEqual(
      [refused.status, refused.body.errorCode, refused.body.errorMessage],
      [404, 5008, '[0401-5008]: Could not find User'],
    )
  }
  const tooLong = await call('PUT', `${ADMIN}/fill`, { body, headers: { 'x-user-id': 'x'.repeat(33) } })
  assert.deepEqual([tooLong.status, tooLong.body.errorCode], [422, 1102])
})
