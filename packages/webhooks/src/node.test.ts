import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { givenListener, type ObservedListener, SECRET } from './given-listener.test.fixture.ts'
import { toNodeHandler } from './node.ts'
import { sampleOrderPaid, sampleUserValidation, signWebhook } from './testing.ts'

const REPEATS = 50

/** Serves until the test ends. */
async function givenServer(t: TestContext, handler: RequestListener): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`
}

/** Runs `before` on each request, as a middleware would, then the handler under test. */
function givenHandler(
  { listener }: ObservedListener,
  before: (request: IncomingMessage) => unknown = () => {},
): RequestListener {
  const handler = toNodeHandler(listener)
  return async (request, response) => {
    await before(request)
    await handler(request, response)
  }
}

async function post(url: string, body: Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>>) {
  const response = await fetch(url, { method: 'POST', body, headers: { ...headers, connection: 'close' } })
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

test('answers over node:http as the listener answers', async (t) => {
  const observed = givenListener()
  const url = await givenServer(t, givenHandler(observed))
  const known = await signWebhook(sampleUserValidation(), SECRET)
  const unknown = await signWebhook(sampleUserValidation({ userId: 'nobody' }), SECRET)
  assert.deepEqual(await post(url, known.body, known.headers), { status: 204, type: null, text: '' })
  assert.deepEqual(await post(url, unknown.body, unknown.headers), {
    status: 400,
    type: 'application/json',
    text: '{"error":{"code":"INVALID_USER","message":"Invalid user"}}',
  })
  assert.deepEqual(await post(url, known.body, { 'content-type': 'application/json' }), {
    status: 400,
    type: 'application/json',
    text: '{"error":{"code":"INVALID_SIGNATURE","message":"Invalid signature"}}',
  })
})

test('grants once for 50 repeats at once over node:http', async (t) => {
  const observed = givenListener()
  const url = await givenServer(t, givenHandler(observed))
  const { body, headers } = await signWebhook(sampleOrderPaid({ userId: 'player-Zoë-🎮' }), SECRET)
  const answers = await Promise.all(Array.from({ length: REPEATS }, () => post(url, body, headers)))
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([204]))
  assert.deepEqual(observed.calls, ['paid 59614241'])
})

test('joins a body that comes in pieces cut inside a character', async (t) => {
  const observed = givenListener()
  const url = await givenServer(t, givenHandler(observed))
  const { body, headers } = await signWebhook(sampleUserValidation({ userId: 'player-🎮' }), SECRET)
  const cut = body.indexOf(0xf0) + 2
  const request = httpRequest(url, { method: 'POST', headers: { ...headers, connection: 'close' } })
  request.write(body.slice(0, cut), () => request.end(body.slice(cut)))
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  assert.equal(response.statusCode, 204)
})

test('answers 405 to anything but POST', async (t) => {
  const url = await givenServer(t, givenHandler(givenListener()))
  const response = await fetch(url, { headers: { connection: 'close' } })
  assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST'])
  await response.text()
})

for (const { name, keep } of [
  { name: 'request.body, as express.raw keeps them', keep: (bytes: Buffer) => ({ body: bytes }) },
  { name: 'request.rawBody beside a parsed body', keep: (bytes: Buffer) => ({ rawBody: bytes, body: {} }) },
]) {
  test(`takes the bytes of ${name}`, async (t) => {
    const observed = givenListener()
    const url = await givenServer(
      t,
      givenHandler(observed, async (request) => Object.assign(request, keep(await readAll(request)))),
    )
    const { body, headers } = await signWebhook(sampleOrderPaid(), SECRET)
    assert.equal((await post(url, body, headers)).status, 204)
    assert.deepEqual(observed.calls, ['paid 59614241'])
  })
}

test('reads the body itself when a parser left an empty object without reading', async (t) => {
  const observed = givenListener()
  const url = await givenServer(
    t,
    givenHandler(observed, (request) => Object.assign(request, { body: {} })),
  )
  const { body, headers } = await signWebhook(sampleOrderPaid(), SECRET)
  assert.equal((await post(url, body, headers)).status, 204)
})

test('answers 500 with advice when the body was parsed before', async (t) => {
  const observed = givenListener()
  const parse = async (request: IncomingMessage) =>
    Object.assign(request, { body: JSON.parse((await readAll(request)).toString()) })
  const url = await givenServer(t, givenHandler(observed, parse))
  const { body, headers } = await signWebhook(sampleOrderPaid(), SECRET)
  const answer = await post(url, body, headers)
  assert.equal(answer.status, 500)
  assert.match(answer.text, /already read or parsed.*express\.raw/)
  assert.deepEqual(
    observed.problems.map(({ kind }) => kind),
    ['body_already_read'],
  )
  assert.deepEqual(observed.calls, [])
})

test('reads a body of exactly the limit and answers 413 above it', async (t) => {
  const observed = givenListener()
  const { body, headers } = await signWebhook(sampleOrderPaid(), SECRET)
  const exact = await givenServer(t, toNodeHandler(observed.listener, { bodyBytesMax: body.length }))
  const tight = await givenServer(t, toNodeHandler(observed.listener, { bodyBytesMax: body.length - 1 }))
  assert.equal((await post(exact, body, headers)).status, 204)
  assert.equal((await post(tight, body, headers)).status, 413)
  assert.equal(await postInPieces(tight, body), 413)
  assert.deepEqual(
    observed.problems.map(({ kind }) => kind),
    ['body_too_large', 'body_too_large'],
  )
})

test('answers 413 above 1 MiB when no limit is given', async (t) => {
  const url = await givenServer(t, givenHandler(givenListener()))
  assert.equal((await post(url, new Uint8Array(1_048_577), {})).status, 413)
})

test('cuts the connection of a body without end, and reports it', async (t) => {
  const observed = givenListener()
  const url = await givenServer(t, givenHandler(observed))
  const request = httpRequest(url, { method: 'POST', headers: { 'transfer-encoding': 'chunked' } })
  const cut = once(request, 'error')
  const piece = Buffer.alloc(1_048_576)
  const writeOn = (): void => void (request.destroyed || request.write(piece, writeOn))
  writeOn()
  await cut
  assert.deepEqual(
    observed.problems.map(({ kind }) => kind),
    ['body_too_large'],
  )
})

test('ends at once for a sender that was gone before the handler began', async (t) => {
  const observed = givenListener()
  const handled = new EventEmitter()
  const handler = toNodeHandler(observed.listener)
  const url = await givenServer(t, async (request, response) => {
    request.on('error', () => {})
    await new Promise<void>((resolve) => request.once('close', resolve).destroy())
    await handler(request, response)
    handled.emit('request')
  })
  const ended = once(handled, 'request')
  await assert.rejects(post(url, new Uint8Array(1), {}))
  await ended
  assert.deepEqual(observed.problems, [])
})

test('forgets a request that breaks off in its body, and serves the next', async (t) => {
  const observed = givenListener()
  const handler = toNodeHandler(observed.listener)
  const handled = new EventEmitter()
  const url = await givenServer(t, async (request, response) => {
    await handler(request, response)
    handled.emit('request')
  })
  const request = httpRequest(url, { method: 'POST', headers: { 'content-length': 100 } })
  request.on('error', () => {})
  const ended = once(handled, 'request')
  request.write('{', () => request.destroy())
  await ended
  const { body, headers } = await signWebhook(sampleOrderPaid(), SECRET)
  assert.equal((await post(url, body, headers)).status, 204)
  assert.deepEqual(observed.problems, [])
})

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Sends without a length, so that the limit can only be found while reading. */
async function postInPieces(url: string, body: Uint8Array): Promise<number | undefined> {
  const request = httpRequest(url, { method: 'POST', headers: { 'transfer-encoding': 'chunked', connection: 'close' } })
  request.write(body.slice(0, 1), () => request.end(body.slice(1)))
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode
}
