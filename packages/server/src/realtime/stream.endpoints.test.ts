// Facts about connections in the answer of a request, as clients on the wire see them.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import test, { type TestContext } from 'node:test'
import { decodeReplies, encodeCommand, type ReceivedReply, toRawJson } from '@ordertrail/centrifuge-protocol'
import { createMemoryBroker, type MemoryExchange } from './brokers/memory.ts'
import type { GatewayDeps } from './index.ts'
import { givenGateway, type ListeningGateway } from './testing/given-gateway.ts'
import { until } from './testing/given-sessions.ts'
import { channelOfUser, givenShop, PROJECT_ID, type Shop } from './testing/given-shop.ts'
import { rawClient } from './testing/raw-client.ts'
import { type StreamClient, streamClient } from './testing/stream-client.ts'

const HTTP_STREAM = '/connection/http_stream'
const SSE = '/connection/sse'
const CHANNEL = channelOfUser('player-1')

interface Given {
  readonly shop: Shop
  readonly gateway: ListeningGateway
}

/** What a connect reply says about how the client is found again. */
interface Place {
  readonly session: string
  readonly node: string
}

async function given(t: TestContext, options: Partial<GatewayDeps> = {}): Promise<Given> {
  const shop = await givenShop(t)
  return { shop, gateway: await givenGateway(t, shop, options) }
}

async function connectFrame(shop: Shop, userId = 'player-1'): Promise<string> {
  return JSON.stringify({ connect: { data: { auth: await shop.token(userId), project_id: PROJECT_ID } }, id: 1 })
}

/** A client that was let in. */
async function connected(t: TestContext, made: Given, path = HTTP_STREAM): Promise<StreamClient & { place: Place }> {
  const client = await streamClient(t, made.gateway, { path, body: await connectFrame(made.shop) })
  const reply = (await client.nextJson()) as { readonly connect: Place }
  return { ...client, place: reply.connect }
}

/** Status of sending `frames` for the client of `place`. */
async function send(gateway: ListeningGateway, { session, node }: Place, frames: string): Promise<number> {
  return post(gateway, '/emulation', JSON.stringify({ session, node, data: frames }))
}

async function post(gateway: ListeningGateway, path: string, body: string | Uint8Array<ArrayBuffer>): Promise<number> {
  const headers = { 'content-type': typeof body === 'string' ? 'application/json' : 'application/octet-stream' }
  const response = await fetch(new URL(path, gateway.httpUrl), { method: 'POST', headers, body })
  await response.body?.cancel()
  return response.status
}

const farewell = (code: number, reason: string) => ({ push: { disconnect: { code, reason } } })

/** What the answer to `body` says, if anything, before it ends. */
async function endOf(t: TestContext, gateway: ListeningGateway, body: string, path = HTTP_STREAM): Promise<unknown> {
  const client = await streamClient(t, gateway, { path, body })
  assert.equal(client.status, 200)
  const told = await client.nextJson()
  assert.equal(await client.nextJson(), null)
  return told
}

for (const path of [HTTP_STREAM, SSE]) {
  test(`${path}: a client is let in, gets statuses, asks for history and is pinged`, async (t) => {
    const made = await given(t)
    const { shop, gateway } = made
    const client = await connected(t, made, path)
    const { session, node } = client.place
    assert.match(session, /^[0-9a-f-]{36}$/)
    await shop.publish({ userId: 'player-1', orderId: 1, status: 'new' })
    const pub = { data: { order_id: 1, status: 'new' }, offset: 1 }
    assert.deepEqual(await client.nextJson(), { push: { channel: CHANNEL, pub } })
    const history = JSON.stringify({ history: { channel: CHANNEL, limit: -1 }, id: 2 })
    assert.equal(await send(gateway, { session, node }, history), 204)
    const answer = (await client.nextJson()) as { id: number; history: { publications: unknown } }
    assert.deepEqual([answer.id, answer.history.publications], [2, [pub]])
    gateway.pass(19_000)
    assert.deepEqual(await client.nextJson(), {})
    assert.equal(await send(gateway, { session, node }, '{}'), 204)
    gateway.pass(10_500)
    assert.equal(gateway.gateway.connectionCount(), 1)
  })
}

test('server-sent events take the connect request from the address, too', async (t) => {
  const { shop, gateway } = await given(t)
  const query = new URLSearchParams({ cf_connect: await connectFrame(shop) })
  const client = await streamClient(t, gateway, { path: `${SSE}?${query}`, method: 'GET' })
  assert.equal(client.headers.get('content-type'), 'text/event-stream')
  assert.equal(((await client.nextJson()) as { readonly id: number }).id, 1)
})

test('a stream is neither kept nor packed on its way, and pages of any origin may read it', async (t) => {
  const made = await given(t)
  const { headers } = await connected(t, made)
  const names = ['cache-control', 'x-accel-buffering', 'access-control-allow-origin', 'content-encoding']
  assert.deepEqual(
    names.map((name) => headers.get(name)),
    ['no-store, no-transform', 'no', '*', null],
  )
})

test('Protobuf goes both ways, by the content type', async (t) => {
  const { shop, gateway } = await given(t)
  const data = toRawJson({ auth: await shop.token('player-1'), project_id: PROJECT_ID })
  const body = encodeCommand({ kind: 'request', id: 5, method: 'connect', request: { data } }, 'protobuf')
  const headers = { 'content-type': 'application/octet-stream' }
  const client = await streamClient(t, gateway, { path: HTTP_STREAM, body, headers })
  assert.equal(client.headers.get('content-type'), 'application/octet-stream')
  const next = async (): Promise<ReceivedReply | undefined> => {
    const decoded = decodeReplies(await client.next(), 'protobuf')
    assert.ok(decoded.ok)
    return decoded.replies[0]
  }
  const reply = await next()
  assert.ok(reply?.kind === 'result' && reply.method === 'connect')
  const { session = '', node = '' } = reply.result
  const frame = encodeCommand({ kind: 'request', id: 6, method: 'presence', request: { channel: CHANNEL } }, 'protobuf')
  assert.equal(await post(gateway, '/emulation', protobufEmulation({ session, node }, frame)), 204)
  const error = { code: 108, message: 'not available' }
  assert.deepEqual(await next(), { kind: 'error', id: 6, error })
  await gateway.gateway.stop()
  const body3001 = { code: 3001, reason: 'shutdown' }
  assert.deepEqual(await next(), { kind: 'push', push: { kind: 'disconnect', channel: '', body: body3001 } })
})

/** An EmulationRequest: node 1, session 2, data 3. */
function protobufEmulation({ session, node }: Place, frame: Uint8Array): Uint8Array<ArrayBuffer> {
  const fields = [Buffer.from(node), Buffer.from(session), frame].map((value, index) => [
    (index + 1) * 8 + 2,
    value.length,
    ...value,
  ])
  return Uint8Array.from(fields.flat())
}

test('what ends a WebSocket ends a stream, with the same code in its last push', async (t) => {
  const made = await given(t)
  const { shop, gateway } = made
  const good = await connectFrame(shop)
  const forged = JSON.stringify({ connect: { data: { auth: 'nonsense', project_id: PROJECT_ID } }, id: 1 })
  const badRequest = farewell(3501, 'bad request')
  const cases: readonly (readonly [what: string, body: string, told: unknown])[] = [
    ['nothing', '', badRequest],
    ['a pong', '{}', badRequest],
    ['no JSON', 'nonsense', badRequest],
    ['a command before connect', '{"history":{"channel":"a"},"id":1}', badRequest],
    ['a second connect', `${good}\n${good}`, badRequest],
    ['credentials that open nothing', forged, farewell(3500, 'invalid token')],
  ]
  for (const [what, body, told] of cases) assert.deepEqual(await endOf(t, gateway, body), told, what)
  assert.deepEqual(await endOf(t, gateway, 'nonsense', SSE), badRequest)
  await until('no connection', () => gateway.gateway.connectionCount() === 0)
})

test('a second connect and nonsense that come later end the stream', async (t) => {
  const made = await given(t)
  for (const frames of [await connectFrame(made.shop), 'nonsense']) {
    const client = await connected(t, made)
    assert.equal(await send(made.gateway, client.place, frames), 204)
    assert.deepEqual(await client.nextJson(), farewell(3501, 'bad request'))
    assert.equal(await client.nextJson(), null)
    assert.equal(await send(made.gateway, client.place, '{}'), 404)
  }
})

test('what is sent for a connection that is not here is answered 404, and what is no such request 400', async (t) => {
  const made = await given(t)
  const { gateway } = made
  const { place } = await connected(t, made)
  const absent = '00000000-0000-4000-8000-000000000000'
  assert.equal(await send(gateway, { ...place, session: absent }, '{}'), 404)
  assert.equal(await send(gateway, { ...place, node: absent }, '{}'), 404)
  assert.equal(await send(gateway, { session: '', node: '' }, '{}'), 404)
  for (const body of ['', 'nonsense', '[]', '{"data":{}}']) {
    assert.equal(await post(gateway, '/emulation', body), 400, body)
  }
  assert.equal(await post(gateway, '/emulation', Uint8Array.of(26, 9)), 400)
  assert.equal(gateway.gateway.connectionCount(), 1)
})

/** Two nodes of one installation, which a load balancer takes turns with. */
async function twoNodes(t: TestContext): Promise<readonly [Given, Given]> {
  const exchange: MemoryExchange = new Set()
  const first = await given(t, { broker: createMemoryBroker(exchange) })
  const { shop } = first
  return [first, { shop, gateway: await givenGateway(t, shop, { broker: createMemoryBroker(exchange) }) }]
}

test('what is sent to another node reaches the connection, in both encodings', async (t) => {
  const [first, second] = await twoNodes(t)
  const client = await connected(t, first)
  const presence = JSON.stringify({ presence: { channel: CHANNEL }, id: 2 })
  assert.equal(await send(second.gateway, client.place, presence), 204)
  assert.deepEqual(await client.nextJson(), { id: 2, error: { code: 108, message: 'not available' } })
  const frame = encodeCommand({ kind: 'request', id: 3, method: 'ping', request: {} }, 'protobuf')
  assert.equal(await post(second.gateway, '/emulation', protobufEmulation(client.place, frame)), 204)
  // A JSON connection takes no Protobuf frame, so that bytes have come through as they were.
  assert.deepEqual(await client.nextJson(), farewell(3501, 'bad request'))
})

test('another node is told nothing above 4 KiB, and nothing of a session that nobody has', async (t) => {
  const [first, second] = await twoNodes(t)
  const client = await connected(t, first)
  const padded = (length: number) => `{"rpc":{"method":"${'x'.repeat(length)}"},"id":2}`
  assert.equal(await send(second.gateway, client.place, padded(4_096)), 413)
  assert.equal(await send(second.gateway, { ...client.place, session: 'made-up' }, padded(1)), 204)
  assert.equal(await send(second.gateway, client.place, padded(4_000)), 204)
  assert.deepEqual(await client.nextJson(), { id: 2, error: { code: 108, message: 'not available' } })
})

test('the id of a connection does not open it, nor does a WebSocket have a session', async (t) => {
  const made = await given(t)
  const { gateway, shop } = made
  const client = await rawClient(t, gateway.url)
  client.send(await connectFrame(shop))
  const { connect: reply } = (await client.nextJson()) as { readonly connect: { readonly client: string } & Place }
  assert.deepEqual([reply.session, reply.node], [undefined, undefined])
  const stream = await streamClient(t, gateway, { path: HTTP_STREAM, body: await connectFrame(shop) })
  const told = (await stream.nextJson()) as { readonly connect: { readonly client: string } & Place }
  assert.equal(await send(gateway, { node: told.connect.node, session: told.connect.client }, '{}'), 404)
  assert.equal(await send(gateway, { node: told.connect.node, session: reply.client }, '{}'), 404)
})

test('a body above 64 KiB is answered 413, an event stream without a connect request 422', async (t) => {
  const { gateway } = await given(t)
  const large = 'x'.repeat(65_537)
  for (const path of [HTTP_STREAM, SSE, '/emulation']) assert.equal(await post(gateway, path, large), 413, path)
  assert.equal((await streamClient(t, gateway, { path: SSE, method: 'GET' })).status, 422)
  assert.equal(gateway.gateway.connectionCount(), 0)
})

test('a client that goes away is forgotten at once', async (t) => {
  const made = await given(t)
  const client = await connected(t, made)
  client.leave()
  await until('no connection', () => made.gateway.gateway.connectionCount() === 0)
})

test('a stream without a pong ends with 3012, one whose life is over with 3005', async (t) => {
  const made = await given(t)
  const silent = await connected(t, made)
  made.gateway.pass(19_000)
  assert.deepEqual(await silent.nextJson(), {})
  made.gateway.pass(10_000)
  assert.deepEqual(await silent.nextJson(), farewell(3012, 'no pong'))
  const short = await given(t, { limits: { lifetimeMs: 10_000, lifetimeJitterMs: 0 } })
  const client = await connected(t, short)
  short.gateway.pass(10_250)
  assert.deepEqual(await client.nextJson(), farewell(3005, 'connection expired'))
})

test('streams count among the connections: of a player, of the node, and of a node that stops', async (t) => {
  const made = await given(t, { limits: { connectionsPerPartyMax: 1, connectionsMax: 2 } })
  const { shop, gateway } = made
  const frame = await connectFrame(shop)
  const client = await connected(t, made)
  assert.deepEqual(await endOf(t, gateway, frame), farewell(3504, 'connection limit'))
  await rawClient(t, gateway.url)
  const refused = await streamClient(t, gateway, { path: HTTP_STREAM, body: frame })
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '2'])
  await gateway.gateway.stop()
  assert.deepEqual(await client.nextJson(), farewell(3001, 'shutdown'))
  assert.equal(await client.nextJson(), null)
  assert.equal((await streamClient(t, gateway, { path: HTTP_STREAM, body: frame })).status, 503)
})

test('a page of a foreign origin is refused where the project names its origins', async (t) => {
  const shop = await givenShop(t, 'sqlite memory', { allowedOrigins: ['https://game.example'] })
  const gateway = await givenGateway(t, shop)
  const body = await connectFrame(shop)
  const told = async (origin: string) => {
    const headers = { origin, 'sec-fetch-mode': 'cors' }
    return (await streamClient(t, gateway, { path: HTTP_STREAM, body, headers })).nextJson()
  }
  assert.deepEqual(await told('https://evil.example'), farewell(3507, 'permission denied'))
  assert.equal(((await told('https://game.example')) as { readonly id: number }).id, 1)
})

test('half a request opens nothing', async (t) => {
  const { gateway } = await given(t)
  const { port } = new URL(gateway.httpUrl)
  const head = `POST ${HTTP_STREAM} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n`
  const sockets = Array.from({ length: 50 }, () => connect(Number(port), '127.0.0.1'))
  t.after(() => sockets.forEach((socket) => void socket.destroy()))
  await Promise.all(sockets.map((socket) => new Promise((done) => socket.write(`${head}{"connect":`, done))))
  // With each answer the server has taken in one more from every queue that they may wait in.
  for (const _ of sockets) assert.equal(await post(gateway, '/emulation', '{}'), 404)
  assert.equal(gateway.gateway.connectionCount(), 0)
})

test('asking for the head of a stream opens none that stays', async (t) => {
  const { shop, gateway } = await given(t)
  const query = new URLSearchParams({ cf_connect: await connectFrame(shop) })
  const response = await fetch(new URL(`${SSE}?${query}`, gateway.httpUrl), { method: 'HEAD' })
  assert.equal(response.status, 200)
  await until('no connection', () => gateway.gateway.connectionCount() === 0)
})
