// The documented calls that create orders, over HTTP.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeCart } from '../catalog/index.ts'
import { sha256Hex } from '../platform/seal.ts'
import { openTestStore } from '../platform/store/testing/index.ts'
import { projectOfPaymentToken } from '../projects/index.ts'
import { PROJECT_ID, userParty } from './testing/given-rows.ts'
import { openShop } from './testing/open-shop.ts'
import { serveOrders } from './testing/serve-orders.ts'

type Ending = Parameters<typeof openShop>[0]

async function given(t: Ending) {
  const shop = await openShop(t, (options) => openTestStore('sqlite memory', options))
  return { shop, request: await serveOrders(t, shop) }
}

const STORE = `/api/v2/project/${PROJECT_ID}`
const TOKEN_CALL = `/api/v3/project/${PROJECT_ID}/admin/payment/token`

test('create-order-with-item answers order and token, and keeps what was said', async (t) => {
  const { shop, request } = await given(t)
  const { status, body } = await request('POST', `${STORE}/payment/item/sword_1`, {
    caller: { id: 'ann', email: 'ann@example.com' },
    body: {
      quantity: 2,
      sandbox: true,
      locale: 'de',
      settings: { return_url: 'https://game.example/back', external_id: 'x-1', sdk: { platform: 'web' } },
      custom_parameters: { guild: 'red' },
      user: { country: 'DE' },
    },
  })
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(body ?? {}), ['order_id', 'token'])
  const order = await shop.order(Number(body?.order_id))
  const { amount, mode, external_id, custom_parameters, user_email, user_country, user_details, settings } = order
  assert.deepEqual(
    { amount, mode, external_id, custom_parameters, user_email, user_country },
    {
      amount: 998,
      mode: 'sandbox',
      external_id: 'x-1',
      custom_parameters: '{"guild":"red"}',
      user_email: 'ann@example.com',
      user_country: 'US',
    },
  )
  assert.deepEqual(JSON.parse(user_details), { name: 'Ann', ip: '127.0.0.1' })
  assert.equal(JSON.parse(settings).language, 'de')
  assert.equal(JSON.parse(settings).return_url, 'https://game.example/back')
  const { token_hash, order_id } = await shop.store.read
    .selectFrom('payment_tokens')
    .select(['token_hash', 'order_id'])
    .executeTakeFirstOrThrow()
  assert.deepEqual([token_hash, order_id], [sha256Hex(String(body?.token)), order.id])
  assert.equal(projectOfPaymentToken(String(body?.token)), PROJECT_ID)
})

test('a body is not needed', async (t) => {
  const { request } = await given(t)
  assert.equal((await request('POST', `${STORE}/payment/item/sword_1`)).status, 200)
})

test('carts are bought, the default one and a named one', async (t) => {
  const { shop, request } = await given(t)
  const lines = [{ sku: 'shield_1', quantity: 1 }]
  for (const cartId of [null, 'mine']) {
    await shop.store.run(changeCart, { party: userParty('ann'), cartId, change: { kind: 'put', lines } as const })
  }
  const first = await request('POST', `${STORE}/payment/cart`, { body: { currency: 'JPY' } })
  const second = await request('POST', `${STORE}/payment/cart/mine`)
  assert.deepEqual([first.status, second.status], [200, 200])
  const { currency, amount } = await shop.order(Number(first.body?.order_id))
  assert.deepEqual([currency, amount, Object.keys(second.body ?? {})], ['JPY', 600, ['order_id', 'token']])
})

test('free calls answer the order alone, and it is done', async (t) => {
  const { shop, request } = await given(t)
  const lines = [{ sku: 'daily_gift', quantity: 1 }]
  for (const cartId of [null, 'mine']) {
    await shop.store.run(changeCart, { party: userParty('ann'), cartId, change: { kind: 'put', lines } as const })
  }
  for (const path of ['free/item/daily_gift', 'free/cart', 'free/cart/mine']) {
    const { status, body } = await request('POST', `${STORE}/${path}`)
    assert.deepEqual([path, status, Object.keys(body ?? {})], [path, 200, ['order_id']])
    assert.equal((await shop.order(Number(body?.order_id))).status, 'done')
  }
})

test('a virtual currency pays, and the platform is kept', async (t) => {
  const { shop, request } = await given(t)
  await shop.fund('gold', 30)
  const path = `${STORE}/payment/item/potion_1/virtual/gold`
  const { body } = await request('POST', `${path}?platform=pc_standalone`, { body: { custom_parameters: null } })
  assert.deepEqual(Object.keys(body ?? {}), ['order_id'])
  assert.equal((await shop.order(Number(body?.order_id))).platform, 'pc_standalone')
  const broke = await request('POST', path)
  assert.deepEqual([broke.status, broke.body?.errorCode], [422, 5006])
})

test("the game's server makes a payment token for its user", async (t) => {
  const { shop, request } = await given(t)
  const { status, body } = await request('POST', TOKEN_CALL, {
    caller: 'server',
    body: {
      sandbox: true,
      user: {
        id: { value: 'user-7' },
        name: { value: 'Bob' },
        email: { value: 'bob@example.com' },
        country: { value: 'jp', allow_modify: false },
        phone: { value: '123' },
      },
      purchase: { items: [{ sku: 'sword_1', quantity: 1 }] },
      settings: { currency: 'JPY', language: 'ja', external_id: 'order-9' },
    },
  })
  assert.equal(status, 201)
  assert.deepEqual(Object.keys(body ?? {}), ['token', 'order_id'])
  const order = await shop.order(Number(body?.order_id))
  const { party_id, user_email, user_country, currency, amount, mode, external_id } = order
  assert.deepEqual(
    [party_id, user_email, user_country, currency, amount, mode, external_id],
    ['user-7', 'bob@example.com', 'JP', 'JPY', 750, 'sandbox', 'order-9'],
  )
  assert.deepEqual(JSON.parse(order.user_details), { name: 'Bob', phone: '123' })
})

test("the user's address will do where the country is unknown", async (t) => {
  const { shop, request } = await given(t)
  const body = { user: { id: { value: 'u' } }, purchase: { items: [{ sku: 'sword_1', quantity: 1 }] } }
  const headers = { 'x-user-ip': '203.0.113.7' }
  const answer = await request('POST', TOKEN_CALL, { caller: 'server', body, headers })
  assert.equal(answer.status, 201)
  assert.deepEqual(JSON.parse((await shop.order(Number(answer.body?.order_id))).user_details), { ip: '203.0.113.7' })
})

const tokenBody = (members: object) => ({
  user: { id: { value: 'u' }, country: { value: 'US' } },
  purchase: { items: [{ sku: 'sword_1', quantity: 1 }] },
  ...members,
})

const refusals = [
  {
    path: `${STORE}/payment/item/none`,
    status: 404,
    code: 4001,
    message: "[0401-4001]: Item with sku = 'none' not found",
  },
  { path: `${STORE}/payment/item/daily_gift`, status: 422, code: 1411, message: '[0401-1411]: Invalid item' },
  {
    path: `${STORE}/payment/item/sword_1`,
    body: { promo_code: 'X' },
    status: 404,
    code: 9802,
    message: '[0401-9802]: Coupon not found',
  },
  { path: `${STORE}/payment/item/sword_1`, body: { quantity: 0 }, status: 422, code: 1102 },
  { path: `${STORE}/payment/item/sword_1`, body: { quantity: '1' }, status: 422, code: 1102 },
  { path: `${STORE}/payment/item/sword_1`, body: { custom_parameters: {} }, status: 422, code: 1102 },
  { path: `${STORE}/payment/item/sword_1`, body: { currency: 'XXX' }, status: 422, code: 1411 },
  { path: `${STORE}/payment/item/sword_1`, caller: 'nobody', status: 401, code: 1501 },
  { path: `${STORE}/payment/cart`, status: 422, code: 1401, message: '[0401-1401]: Invalid cart' },
  { path: `${STORE}/free/item/sword_1`, status: 422, code: 1411, message: '[0401-1411]: Invalid item' },
  { path: `${STORE}/free/cart`, status: 422, code: 1401, message: '[0401-1401]: Invalid cart' },
  { path: `${STORE}/payment/item/none/virtual/gold`, status: 404, code: 4001 },
  { path: `${STORE}/payment/item/sword_1/virtual/gold`, status: 422, code: 1411 },
  {
    path: TOKEN_CALL,
    caller: 'server',
    body: tokenBody({ user: { id: { value: 'u' } } }),
    status: 422,
    code: 1102,
    message: '[0401-1102]: The parameter user.country.value or the header X-User-Ip must be specified',
  },
  { path: TOKEN_CALL, caller: 'server', body: tokenBody({ user: {} }), status: 422, code: 1102 },
  {
    path: TOKEN_CALL,
    caller: 'server',
    body: tokenBody({ user: { id: { value: 'visitor:1' }, country: { value: 'US' } } }),
    status: 422,
    code: 1102,
  },
  { path: TOKEN_CALL, caller: 'server', body: tokenBody({ purchase: { items: [] } }), status: 422, code: 1102 },
  {
    path: TOKEN_CALL,
    caller: 'server',
    body: tokenBody({ purchase: { items: [{ sku: 'daily_gift', quantity: 1 }] } }),
    status: 422,
    code: 1421,
    message: '[0401-1421]: Item is free',
  },
  {
    path: TOKEN_CALL,
    caller: 'server',
    body: tokenBody({ purchase: { items: [{ sku: 'none', quantity: 1 }] } }),
    status: 422,
    code: 1401,
    message: '[0401-1401]: Invalid cart',
  },
] as const

for (const refusal of refusals) {
  const { path, status, code } = refusal
  const body = 'body' in refusal ? refusal.body : {}
  test(`refuses ${path.slice(STORE.length + 1)} with ${JSON.stringify(body)} by ${code}`, async (t) => {
    const { shop, request } = await given(t)
    const answer = await request('POST', path, { body, ...('caller' in refusal ? { caller: refusal.caller } : {}) })
    assert.deepEqual([answer.status, answer.body?.statusCode, answer.body?.errorCode], [status, status, code])
    if ('message' in refusal) assert.equal(answer.body?.errorMessage, refusal.message)
    assert.deepEqual(await shop.store.read.selectFrom('orders').select('id').execute(), [])
  })
}

test('a repeat with the same Idempotency-Key gets the same order and token, and says so', async (t) => {
  const { shop, request } = await given(t)
  const headers = { 'idempotency-key': 'key-1' }
  const path = `${STORE}/payment/item/sword_1`
  const first = await request('POST', path, { headers, body: { quantity: 1 } })
  const again = await request('POST', path, { headers, body: { quantity: 1 } })
  assert.deepEqual(again.body, first.body)
  assert.deepEqual([first.headers.get('idempotent-replayed'), again.headers.get('idempotent-replayed')], [null, 'true'])
  const { body } = await shop.store.read.selectFrom('idempotency_keys').select('body').executeTakeFirstOrThrow()
  assert.equal(body.includes(String(first.body?.token)), false)

  const other = await request('POST', path, { headers, body: { quantity: 2 } })
  assert.equal(other.status, 422)
  const bob = await request('POST', path, { headers, body: { quantity: 1 }, caller: { id: 'bob' } })
  assert.notEqual(bob.body?.order_id, first.body?.order_id)
  const tooLong = await request('POST', path, { headers: { 'idempotency-key': 'k'.repeat(256) } })
  assert.deepEqual([tooLong.status, tooLong.body?.errorCode], [422, 1102])
})
