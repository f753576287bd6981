// Facts about the gateway as clients on the wire see it.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { decodeReplies, encodeCommand, type Frame, toRawJson } from '@ordertrail/centrifuge-protocol'
import { createMetrics } from '../platform/metrics.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { givenGateway, type ListeningGateway } from './testing/given-gateway.ts'
import { until } from './testing/given-sessions.ts'
import { channelOfUser, givenShop, PROJECT_ID, type Shop } from './testing/given-shop.ts'
import { type RawClient, type RawClientOptions, rawClient } from './testing/raw-client.ts'

interface Connected {
  readonly client: RawClient
  readonly reply: ConnectReply
}

/** A connect reply as JSON. */
interface ConnectReply {
  readonly id: number
  readonly connect: {
    readonly client: string
    readonly subs: Readonly<
      Record<string, { readonly epoch: string; readonly offset?: number; readonly recovered?: boolean }>
    >
  }
}

function connectFrame(data: unknown, id = 1, subs?: unknown): string {
  return JSON.stringify({ connect: { data, ...(subs === undefined ? {} : { subs }) }, id })
}

/** A client of `userId` that was let in. */
async function connected(
  t: TestContext,
  { shop, gateway }: { shop: Shop; gateway: ListeningGateway },
  userId: string,
  subs?: unknown,
): Promise<Connected> {
  const client = await rawClient(t, gateway.url)
  client.send(connectFrame({ auth: await shop.token(userId), project_id: PROJECT_ID }, 1, subs))
  return { client, reply: (await client.nextJson()) as ConnectReply }
}

async function given(t: TestContext, options: Parameters<typeof givenGateway>[2] = {}) {
  const shop = await givenShop(t)
  const gateway = await givenGateway(t, shop, options)
  return { shop, gateway }
}

/** How the server ends a connection that sends `frames`. */
async function endOf(
  t: TestContext,
  gateway: ListeningGateway,
  frames: readonly Frame[],
  options?: RawClientOptions,
): Promise<{ readonly code: number; readonly reason: string }> {
  const client = await rawClient(t, gateway.url, options)
  for (const frame of frames) client.send(frame)
  return client.closed
}

eachStore((engine) => {
  test(`${engine}: an engine client gets the statuses that are committed after its connect`, async (t) => {
    const shop = await givenShop(t, engine)
    const gateway = await givenGateway(t, shop)
    const { client, reply } = await connected(t, { shop, gateway }, 'player-1')
    const channel = channelOfUser('player-1')
    const epoch = reply.connect.subs[channel]?.epoch ?? ''
    assert.match(epoch, /^[0-9a-f]{12}$/)
    assert.deepEqual(reply, {
      id: 1,
      connect: {
        client: reply.connect.client,
        version: 'OrderTrail',
        subs: { [channel]: { recoverable: true, epoch, positioned: true } },
        ping: 25,
        pong: true,
      },
    })
    await shop.publish({ userId: 'player-1', orderId: 10_000_001, status: 'new' })
    await shop.publish({ userId: 'player-1', orderId: 10_000_001, status: 'paid' })
    assert.equal(
      await client.next(),
      `{"push":{"channel":"${channel}","pub":{"data":{"order_id":10000001,"status":"new"},"offset":1}}}`,
    )
    assert.equal(
      await client.next(),
      `{"push":{"channel":"${channel}","pub":{"data":{"order_id":10000001,"status":"paid"},"offset":2}}}`,
    )
  })

  test(`${engine}: the epoch of a stream that was opened before its first publication stays`, async (t) => {
    const shop = await givenShop(t, engine)
    const gateway = await givenGateway(t, shop)
    const first = await connected(t, { shop, gateway }, 'player-1')
    await shop.publish({ userId: 'player-1', orderId: 1, status: 'new' })
    const second = await connected(t, { shop, gateway }, 'player-1')
    const channel = channelOfUser('player-1')
    assert.equal(second.reply.connect.subs[channel]?.epoch, first.reply.connect.subs[channel]?.epoch)
    assert.equal(second.reply.connect.subs[channel]?.offset, 1)
  })
})

test('two players never get each other’s statuses', async (t) => {
  const made = await given(t)
  const first = await connected(t, made, 'player-1')
  const second = await connected(t, made, 'player-2')
  await made.shop.publish({ userId: 'player-2', orderId: 2, status: 'new' })
  await made.shop.publish({ userId: 'player-1', orderId: 1, status: 'new' })
  const data = async ({ client }: Connected) =>
    ((await client.nextJson()) as { push: { pub: { data: unknown } } }).push.pub.data
  assert.deepEqual(await data(first), { order_id: 1, status: 'new' })
  assert.deepEqual(await data(second), { order_id: 2, status: 'new' })
  assert.deepEqual([first.client.frames, second.client.frames], [[], []])
})

test('recovery gives exactly what was missed and echoes the offset that was asked from', async (t) => {
  const made = await given(t)
  const first = await connected(t, made, 'player-1')
  const channel = channelOfUser('player-1')
  const epoch = first.reply.connect.subs[channel]?.epoch
  for (const status of ['new', 'paid', 'done']) await made.shop.publish({ userId: 'player-1', orderId: 1, status })
  const second = await connected(t, made, 'player-1', { [channel]: { recover: true, offset: 1, epoch } })
  assert.deepEqual(second.reply.connect.subs[channel], {
    recoverable: true,
    epoch,
    publications: [
      { data: { order_id: 1, status: 'paid' }, offset: 2 },
      { data: { order_id: 1, status: 'done' }, offset: 3 },
    ],
    recovered: true,
    offset: 1,
    positioned: true,
    was_recovering: true,
  })
})

test('history answers while the connect reply is still on its way, in order', async (t) => {
  const { shop, gateway } = await given(t)
  await shop.publish({ userId: 'player-1', orderId: 1, status: 'new' })
  const channel = channelOfUser('player-1')
  const client = await rawClient(t, gateway.url)
  const history = JSON.stringify({ history: { channel, since: { offset: 0 }, limit: -1 }, id: 2 })
  client.send(`${connectFrame({ auth: await shop.token('player-1'), project_id: String(PROJECT_ID) })}\n${history}`)
  assert.equal(((await client.nextJson()) as ConnectReply).id, 1)
  const answer = (await client.nextJson()) as { id: number; history: { publications: unknown; offset: number } }
  assert.equal(answer.id, 2)
  assert.deepEqual(answer.history.publications, [{ data: { order_id: 1, status: 'new' }, offset: 1 }])
  assert.equal(answer.history.offset, 1)
})

test('every request is answered once: with its result, or with an error of the protocol', async (t) => {
  const made = await given(t)
  const { client } = await connected(t, made, 'player-1')
  const channel = channelOfUser('player-1')
  const asked: readonly (readonly [request: object, answer: object])[] = [
    [{ subscribe: { channel } }, { code: 105, message: 'already subscribed' }],
    [{ subscribe: { channel: 'other' } }, { code: 103, message: 'permission denied' }],
    [{ history: { channel: channelOfUser('player-2'), limit: -1 } }, { code: 103, message: 'permission denied' }],
    [
      { history: { channel, limit: -1, since: { offset: 0, epoch: '_' } } },
      { code: 112, message: 'unrecoverable position' },
    ],
    [{ history: { channel, limit: 1, reverse: true, since: { offset: 0 } } }, { code: 107, message: 'bad request' }],
    [{ publish: { channel, data: {} } }, { code: 103, message: 'permission denied' }],
    [{ presence: { channel } }, { code: 108, message: 'not available' }],
    [{ presence_stats: { channel } }, { code: 108, message: 'not available' }],
    [{ rpc: { method: 'x', data: {} } }, { code: 108, message: 'not available' }],
    [{ refresh: { token: 'x' } }, { code: 108, message: 'not available' }],
    [{ sub_refresh: { channel, token: 'x' } }, { code: 108, message: 'not available' }],
    [{ ping: {} }, { code: 108, message: 'not available' }],
    [{ unheard_of: {} }, { code: 104, message: 'method not found' }],
  ]
  for (const [index, [request]] of asked.entries())
    client.send(JSON.stringify({ ...request, id: 2_147_483_000 + index }))
  client.send(JSON.stringify({ send: { data: {} } }))
  client.send(JSON.stringify({ unsubscribe: { channel: 'other' }, id: 7 }))
  for (const [index, [, error]] of asked.entries()) {
    assert.deepEqual(await client.nextJson(), { id: 2_147_483_000 + index, error })
  }
  assert.deepEqual(await client.nextJson(), { id: 7, unsubscribe: {} })
  assert.deepEqual(client.frames, [])
})

test('a client that unsubscribes from its channel gets nothing more and stays connected', async (t) => {
  const made = await given(t)
  const { client } = await connected(t, made, 'player-1')
  const channel = channelOfUser('player-1')
  client.send(JSON.stringify({ unsubscribe: { channel }, id: 2 }))
  assert.deepEqual(await client.nextJson(), { id: 2, unsubscribe: {} })
  await made.shop.publish({ userId: 'player-1', orderId: 1, status: 'new' })
  client.send(JSON.stringify({ history: { channel, limit: -1 }, id: 3 }))
  assert.deepEqual(await client.nextJson(), { id: 3, error: { code: 103, message: 'permission denied' } })
})

test('Protobuf clients get bytes, and their subprotocol is echoed', async (t) => {
  const { shop, gateway } = await given(t)
  const client = await rawClient(t, gateway.url, { protocols: ['centrifuge-protobuf'] })
  assert.equal(client.protocol, 'centrifuge-protobuf')
  const data = toRawJson({ auth: await shop.token('player-1'), project_id: PROJECT_ID })
  client.send(encodeCommand({ kind: 'request', id: 5, method: 'connect', request: { data } }, 'protobuf'))
  const read = async () => decodeReplies((await client.next()) as Buffer, 'protobuf')
  const reply = await read()
  assert.equal(reply.ok && reply.replies[0]?.kind === 'result' && reply.replies[0].id, 5)
  await shop.publish({ userId: 'player-1', orderId: 1, status: 'paid' })
  const body = { data: toRawJson({ order_id: 1, status: 'paid' }), offset: 1 }
  assert.deepEqual(await read(), {
    ok: true,
    replies: [{ kind: 'push', push: { kind: 'pub', channel: channelOfUser('player-1'), body } }],
  })
})

test('any offered subprotocol is echoed, and compression is never negotiated', async (t) => {
  const { gateway } = await given(t)
  const protocols = ['wss', 'centrifuge-json']
  const echoed: string[] = []
  for (const offered of [...protocols.map((name) => [name]), ['other', 'centrifuge-json'], []]) {
    const client = await rawClient(t, gateway.url, { protocols: offered })
    assert.equal(client.extensions, '')
    echoed.push(client.protocol)
  }
  assert.deepEqual(echoed, ['wss', 'centrifuge-json', 'centrifuge-json', ''])
})

test('credentials that open nothing end the connection with 3500', async (t) => {
  const { shop, gateway } = await given(t)
  const token = await shop.token('player-1')
  const invalid: Readonly<Record<string, unknown>> = {
    'no data': undefined,
    'no token': { project_id: PROJECT_ID },
    'a token that is none': { auth: 'nonsense', project_id: PROJECT_ID },
    'an expired token': { auth: await shop.token('player-1', -60_000), project_id: PROJECT_ID },
    'another project': { auth: token, project_id: 1 },
    'no project that can be found': { auth: token },
    'a project id that is none': { auth: token, project_id: 'abc' },
    'the id of another player': { auth: token, project_id: PROJECT_ID, user_external_id: 'player-2' },
    'an empty player id': { auth: token, project_id: PROJECT_ID, user_external_id: '' },
    'an unknown payment token': { auth: `p${PROJECT_ID.toString(36)}t${'a'.repeat(32)}` },
  }
  for (const [what, data] of Object.entries(invalid)) {
    assert.deepEqual(await endOf(t, gateway, [connectFrame(data)]), { code: 3500, reason: 'invalid token' }, what)
  }
})

test('a player is let in with the own id, with the number of the project as text, and with a token where the protocol has one', async (t) => {
  const { shop, gateway } = await given(t)
  const token = await shop.token('player-1')
  const frames = [
    connectFrame({ auth: token, project_id: String(PROJECT_ID), user_external_id: 'player-1' }),
    JSON.stringify({ connect: { token, data: { project_id: PROJECT_ID } }, id: 1 }),
  ]
  for (const frame of frames) {
    const client = await rawClient(t, gateway.url)
    client.send(frame)
    assert.equal(((await client.nextJson()) as ConnectReply).id, 1)
  }
})

test('what is no request of the protocol ends the connection', async (t) => {
  const { shop, gateway } = await given(t)
  const connect = connectFrame({ auth: await shop.token('player-1'), project_id: PROJECT_ID })
  const cases: readonly (readonly [what: string, frames: readonly Frame[], code: number])[] = [
    ['not JSON', ['nonsense'], 3501],
    ['JSON of another kind', ['[1]'], 3501],
    ['history before connect', ['{"history":{"channel":"a"},"id":1}'], 3501],
    ['an unknown method before connect', ['{"unheard_of":{},"id":1}'], 3501],
    ['a second connect', [connect, connect], 3501],
    ['history without a channel', [connect, '{"history":{"channel":"","limit":-1},"id":2}'], 3501],
    ['a message above 64 KiB', ['x'.repeat(65_537)], 1009],
  ]
  for (const [what, frames, code] of cases) assert.equal((await endOf(t, gateway, frames)).code, code, what)
})

test('a web page of a foreign origin is refused where the project names its origins', async (t) => {
  const shop = await givenShop(t, 'sqlite memory', { allowedOrigins: ['https://game.example'] })
  const gateway = await givenGateway(t, shop)
  const frame = connectFrame({ auth: await shop.token('player-1'), project_id: PROJECT_ID })
  const end = await endOf(t, gateway, [frame], { origin: 'https://evil.example' })
  assert.deepEqual(end, { code: 3507, reason: 'permission denied' })
  for (const origin of ['https://game.example', undefined]) {
    const client = await rawClient(t, gateway.url, origin === undefined ? {} : { origin })
    client.send(frame)
    assert.equal(((await client.nextJson()) as ConnectReply).id, 1)
  }
})

test('one connection too many of a player is closed with 3504, and there is room again when one ends', async (t) => {
  const made = await given(t, { limits: { connectionsPerPartyMax: 1 } })
  const first = await connected(t, made, 'player-1')
  const frame = connectFrame({ auth: await made.shop.token('player-1'), project_id: PROJECT_ID })
  assert.deepEqual(await endOf(t, made.gateway, [frame]), { code: 3504, reason: 'connection limit' })
  first.client.close()
  await until('no connection', () => made.gateway.gateway.connectionCount() === 0)
  assert.equal((await connected(t, made, 'player-1')).reply.id, 1)
})

test('a store that is away is a temporary error, then 3004', async (t) => {
  const { shop, gateway } = await given(t)
  const frame = connectFrame({ auth: await shop.token('player-1'), project_id: PROJECT_ID })
  await shop.store.stop()
  const client = await rawClient(t, gateway.url)
  client.send(frame)
  const error = { code: 100, message: 'internal server error', temporary: true }
  assert.deepEqual(await client.nextJson(), { id: 1, error })
  assert.deepEqual(await client.closed, { code: 3004, reason: 'internal server error' })
})

test('a full node and a stopped one answer 503, other paths 404', async (t) => {
  const { gateway } = await given(t, { limits: { connectionsMax: 1 } })
  await rawClient(t, gateway.url)
  await assert.rejects(rawClient(t, gateway.url), /Unexpected server response: 503/)
  await assert.rejects(rawClient(t, `${gateway.url}/other`), /Unexpected server response: 404/)
  await gateway.gateway.stop()
  await assert.rejects(rawClient(t, gateway.url), /Unexpected server response: 503/)
  const { gateway: busy } = await given(t, { limits: { waitingMax: 0 } })
  await assert.rejects(rawClient(t, busy.url), /Unexpected server response: 503/)
})

test('too many connect requests under way are answered 503; when one takes too long it ends with 3004', async (t) => {
  const shop = await givenShop(t)
  const never = new Promise<never>(() => undefined)
  const tokens = { resolvePlayerToken: () => never, resolvePlayerTokens: () => never }
  const gateway = await givenGateway(t, shop, { limits: { connectingMax: 1 }, tokens })
  await rawClient(t, gateway.url)
  const waiting = await rawClient(t, gateway.url)
  waiting.send(connectFrame({ auth: 'any', project_id: PROJECT_ID }))
  await waiting.flush()
  await assert.rejects(rawClient(t, gateway.url), /Unexpected server response: 503/)
  gateway.pass(10_500)
  assert.deepEqual(await waiting.closed, { code: 3004, reason: 'internal server error' })
  await rawClient(t, gateway.url)
})

test('the figures tell connections, beginnings, pushes and ends', async (t) => {
  const metrics = await createMetrics({ isOn: true })
  const made = await given(t, { metrics })
  const { client } = await connected(t, made, 'player-1')
  await made.shop.publish({ userId: 'player-1', orderId: 1, status: 'new' })
  await client.next()
  await endOf(t, made.gateway, ['nonsense'])
  await until('one connection', () => made.gateway.gateway.connectionCount() === 1)
  const figures = (await metrics.text()).split('\n').filter((line) => line.startsWith('ordertrail_realtime_'))
  assert.deepEqual(figures.sort(), [
    'ordertrail_realtime_caught_up_total 0',
    'ordertrail_realtime_closes_total{code="3501"} 1',
    'ordertrail_realtime_connections 1',
    'ordertrail_realtime_connects_total{outcome="fresh"} 1',
    'ordertrail_realtime_pushes_total 1',
  ])
})

test('a node that stops sends its clients away with 3001', async (t) => {
  const made = await given(t)
  const { client } = await connected(t, made, 'player-1')
  await made.gateway.gateway.stop()
  assert.deepEqual(await client.closed, { code: 3001, reason: 'shutdown' })
  assert.equal(made.gateway.gateway.connectionCount(), 0)
})

test('a connection that asks for nothing is closed with 3502 after 25 s', async (t) => {
  const { gateway } = await given(t)
  const client = await rawClient(t, gateway.url)
  gateway.pass(24_750)
  assert.equal(gateway.gateway.connectionCount(), 1)
  gateway.pass(500)
  assert.deepEqual(await client.closed, { code: 3502, reason: 'stale' })
})

test('the ping is exactly {}, and a client without a pong is closed with 3012', async (t) => {
  const made = await given(t)
  const { client } = await connected(t, made, 'player-1')
  made.gateway.pass(19_000)
  assert.equal(await client.next(), '{}')
  made.gateway.pass(10_000)
  assert.deepEqual(await client.closed, { code: 3012, reason: 'no pong' })
})

test('an engine client that sends {} unasked every 25 s lives until its connection is over, with 3005', async (t) => {
  const made = await given(t)
  const { client } = await connected(t, made, 'player-1')
  const answerPings = answerEveryPing(client)
  for (let passed = 0; passed < 300_000; passed += 5_000) {
    if (passed % 25_000 === 0) client.send('{}')
    made.gateway.pass(5_000)
    await roundTrip(client)
  }
  assert.ok(answerPings.count >= 11, `${answerPings.count} pings in 300 s`)
  made.gateway.pass(15_500)
  assert.deepEqual(await client.closed, { code: 3005, reason: 'connection expired' })
})

test('skipped time ends connections whose life is over', async (t) => {
  const shop = await givenShop(t)
  const storeTime = {
    now: () => shop.store.now(),
    unskippedNow: shop.clock.unskippedNow,
    monotonic: shop.clock.monotonic,
  }
  const gateway = await givenGateway(t, shop, { clock: storeTime })
  const { client } = await connected(t, { shop, gateway }, 'player-1')
  await shop.store.skipTime(600_000)
  gateway.tick()
  assert.deepEqual(await client.closed, { code: 3005, reason: 'connection expired' })
})

/** Answers what the server asks, as the protocol wants. */
function answerEveryPing(client: RawClient): { readonly count: number } {
  const pings = { count: 0 }
  const answer = async (): Promise<void> => {
    for (;;) {
      const frame = await client.next()
      if (frame !== '{}') continue
      pings.count += 1
      client.send('{}')
    }
  }
  answer().catch(() => undefined)
  return pings
}

/** Resolves when a ping that the server has sent is answered. */
async function roundTrip(client: RawClient): Promise<void> {
  await client.flush()
  await client.flush()
}
