import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { compileSchemas, createHttpServer } from './create-http-server.ts'
import { defineEndpoint, type Endpoint } from './endpoint.ts'
import { anyoneMay, givenRoute, givenServer, sendRaw } from './testing/index.ts'

/** Answers what it got. */
const echo = defineEndpoint({
  operationId: 'echo',
  summary: 'Echo',
  tag: 'Test',
  schema: {
    params: Type.Object({ project_id: Type.Integer({ minimum: 1 }), sku: Type.String() }),
    query: Type.Object({
      limit: Type.Optional(Type.Integer({ default: 10 })),
      types: Type.Optional(Type.Array(Type.String())),
    }),
    body: Type.Object({ quantity: Type.Optional(Type.Integer({ minimum: 1 })), note: Type.Optional(Type.String()) }),
    response: { 200: Type.Object({ params: Type.Unknown(), query: Type.Unknown(), body: Type.Unknown() }) },
  },
  handle: async ({ params, query, body }) => ({ status: 200, body: { params, query, body, secret: 'undeclared' } }),
})

const echoRoute = givenRoute(echo, {
  method: 'POST',
  path: '/api/v2/project/{project_id}/echo/{sku}',
  access: 'player',
  errors: 'store',
})

function failing(operationId: string, error: unknown): Endpoint {
  return defineEndpoint({
    operationId,
    summary: 'Fails',
    tag: 'Test',
    schema: { response: { 200: null } },
    handle: () => Promise.reject(error),
  })
}

const json = { 'content-type': 'application/json' }

async function storeError(answer: Response): Promise<object> {
  const { transactionId, ...body } = (await answer.json()) as { transactionId: string }
  assert.match(transactionId, /^[0-9a-f]{32}$/)
  assert.equal(answer.headers.get('x-request-id'), transactionId)
  return body
}

test('gives the handler coerced params and query, and bodies as they are', async (t) => {
  const { url } = await givenServer(t, [echoRoute])
  const answer = await fetch(`${url}/api/v2/project/44056/echo/sword%2F1?types=paid`, {
    method: 'POST',
    headers: json,
    body: '{"quantity":2,"extra":{"a":[1]}}',
  })
  assert.equal(answer.status, 200)
  assert.deepEqual(await answer.json(), {
    params: { project_id: 44056, sku: 'sword/1' },
    query: { limit: 10, types: ['paid'] },
    body: { quantity: 2, extra: { a: [1] } },
  })
})

const NO_BODIES: readonly (readonly [what: string, init: RequestInit])[] = [
  ['no body and no content type', {}],
  ['a content type and no body', { headers: json }],
  ['blanks as the body', { headers: json, body: ' \n' }],
]

for (const [what, init] of NO_BODIES) {
  test(`takes ${what} for an empty object`, async (t) => {
    const { url } = await givenServer(t, [echoRoute])
    const answer = await fetch(`${url}/api/v2/project/1/echo/a`, { method: 'POST', ...init })
    assert.deepEqual(((await answer.json()) as { body: unknown }).body, {})
  })
}

const BAD_BODIES: readonly (readonly [
  what: string,
  init: RequestInit,
  status: number,
  code: number,
  message: RegExp,
])[] = [
  [
    'a number in quotes',
    { headers: json, body: '{"quantity":"2"}' },
    422,
    1102,
    /^\[0401-1102\]: .*The property `quantity` must be integer$/,
  ],
  ['a number below its minimum', { headers: json, body: '{"quantity":0}' }, 422, 1102, /`quantity` must be >= 1$/],
  ['an array for an object', { headers: json, body: '[]' }, 422, 1102, /The value must be object$/],
  ['null for an object', { headers: json, body: 'null' }, 422, 1102, /The value must be object$/],
  ['half a document', { headers: json, body: '{"quantity":' }, 400, 1004, /^\[0401-1004\]: Bad request/],
  ['two documents', { headers: json, body: '{}{}' }, 400, 1004, /^\[0401-1004\]/],
  ['a body that is too deep', { headers: json, body: '['.repeat(5_000) }, 400, 1004, /deeper than 64 levels$/],
  [
    'plain text',
    { headers: { 'content-type': 'text/plain' }, body: '{}' },
    415,
    0,
    /application\/json, got text\/plain/,
  ],
  [
    'a form',
    { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=1' },
    415,
    0,
    /application\/json/,
  ],
]

for (const [what, init, status, errorCode, message] of BAD_BODIES) {
  test(`refuses ${what} as the documented calls do`, async (t) => {
    const { url } = await givenServer(t, [echoRoute])
    const answer = await fetch(`${url}/api/v2/project/1/echo/a`, { method: 'POST', ...init })
    const error = (await storeError(answer)) as { statusCode: number; errorCode: number; errorMessage: string }
    assert.deepEqual([answer.status, error.statusCode, error.errorCode], [status, status, errorCode])
    assert.match(error.errorMessage, message)
  })
}

test('takes JSON by any of its content types, and without one', async (t) => {
  const server = await givenServer(t, [echoRoute])
  for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/merge-patch+json']) {
    const answer = await fetch(`${server.url}/api/v2/project/1/echo/a`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: '{"note":"x"}',
    })
    assert.deepEqual(((await answer.json()) as { body: unknown }).body, { note: 'x' }, type)
  }
  const raw = await sendRaw(
    server.address().port,
    'POST /api/v2/project/1/echo/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 12\r\n\r\n{"note":"x"}',
  )
  assert.match(raw, /"body":\{"note":"x"\}/)
})

test('drops __proto__ from bodies, however it is spelled', async (t) => {
  const { url } = await givenServer(t, [echoRoute])
  const body = '{"__proto__":{"a":1},"\\u005f_proto__":{"b":1},"note":"x","inner":{"__proto__":1,"c":2}}'
  const answer = await fetch(`${url}/api/v2/project/1/echo/a`, { method: 'POST', headers: json, body })
  assert.deepEqual(((await answer.json()) as { body: unknown }).body, { note: 'x', inner: { c: 2 } })
})

test('answers a body above the limit with 413, announced or not', async (t) => {
  const { url } = await givenServer(t, [echoRoute])
  const large = `{"note":"${'x'.repeat(1024 * 1024)}"}`
  const announced = await fetch(`${url}/api/v2/project/1/echo/a`, { method: 'POST', headers: json, body: large })
  const chunked = await fetch(`${url}/api/v2/project/1/echo/a`, {
    method: 'POST',
    headers: json,
    body: new Blob([large]).stream(),
    duplex: 'half',
  })
  assert.deepEqual([announced.status, chunked.status], [413, 413])
  await Promise.all([announced.text(), chunked.text()])
})

test('has a limit of its own where the endpoint says so', async (t) => {
  const endpoint = defineEndpoint({
    operationId: 'small',
    summary: 'Small',
    tag: 'Test',
    schema: { bodyBytes: true, bodyBytesMax: 4, response: { 200: Type.String({ contentMediaType: 'text/plain' }) } },
    handle: async ({ rawBody }) => ({ status: 200, body: Buffer.from(rawBody ?? []).toString('hex') }),
  })
  const { url } = await givenServer(t, [givenRoute(endpoint, { method: 'POST' })])
  const whole = await fetch(`${url}/v1/small`, { method: 'POST', body: new Uint8Array([0, 255, 1, 2]) })
  assert.deepEqual(
    [whole.status, await whole.text(), whole.headers.get('content-type')],
    [200, '00ff0102', 'text/plain; charset=utf-8'],
  )
  const none = await fetch(`${url}/v1/small`, { method: 'POST' })
  assert.equal(await none.text(), '')
  assert.equal((await fetch(`${url}/v1/small`, { method: 'POST', body: 'hello' })).status, 413)
})

test('ignores the body of a call that has none, whatever it is', async (t) => {
  const endpoint = defineEndpoint({
    operationId: 'clear',
    summary: 'Clear',
    tag: 'Test',
    schema: { response: { 204: null } },
    handle: async ({ body, rawBody }) => ({ status: body === undefined && rawBody === null ? 204 : 500 }),
  })
  const { url } = await givenServer(t, [givenRoute(endpoint, { method: 'PUT' })])
  for (const init of [
    {},
    { body: '{"half', headers: json },
    { body: 'a=1', headers: { 'content-type': 'text/odd' } },
  ]) {
    const answer = await fetch(`${url}/v1/clear`, { method: 'PUT', ...init })
    assert.deepEqual([answer.status, await answer.text()], [204, ''])
  }
})

test('tells unknown paths and methods in the shape of their neighbours', async (t) => {
  const { url } = await givenServer(t, [echoRoute, givenRoute(failing('fail', new Error('x')))])
  const absent = await fetch(`${url}/api/v9/nothing`)
  assert.deepEqual(
    [absent.status, await storeError(absent)],
    [
      404,
      {
        statusCode: 404,
        errorCode: 0,
        errorMessage: 'There is nothing at this path. Check the path and the version in it.',
      },
    ],
  )
  const wrongMethod = await fetch(`${url}/api/v2/project/1/echo/a`)
  assert.equal(wrongMethod.headers.get('allow'), 'POST, OPTIONS')
  assert.deepEqual(
    [wrongMethod.status, await storeError(wrongMethod)],
    [
      405,
      { statusCode: 405, errorCode: 0, errorMessage: 'Method is not allowed. Method must be one of: POST, OPTIONS' },
    ],
  )
  const own = await fetch(`${url}/v1/nothing`)
  assert.equal(own.headers.get('content-type'), 'application/problem+json; charset=utf-8')
  const { request_id, ...problem } = (await own.json()) as { request_id: string }
  assert.equal(request_id, own.headers.get('x-request-id'))
  assert.deepEqual(problem, {
    type: 'urn:ordertrail:error:not_found',
    title: 'Not found',
    status: 404,
    code: 'not_found',
    detail: 'There is nothing at this path. Check the path and the version in it.',
  })
})

test('refuses a project that is no number like an unknown path', async (t) => {
  const { url } = await givenServer(t, [echoRoute])
  for (const id of ['abc', '0', '-1', '1.5', '1e3', '9999999999999999']) {
    const answer = await fetch(`${url}/api/v2/project/${id}/echo/a`, { method: 'POST' })
    assert.equal(answer.status, 404, id)
    await answer.text()
  }
})

test('answers errors of endpoints by their code, in both shapes', async (t) => {
  const error = new AppError('order_not_found', { details: { order_id: 7 } })
  const { url } = await givenServer(t, [
    givenRoute(failing('own', error)),
    givenRoute(failing('store', error), { path: '/api/store', errors: 'store' }),
  ])
  const store = await fetch(`${url}/api/store`)
  assert.deepEqual(await storeError(store), {
    statusCode: 404,
    errorCode: 9001,
    errorMessage: '[0401-9001]: Order not found',
  })
  const own = (await (await fetch(`${url}/v1/own`)).json()) as Record<string, unknown>
  assert.deepEqual([own.code, own.title, own.details], ['order_not_found', 'Order not found', { order_id: 7 }])
})

test('tells the faults of a body on our own calls', async (t) => {
  const endpoint = defineEndpoint({
    operationId: 'strict',
    summary: 'Strict',
    tag: 'Test',
    schema: {
      body: Type.Object({ user: Type.Object({ id: Type.String() }) }, { additionalProperties: false }),
      response: { 204: null },
    },
    handle: async () => ({ status: 204 }),
  })
  const { url } = await givenServer(t, [givenRoute(endpoint, { method: 'POST' })])
  const post = async (body: object): Promise<unknown> => {
    const answer = await fetch(`${url}/v1/strict`, { method: 'POST', headers: json, body: JSON.stringify(body) })
    return ((await answer.json()) as { errors: unknown }).errors
  }
  assert.deepEqual(await post({}), [{ path: 'user', sentence: 'The property `user` is required' }])
  assert.deepEqual(await post({ user: {} }), [{ path: 'user.id', sentence: 'The property `user.id` is required' }])
  assert.deepEqual(await post({ user: { id: 'a' }, usr: 1 }), [
    { path: 'usr', sentence: 'The property `usr` is not known' },
  ])
})

test('says nothing of what failed inside, and when to come back where it may pass', async (t) => {
  const { url } = await givenServer(t, [
    givenRoute(failing('bug', new Error('password=hunter2'))),
    givenRoute(failing('thrown-text', 'hunter2')),
    givenRoute(failing('away', new AppError('store_unavailable', { message: 'hunter2', cause: new Error('hunter2') }))),
    givenRoute(failing('store-away', new AppError('store_unavailable')), { path: '/api/away', errors: 'store' }),
  ])
  for (const name of ['bug', 'thrown-text']) {
    const answer = await fetch(`${url}/v1/${name}`)
    const text = await answer.text()
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [500, null])
    assert.doesNotMatch(text, /hunter2/)
    assert.match(text, /"code":"internal"/)
  }
  const away = await fetch(`${url}/v1/away`)
  assert.deepEqual([away.status, away.headers.get('retry-after')], [503, '2'])
  assert.doesNotMatch(await away.text(), /hunter2/)
  const storeAway = await fetch(`${url}/api/away`)
  assert.deepEqual(await storeError(storeAway), {
    statusCode: 503,
    errorCode: 1101,
    errorMessage: '[0401-1101]: Service unavailable',
  })
})

test('sends text, bytes and streams as they are', async (t) => {
  const page = defineEndpoint({
    operationId: 'page',
    summary: 'Page',
    tag: 'Test',
    schema: {
      query: Type.Object({ as: Type.String() }),
      response: { 200: Type.String({ contentMediaType: 'text/html' }) },
    },
    handle: async ({ query }) => {
      if (query.as === 'bytes') return { status: 200, body: Buffer.from('<b>1</b>') }
      if (query.as === 'stream') {
        return {
          status: 200,
          body: Readable.from(['data: 1\n\n', 'data: 2\n\n']),
          headers: { 'content-type': 'text/event-stream' },
        }
      }
      return { status: 200, body: '<b>1</b>', headers: { 'cache-control': 'max-age=60' } }
    },
  })
  const { url } = await givenServer(t, [givenRoute(page)])
  const text = await fetch(`${url}/v1/page?as=text`)
  assert.deepEqual(
    [
      await text.text(),
      text.headers.get('content-type'),
      text.headers.get('cache-control'),
      text.headers.get('x-content-type-options'),
    ],
    ['<b>1</b>', 'text/html; charset=utf-8', 'max-age=60', 'nosniff'],
  )
  assert.equal(await (await fetch(`${url}/v1/page?as=bytes`)).text(), '<b>1</b>')
  const stream = await fetch(`${url}/v1/page?as=stream`)
  assert.deepEqual(
    [await stream.text(), stream.headers.get('content-type')],
    ['data: 1\n\ndata: 2\n\n', 'text/event-stream'],
  )
})

test('ends a stream of which only the head was asked for', async (t) => {
  const body = new Readable({ read: () => undefined })
  const endless = defineEndpoint({
    operationId: 'flow',
    summary: 'Flow',
    tag: 'Test',
    schema: { response: { 200: Type.String({ contentMediaType: 'text/plain' }) } },
    handle: async () => ({ status: 200, body }),
  })
  const { url } = await givenServer(t, [givenRoute(endless)])
  assert.equal((await fetch(`${url}/v1/flow`, { method: 'HEAD' })).status, 200)
  assert.ok(body.destroyed)
})

test('fails an answer that misses what its schema promises', async (t) => {
  const endpoint = defineEndpoint({
    operationId: 'broken',
    summary: 'Broken',
    tag: 'Test',
    schema: { response: { 200: Type.Object({ id: Type.Integer() }) } },
    handle: async () => ({ status: 200, body: {} }),
  })
  const { url } = await givenServer(t, [givenRoute(endpoint)])
  assert.equal((await fetch(`${url}/v1/broken`)).status, 500)
})

test('answers HEAD without a body, and literal colons in paths', async (t) => {
  const { url } = await givenServer(t, [
    givenRoute(echo, { method: 'POST', path: '/v1/projects/{project_id}/{sku}/things:batch' }),
    givenRoute(health(), { path: '/healthz' }),
  ])
  const batch = await fetch(`${url}/v1/projects/5/a/things:batch`, { method: 'POST' })
  assert.deepEqual(((await batch.json()) as { params: unknown }).params, { project_id: 5, sku: 'a' })
  const head = await fetch(`${url}/healthz`, { method: 'HEAD' })
  assert.deepEqual([head.status, await head.text(), head.headers.get('content-length')], [200, '', '18'])
})

function health(): Endpoint {
  return defineEndpoint({
    operationId: 'health',
    summary: 'Health',
    tag: 'Test',
    schema: { response: { 200: Type.Object({ status: Type.String() }) } },
    handle: async () => ({ status: 200, body: { status: 'alive' } }),
  })
}

test('proves who calls before it reads the body, with the project of the path', async (t) => {
  const asked: (number | null)[] = []
  const authenticators = {
    ...anyoneMay,
    player: async ({ projectId }: { projectId: number | null }) => {
      asked.push(projectId)
      throw new AppError('authorization_missing')
    },
  }
  const server = await givenServer(t, [echoRoute], { authenticators })
  const answer = await fetch(`${server.url}/api/v2/project/44056/echo/a`, {
    method: 'POST',
    headers: json,
    body: '{"half',
  })
  assert.deepEqual(await storeError(answer), {
    statusCode: 401,
    errorCode: 1501,
    errorMessage: '[0401-1501]: Authorization failed: Authorization header not sent',
  })
  assert.deepEqual(asked, [44056])
})

test('lets pages of any origin call the store, and no page call our own API', async (t) => {
  const { url } = await givenServer(t, [echoRoute, givenRoute(health())])
  const asked = await fetch(`${url}/api/v2/project/1/echo/a`, {
    method: 'OPTIONS',
    headers: { origin: 'https://game.example', 'access-control-request-method': 'POST' },
  })
  assert.equal(asked.status, 204)
  assert.equal(asked.headers.get('access-control-allow-origin'), '*')
  assert.equal(asked.headers.get('access-control-allow-credentials'), null)
  assert.equal(asked.headers.get('access-control-allow-methods'), 'POST, OPTIONS')
  assert.equal(asked.headers.get('access-control-max-age'), '7200')
  const allowed = asked.headers.get('access-control-allow-headers')?.toLowerCase().split(', ') ?? []
  for (const name of [
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
  ]) {
    assert.ok(allowed.includes(name), name)
  }
  const refused = await fetch(`${url}/api/v2/project/1/nothing`, { headers: { origin: 'https://game.example' } })
  assert.deepEqual([refused.status, refused.headers.get('access-control-allow-origin')], [404, '*'])
  const own = await fetch(`${url}/v1/health`, { headers: { origin: 'https://game.example' } })
  assert.deepEqual([own.status, own.headers.get('access-control-allow-origin')], [200, null])
  const ownAsked = await fetch(`${url}/v1/health`, { method: 'OPTIONS' })
  assert.deepEqual(
    [ownAsked.status, ownAsked.headers.get('allow'), ownAsked.headers.get('access-control-allow-headers')],
    [204, 'GET, HEAD, OPTIONS', null],
  )
})

test('refuses headers above 16 KB and bytes that are no HTTP, and closes', async (t) => {
  const server = await givenServer(t, [givenRoute(health())])
  const { port } = server.address()
  const large = await sendRaw(port, `GET /v1/health HTTP/1.1\r\nHost: x\r\nX-Large: ${'a'.repeat(17 * 1024)}\r\n\r\n`)
  assert.match(large, /^HTTP\/1\.1 431 /)
  assert.match(await sendRaw(port, 'nonsense\r\n\r\n'), /^HTTP\/1\.1 400 /)
  assert.match(
    await sendRaw(port, 'GET /%E0%A4%A HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
    /^HTTP\/1\.1 404 /,
  )
})

test('closes a connection that never finishes its headers, while others are served', async (t) => {
  const server = await givenServer(t, [givenRoute(health())], { headersMsMax: 50 })
  const slow = sendRaw(server.address().port, 'GET /v1/health HTTP/1.1\r\nHost: x\r\nX-Slow: ')
  assert.equal((await fetch(`${server.url}/v1/health`)).status, 200)
  assert.match(await slow, /^HTTP\/1\.1 408 /)
})

test('believes X-Forwarded-For only from a trusted proxy', async (t) => {
  const whoami = defineEndpoint({
    operationId: 'whoami',
    summary: 'Who am I',
    tag: 'Test',
    schema: { response: { 200: Type.Object({ ip: Type.String() }) } },
    handle: async ({ ip }) => ({ status: 200, body: { ip } }),
  })
  const ask = async (trustedProxies: readonly string[]): Promise<unknown> => {
    const { url } = await givenServer(t, [givenRoute(whoami)], { trustedProxies })
    const answer = await fetch(`${url}/v1/whoami`, { headers: { 'x-forwarded-for': '8.8.8.8' } })
    return answer.json()
  }
  assert.deepEqual(await ask([]), { ip: '127.0.0.1' })
  assert.deepEqual(await ask(['127.0.0.0/8']), { ip: '8.8.8.8' })
})

test('hands upgrades over, and ends them when it stops', async (t) => {
  const server = await givenServer(t, [givenRoute(health())], {
    graceMs: 20,
    onUpgrade: (request, socket) => socket.write(`HTTP/1.1 101 Switching Protocols\r\nX-Path: ${request.url}\r\n\r\n`),
  })
  const socket = connect({ host: '127.0.0.1', port: server.address().port })
  socket.write('GET /connection/websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  const [greeting] = (await once(socket, 'data')) as [Buffer]
  assert.match(greeting.toString(), /^HTTP\/1\.1 101 .*\r\nX-Path: \/connection\/websocket/)
  const closed = once(socket, 'close')
  await server.stop()
  await closed
})

test('finishes requests under way when it stops, and takes no new ones', async (t) => {
  let release: (() => void) | undefined
  const entered = Promise.withResolvers<void>()
  const slow = defineEndpoint({
    operationId: 'slow',
    summary: 'Slow',
    tag: 'Test',
    schema: { response: { 200: Type.Object({ done: Type.Boolean() }) } },
    handle: async () => {
      entered.resolve()
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return { status: 200, body: { done: true } }
    },
  })
  const server = await givenServer(t, [givenRoute(slow)])
  const { port } = server.address()
  const underWay = sendRaw(port, 'GET /v1/slow HTTP/1.1\r\nHost: x\r\n\r\n')
  await entered.promise
  const stopped = server.stop()
  await assert.rejects(once(connect({ host: '127.0.0.1', port }), 'connect'))
  release?.()
  assert.match(await underWay, /\{"done":true\}/)
  await stopped
})

test('does not wait for connections that have asked nothing', async (t) => {
  // Whoever waits for them waits for the end of this test.
  const server = await givenServer(t, [echoRoute], { graceMs: 1_000_000 })
  const early = connect(Number(new URL(server.url).port), '127.0.0.1')
  const closed = once(early, 'close')
  await once(early, 'connect')
  // Accepted once a later one has been answered.
  await fetch(server.url)
  await server.stop()
  await closed
})

test('ends requests by force after the grace time', async (t) => {
  const entered = Promise.withResolvers<void>()
  const endless = defineEndpoint({
    operationId: 'endless',
    summary: 'Endless',
    tag: 'Test',
    schema: { response: { 200: null } },
    handle: () => {
      entered.resolve()
      return new Promise(() => undefined)
    },
  })
  const server = await givenServer(t, [givenRoute(endless)], { graceMs: 20 })
  const underWay = sendRaw(server.address().port, 'GET /v1/endless HTTP/1.1\r\nHost: x\r\n\r\n')
  await entered.promise
  await server.stop()
  assert.equal(await underWay, '')
})

test('names the setting when its port is taken', async (t) => {
  const first = await givenServer(t, [givenRoute(health())])
  const { port } = first.address()
  await assert.rejects(givenServer(t, [givenRoute(health())], { port }), (error: AppError) => {
    assert.deepEqual([error.code, error.details.port], ['config_invalid', port])
    assert.match(error.message, /another process listens there/)
    return true
  })
})

test('survives stop before start and stop twice', async () => {
  const options = { routes: [], authenticators: anyoneMay, host: '127.0.0.1', port: 0 } as const
  const { silentLogger } = await import('../logger.ts')
  const { noMetrics } = await import('../metrics.ts')
  const never = createHttpServer({ ...options, logger: silentLogger, metrics: noMetrics })
  await never.stop()
  await never.start()
  assert.throws(() => never.address())
  const twice = createHttpServer({ ...options, logger: silentLogger, metrics: noMetrics })
  await twice.start()
  await Promise.all([twice.stop(), twice.stop()])
})

test('refuses a table with one operation or one path twice', async (t) => {
  await assert.rejects(
    givenServer(t, [givenRoute(health()), givenRoute(health(), { path: '/v1/other' })]),
    /operationId health/,
  )
  const other = { ...health(), operationId: 'other' }
  await assert.rejects(
    givenServer(t, [givenRoute(health()), givenRoute(other, { path: '/v1/health' })]),
    /already declared/,
  )
})

test('compiles every schema at once for whoever wants to know early', async () => {
  await compileSchemas([echoRoute])
  const bad = { ...echo, schema: { ...echo.schema, body: Type.Unsafe({ type: 'no-such-type' }) } }
  await assert.rejects(compileSchemas([{ ...echoRoute, endpoint: bad }]), /A schema of echo does not compile/)
})
