// The documented calls about promo codes and coupons, and what items and carts show of promotions.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { PROJECT_ID } from './testing/given-catalog.ts'
import { givenShopApi, type ShopApi } from './testing/shop-api.ts'

const BASE = `/api/v2/project/${PROJECT_ID}`
const ana = { player: 'ana', country: 'US' }

const CATALOG = {
  items: [],
  promotions: [
    { external_id: 'sale', name: { en: 'Sale', de: 'Angebot' }, discount: { percent: 12.5, items: ['sword_1'] } },
    {
      external_id: 'gift',
      name: 'Gift',
      order: 1,
      date_start: '2020-04-15T16:16:00+03:00',
      date_end: '2120-04-15T16:16:00+03:00',
      bonus: [{ sku: 'gold_100', quantity: 2 }],
      condition: [{ sku: 'sword_1', quantity: 2 }],
    },
  ],
  promo_codes: [
    {
      external_id: 'half',
      name: 'Half',
      codes: ['HALF'],
      discount: { percent: 50 },
      bonus: [{ sku: 'potion_1', quantity: 1 }],
    },
    { external_id: 'off', name: 'Off', codes: ['OFF'], discount: { amount: { USD: 1.5 }, items: ['sword_1'] } },
    { external_id: 'all', name: 'All', codes: ['ALL'], discount: { percent: 100 } },
    { external_id: 'de', name: 'De', codes: ['NUR-DE'], discount: { percent: 5 }, countries: ['DE'] },
    { external_id: 'old', name: 'Old', codes: ['OLD'], discount: { percent: 5 }, date_end: '2020-01-01T00:00:00Z' },
  ],
  coupons: [{ external_id: 'fair', name: 'Fair', codes: ['FAIR'], bonus: [{ sku: 'gold_100', quantity: 1 }] }],
}

async function given(t: TestContext): Promise<ShopApi> {
  const api = await givenShopApi(t)
  const path = `/v1/projects/${PROJECT_ID}/catalog?mode=upsert`
  assert.equal((await api.call('PUT', path, { body: CATALOG })).status, 200)
  return api
}

type Json = Readonly<Record<string, unknown>>
const linesOf = (cart: Json) =>
  (cart.items as readonly Json[]).map(({ sku, quantity, price, is_bonus, is_free }) => [
    sku,
    quantity,
    (price as Json | null)?.amount ?? null,
    is_bonus,
    is_free,
  ])

test('items show their promotions and the price after them', async (t) => {
  const { call } = await given(t)
  const { body } = await call('GET', `${BASE}/items/sku/sword_1?locale=de`, ana)
  assert.deepEqual(body.price, { amount: '4.37', amount_without_discount: '4.99', currency: 'USD' })
  const bonus = {
    sku: 'gold_100',
    quantity: 2,
    type: 'bundle',
    name: '100 Gold',
    image_url: null,
    bundle_type: 'virtual_currency_package',
  }
  assert.deepEqual(body.promotions, [
    {
      name: 'Angebot',
      date_start: null,
      date_end: null,
      discount: { percent: '12.50', value: null },
      bonus: [],
    },
    {
      name: 'Gift',
      date_start: '2020-04-15T13:16:00+00:00',
      date_end: '2120-04-15T13:16:00+00:00',
      discount: null,
      bonus: [bonus],
    },
  ])
  const gold = await call('GET', `${BASE}/items/sku/gold_100`)
  assert.deepEqual([gold.body.promotions, (gold.body.price as Json).amount], [[], '1.99'])
})

test('a promo code in a cart makes it cheaper, adds its bonus, and can be taken out again', async (t) => {
  const { call } = await given(t)
  await call('PUT', `${BASE}/cart/item/sword_1`, { ...ana, body: { quantity: 2 } })
  const redeemed = await call('POST', `${BASE}/promocode/redeem`, {
    ...ana,
    body: { coupon_code: 'HALF', cart: { id: 'current' } },
  })
  assert.equal(redeemed.status, 200)
  const { price, is_free, rewards, promotions } = redeemed.body
  assert.deepEqual(
    [price, is_free],
    [{ amount: '4.3700000000000000', amount_without_discount: '9.9800000000000000', currency: 'USD' }, false],
  )
  assert.deepEqual(linesOf(redeemed.body), [
    ['sword_1', 2, '4.3700000000000000', false, false],
    ['gold_100', 2, null, true, true],
    ['potion_1', 1, null, true, true],
  ])
  assert.deepEqual(
    (promotions as readonly Json[]).map(({ name }) => name),
    ['Half', 'Gift'],
  )
  const potion = {
    sku: 'potion_1',
    name: 'Healing Potion',
    type: 'virtual_good',
    description: 'Tastes of mint.',
    image_url: null,
    virtual_item_type: 'consumable',
  }
  assert.deepEqual(rewards, {
    bonus: [{ item: potion, quantity: 1 }],
    discount: { percent: '50.00', value: null },
    discounted_items: [],
    is_selectable: false,
  })
  assert.deepEqual(linesOf((await call('GET', `${BASE}/cart`, ana)).body), linesOf(redeemed.body))
  const removed = await call('PUT', `${BASE}/promocode/remove`, { ...ana, body: { cart: { id: 'current' } } })
  assert.deepEqual([removed.status, (removed.body.price as Json).amount], [200, '8.7400000000000000'])
  assert.equal('rewards' in removed.body, false)
})

test('a code may wait in an empty cart, and in a named one', async (t) => {
  const { call } = await given(t)
  const body = { coupon_code: 'ALL', cart: { id: 'mine' } }
  const empty = await call('POST', `${BASE}/promocode/redeem`, { ...ana, body })
  assert.deepEqual([empty.status, empty.body.cart_id, empty.body.items, empty.body.is_free], [200, 'mine', [], false])
  await call('PUT', `${BASE}/cart/mine/item/sword_1`, { ...ana, body: { quantity: 1 } })
  const { price, is_free } = (await call('GET', `${BASE}/cart/mine`, ana)).body
  assert.deepEqual([(price as Json).amount, is_free], ['0.0000000000000000', true])
  await call('PUT', `${BASE}/cart/mine/clear`, ana)
  await call('PUT', `${BASE}/cart/mine/item/sword_1`, { ...ana, body: { quantity: 1 } })
  assert.equal((await call('GET', `${BASE}/cart/mine`, ana)).body.is_free, false)
})

test('a code that is no longer good stays in its cart without effect', async (t) => {
  const { call } = await given(t)
  await call('PUT', `${BASE}/cart/item/shield_1`, { ...ana, body: { quantity: 1 } })
  await call('POST', `${BASE}/promocode/redeem`, { ...ana, body: { coupon_code: 'HALF' } })
  const over = { ...CATALOG, promo_codes: [{ ...CATALOG.promo_codes[0], is_enabled: false }] }
  await call('PUT', `/v1/projects/${PROJECT_ID}/catalog?mode=upsert`, { body: over })
  assert.deepEqual(linesOf((await call('GET', `${BASE}/cart`, ana)).body), [
    ['shield_1', 1, '3.9900000000000000', false, false],
  ])
})

test('rewards and the kind of a code are told before anything is bought', async (t) => {
  const { call } = await given(t)
  const off = await call('GET', `${BASE}/promocode/code/OFF/rewards`, ana)
  const discount = { percent: null, value: '1.5' }
  assert.deepEqual(
    [off.status, off.body],
    [
      200,
      {
        bonus: [],
        discount: null,
        discounted_items: [
          {
            sku: 'sword_1',
            name: "Knight's Sword",
            type: 'virtual_good',
            description: 'Old, but never dull.',
            image_url: null,
            virtual_item_type: 'non_consumable',
            discount,
          },
        ],
        is_selectable: false,
      },
    ],
  )
  const fair = await call('GET', `${BASE}/coupon/code/FAIR/rewards`, ana)
  const purse = {
    sku: 'gold_100',
    name: '100 gold',
    type: 'bundle',
    description: 'A purse of gold.',
    image_url: null,
    bundle_type: 'virtual_currency_package',
  }
  assert.deepEqual([fair.status, fair.body], [200, { bonus: [{ item: purse, quantity: 1 }], is_selectable: false }])
  for (const [code, type, rewards] of [
    ['OFF', 'promocode', off.body],
    ['FAIR', 'coupon', fair.body],
  ]) {
    const verified = await call('GET', `${BASE}/promotion/code/${String(code)}/verify`, ana)
    assert.deepEqual([verified.status, verified.body], [200, { type, code, rewards }])
  }
})

test('a code that is not taken says why', async (t) => {
  const { call } = await given(t)
  const redeem = (code?: string) =>
    call('POST', `${BASE}/promocode/redeem`, { ...ana, body: { ...(code === undefined ? {} : { coupon_code: code }) } })
  const answers = [
    await redeem('NOPE'),
    await redeem('half'),
    await redeem('FAIR'),
    await redeem(),
    await redeem('NUR-DE'),
    await redeem('OLD'),
    await call('GET', `${BASE}/promocode/code/NOPE/rewards`, ana),
    await call('GET', `${BASE}/promocode/code/FAIR/rewards`, ana),
    await call('GET', `${BASE}/coupon/code/HALF/rewards`, ana),
    await call('GET', `${BASE}/promotion/code/NOPE/verify`, ana),
    await call('GET', `${BASE}/promotion/code/NUR-DE/verify`, ana),
  ]
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.errorCode, body.errorMessage]),
    [
      [404, 9811, '[0401-9811]: Code not found.'],
      [404, 9811, '[0401-9811]: Code not found.'],
      [404, 9811, '[0401-9811]: Code not found.'],
      [404, 9811, '[0401-9811]: Code not found.'],
      [422, 9808, '[0401-9808]: Coupon is not available in your region.'],
      [422, 9810, '[0401-9810]: Sorry, this code is expired.'],
      [404, 9811, '[0401-9811]: Code not found.'],
      [404, 9811, '[0401-9811]: Code not found.'],
      [404, 9802, '[0401-9802]: Coupon not found'],
      [404, 9811, '[0401-9811]: Code not found.'],
      [422, 9808, '[0401-9808]: Coupon is not available in your region.'],
    ],
  )
  assert.equal((await call('GET', `${BASE}/promotion/code/NUR-DE/verify`, { ...ana, country: 'DE' })).status, 200)
})
