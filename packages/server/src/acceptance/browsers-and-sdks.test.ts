// What browsers ask before they call, and what engine SDKs send along: answered, or ignored.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyOf, givenShop, type Json, type Shop } from './testing/given-shop.ts'

const ORIGIN = 'https://game.example'
/** Headers that games and engine SDKs send with documented calls. */
const SENT_HEADERS = [
  'authorization',
  'content-type',
  'x-unauthorized-id',
  'x-user',
  'x-engine',
  'x-engine-v',
  'x-sdk',
  'x-sdk-v',
  'x-build-platform',
  'x-steam-userid',
]

interface Operation {
  readonly method: string
  readonly path: string
}

/** Paths of the document of the route table, filled with numbers, by whether they are documented ones. */
async function operations(shop: Shop): Promise<readonly Operation[]> {
  const { paths } = bodyOf(await shop.server.call('GET', '/openapi.json'), 200)
  return Object.entries(paths as Readonly<Record<string, Json>>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, '44056'),
    })),
  )
}

function isDocumented({ path }: Operation): boolean {
  return /^\/(api|events|paystation2|connection|emulation)/.test(path)
}

function preflight(shop: Shop, { method, path }: Operation) {
  const headers = {
    origin: ORIGIN,
    'access-control-request-method': method,
    'access-control-request-headers': SENT_HEADERS.join(', '),
  }
  return shop.server.call('OPTIONS', path, { headers })
}

test('pages of any origin may make every documented call, without cookies', async (t) => {
  const shop = await givenShop(t)
  for (const operation of (await operations(shop)).filter(isDocumented)) {
    const { status, headers } = await preflight(shop, operation)
    const told = (name: string) => (headers.get(name) ?? '').toLowerCase().split(', ')
    assert.equal(status, 204, operation.path)
    assert.equal(headers.get('access-control-allow-origin'), '*')
    assert.equal(headers.get('access-control-allow-credentials'), null)
    assert.ok(told('access-control-allow-methods').includes(operation.method.toLowerCase()), operation.path)
    assert.deepEqual(
      SENT_HEADERS.filter((name) => !told('access-control-allow-headers').includes(name)),
      [],
    )
  }
})

test('pages of other origins may not make our own calls', async (t) => {
  const shop = await givenShop(t)
  for (const operation of (await operations(shop)).filter(({ path }) => path.startsWith('/v1/'))) {
    const { headers } = await preflight(shop, operation)
    assert.equal(headers.get('access-control-allow-origin'), null, operation.path)
  }
})

test('a page can read refusals, too', async (t) => {
  const shop = await givenShop(t)
  const as = { bearer: await shop.tokenOf('player-1') }
  const headers = { origin: ORIGIN }
  const path = '/api/v2/project/44056'
  const answers = [
    await shop.server.call('GET', `${path}/order/1`, { headers }),
    await shop.server.call('GET', `${path}/order/1`, { as, headers }),
    await shop.server.call('DELETE', `${path}/order/1`, { as, headers }),
    await shop.server.call('POST', `${path}/payment/item/sword_1`, { as, headers, rawBody: '{' }),
    await shop.server.call('GET', '/api/nothing', { headers }),
  ]
  assert.deepEqual(
    answers.map((answer) => [answer.status, answer.headers.get('access-control-allow-origin')]),
    [
      [401, '*'],
      [404, '*'],
      [405, '*'],
      [400, '*'],
      [404, '*'],
    ],
  )
})

test('a method that a path does not have is refused in the documented words', async (t) => {
  const shop = await givenShop(t)
  const documented = await shop.server.call('DELETE', '/api/v2/project/44056/order/1')
  assert.deepEqual([documented.status, documented.headers.get('allow')], [405, 'GET, HEAD, OPTIONS'])
  assert.deepEqual(documented.body, {
    statusCode: 405,
    errorCode: 0,
    errorMessage: 'Method is not allowed. Method must be one of: GET, HEAD, OPTIONS',
    transactionId: documented.headers.get('x-request-id'),
  })
  const own = await shop.server.call('PUT', '/v1/projects/44056/settings', { as: 'project', body: {} })
  assert.deepEqual([own.status, own.headers.get('allow')], [405, 'GET, PATCH, HEAD, OPTIONS'])
  assert.equal((own.body as Json).code, 'method_not_allowed')
  assert.match(own.headers.get('content-type') ?? '', /^application\/problem\+json/)
})

/** Headers that differ between any two answers, or belong to the connection. */
const OF_EACH_ANSWER = ['date', 'x-request-id', 'connection', 'keep-alive']

test('HEAD tells what GET tells, without the body', async (t) => {
  const shop = await givenShop(t)
  const as = { bearer: await shop.tokenOf('player-1') }
  const { orderId } = await shop.buy(as)
  const path = `/api/v2/project/44056/order/${orderId}`
  const [get, head] = [await shop.server.call('GET', path, { as }), await shop.server.call('HEAD', path, { as })]
  const kept = ({ headers }: typeof get) => [...headers].filter(([name]) => !OF_EACH_ANSWER.includes(name))
  assert.deepEqual([head.status, head.text, kept(head)], [200, '', kept(get)])
  assert.equal((await shop.server.call('HEAD', path)).status, 401)
})

test('what engine SDKs send along changes nothing', async (t) => {
  const shop = await givenShop(t)
  const as = { bearer: await shop.tokenOf('player-1') }
  const headers = {
    'X-ENGINE': 'UNITY',
    'X-ENGINE-V': '2022.3',
    'X-SDK': 'STORE',
    'X-SDK-V': '3.0.1',
    'X-BUILD-PLATFORM': 'android',
    'x-steam-userid': '76561198000000000',
    'x-something-new': 'yes',
  }
  const query = '?engine=unity&engine_v=2022.3&sdk=store&sdk_v=3.0.1&build_platform=android&locale=de&anything=1'
  const body = {
    quantity: 1,
    user: { country: { value: 'DE' } },
    shipping_data: null,
    settings: {
      external_id: 'ext-1',
      sdk: { platform: 'android', browser_type: 'webview' },
      ui: { theme: 'mine', unknown: true },
      return_url: 'app://done',
      redirect_policy: { redirect_conditions: 'any', delay: 0, new_member: 1 },
    },
    new_member: { deep: [1, 2, 3] },
  }
  const made = await shop.server.call('POST', `/api/v2/project/44056/payment/item/sword_1${query}`, {
    as,
    headers,
    body,
  })
  const { order_id } = bodyOf(made, 200)
  const read = await shop.server.call('GET', `/api/v2/project/44056/order/${order_id}${query}`, { as, headers })
  assert.deepEqual(read.body, await shop.getOrder(as, Number(order_id)))
  const events = await shop.server.call('GET', '/events?project_id=44056&engine=unity&sdk_v=3', { as, headers })
  assert.equal(events.status, 200)
})

test('a client that sends no content type, or a charset, or a byte order mark, is understood', async (t) => {
  const shop = await givenShop(t)
  const as = { bearer: await shop.tokenOf('player-1') }
  const buy = async (rawBody: string | Uint8Array, type: string) => {
    const options = { as, rawBody, headers: { 'content-type': type } }
    return (await shop.server.call('POST', '/api/v2/project/44056/payment/item/sword_1', options)).status
  }
  assert.equal(await buy('{"quantity":2}', 'application/json; charset=utf-8'), 200)
  assert.equal(await buy('{"quantity":2}', 'APPLICATION/JSON'), 200)
  assert.equal(await buy('\ufeff{"quantity":2}', 'application/json'), 200)
  assert.equal(await buy('', 'application/json'), 200)
  const none = await shop.server.call('POST', '/api/v2/project/44056/payment/item/sword_1', { as })
  assert.equal(none.status, 200)
})

test('the calls of a minute of polling every three seconds are not limited, even at once', async (t) => {
  const shop = await givenShop(t, { overrides: { rateLimits: 'on' } })
  const as = { bearer: await shop.tokenOf('player-1') }
  const { orderId } = await shop.buy(as)
  const statuses = new Set<number>()
  // A minute of polling at once.
  for (let call = 0; call < 20; call += 1) statuses.add((await shop.store(as, 'GET', `/order/${orderId}`)).status)
  assert.deepEqual([...statuses], [200])
})
