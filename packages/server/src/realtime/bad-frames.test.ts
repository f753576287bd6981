// What no client of the protocol sends: each ends with the right code, and nobody else notices.
import assert from 'node:assert/strict'
import { connect as connectTcp } from 'node:net'
import test, { type TestContext } from 'node:test'
import { encodeCommand, type Frame, toRawJson } from '@ordertrail/centrifuge-protocol'
import { givenGateway, type ListeningGateway } from './testing/given-gateway.ts'
import { until } from './testing/given-sessions.ts'
import { channelOfUser, givenShop, PROJECT_ID, type Shop } from './testing/given-shop.ts'
import { type RawClient, rawClient } from './testing/raw-client.ts'

const PROTOBUF = { protocols: ['centrifuge-protobuf'] }

async function credentials(shop: Shop) {
  return { auth: await shop.token('player-1'), project_id: PROJECT_ID }
}

/** A frame of JSON that lets player-1 in; `more` members stand beside the data. */
async function connectFrame(shop: Shop, more: object = {}): Promise<string> {
  return JSON.stringify({ connect: { data: await credentials(shop), ...more }, id: 1 })
}

/** A client that was let in. */
async function connected(t: TestContext, shop: Shop, gateway: ListeningGateway): Promise<RawClient> {
  const client = await rawClient(t, gateway.url)
  client.send(await connectFrame(shop))
  await client.next()
  return client
}

test('frames that are no commands end the connection, before and after connect', async (t) => {
  const shop = await givenShop(t)
  const gateway = await givenGateway(t, shop)
  const json = await connectFrame(shop)
  const data = toRawJson(await credentials(shop))
  const protobuf = encodeCommand({ kind: 'request', id: 1, method: 'connect', request: { data } }, 'protobuf')
  const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values)
  const cases: readonly (readonly [what: string, frame: Frame, code: number])[] = [
    ['JSON cut short', json.slice(0, -2), 3501],
    ['bytes where text is due', bytes(0, 255, 254, 1), 3501],
    ['text of half a character', bytes(0x22, 0xc3), 3501],
    ['arrays as deep as a message is long', `{"rpc":{"data":${'['.repeat(60_000)}`, 3501],
    ['objects that are closed, but too deep', `{"rpc":{"data":${'{"a":'.repeat(65)}1${'}'.repeat(65)}},"id":2}`, 3501],
    ['an id that is none', '{"history":{"channel":"a"},"id":-1}', 3501],
    ['an id above 32 bits', '{"history":{"channel":"a"},"id":4294967296}', 3501],
    ['a request without an id', '{"history":{"channel":"a"}}', 3501],
    ['more commands than a frame may hold', '{}\n'.repeat(1_025), 3501],
    ['a message above 64 KiB', `{"rpc":{"data":"${'x'.repeat(65_536)}"},"id":2}`, 1009],
  ]
  const binary: typeof cases = [
    ['Protobuf cut short', protobuf.slice(0, -1), 3501],
    ['text where bytes are due', json, 3501],
    ['a length that reaches beyond the end', bytes(0xff, 0xff, 0xff, 0xff, 0x0f), 3501],
    ['a length that never ends', new Uint8Array(40).fill(0xff), 3501],
    ['more pongs than a frame may hold', new Uint8Array(1_025), 3501],
    ['a message above 64 KiB', new Uint8Array(65_537), 1009],
  ]
  for (const [what, frame, code] of cases) {
    const early = await rawClient(t, gateway.url)
    early.send(frame)
    assert.equal((await early.closed).code, code, what)
    const late = await connected(t, shop, gateway)
    late.send(frame)
    assert.equal((await late.closed).code, code, `${what}, after connect`)
  }
  for (const [what, frame, code] of binary) {
    const client = await rawClient(t, gateway.url, PROTOBUF)
    client.send(frame)
    assert.equal((await client.closed).code, code, what)
  }
  await until('no connection', () => gateway.gateway.connectionCount() === 0)
})

test('frames, commands of one frame and pings count alike, and what is too often is closed with 3013', async (t) => {
  const shop = await givenShop(t)
  const limits = { commandsPerSecond: 10, commandsAtOnceMax: 30 }
  const gateway = await givenGateway(t, shop, { limits })
  const tooOften = { code: 3013, reason: 'too many requests' }
  const steady = await connected(t, shop, gateway)
  // With its connect request and the ping of the flush these are thirty.
  for (let count = 0; count < 28; count += 1) steady.send('{}')
  await steady.flush()
  for (let second = 0; second < 5; second += 1) {
    gateway.pass(1_000)
    for (let count = 0; count < 9; count += 1) steady.send('{}')
    await steady.flush()
  }
  steady.send('{}')
  assert.deepEqual(await steady.closed, tooOften)

  const dense = await connected(t, shop, gateway)
  dense.send('{}\n'.repeat(29))
  await dense.flush().catch(() => undefined)
  assert.deepEqual(await dense.closed, tooOften)
  const packed = await rawClient(t, gateway.url, PROTOBUF)
  packed.send(new Uint8Array(31))
  assert.deepEqual(await packed.closed, tooOften)

  const pinging = await connected(t, shop, gateway)
  for (let count = 0; count < 30; count += 1) pinging.flush().catch(() => undefined)
  assert.deepEqual(await pinging.closed, tooOften)
})

test('whoever asks to recover the channel of another player is given the own one, and nothing of the other', async (t) => {
  const shop = await givenShop(t)
  const gateway = await givenGateway(t, shop)
  await shop.publish({ userId: 'player-2', orderId: 2, status: 'paid' })
  const foreign = channelOfUser('player-2')
  const subs = { [foreign]: { recover: true, offset: 0, epoch: '' }, ['__proto__']: { recover: true } }
  const client = await rawClient(t, gateway.url)
  client.send(await connectFrame(shop, { subs }))
  const text = String(await client.next())
  assert.deepEqual(Object.keys(JSON.parse(text).connect.subs), [channelOfUser('player-1')])
  assert.doesNotMatch(text, /paid/)
  for (const request of [{ history: { channel: foreign, limit: -1 } }, { subscribe: { channel: foreign } }]) {
    client.send(JSON.stringify({ ...request, id: 2 }))
    assert.deepEqual(await client.nextJson(), { id: 2, error: { code: 103, message: 'permission denied' } })
  }
})

test('many upgrades that ask for nothing, or stop half-way, keep no player out and are ended after 25 s', async (t) => {
  const shop = await givenShop(t)
  const gateway = await givenGateway(t, shop, { limits: { connectingMax: 10 } })
  const silent = openSilent(t, gateway, 100)
  await until('the upgrades', () => gateway.gateway.connectionCount() === 100)
  const client = await connected(t, shop, gateway)
  gateway.pass(24_750)
  assert.equal(silent.ended, 0)
  client.send('{}')
  await client.flush()
  gateway.pass(500)
  await until('one connection', () => gateway.gateway.connectionCount() === 1)
  assert.equal(silent.ended, 100)
  await shop.publish({ userId: 'player-1', orderId: 1, status: 'new' })
  for (let text = ''; !text.includes('push'); ) text = String(await client.next())
})

/** 3502 as it stands in a close frame. */
const STALE = Buffer.from([0x0d, 0xae])

/** Opens `count` connections that upgrade and say nothing, and as many that stop in the middle of their headers. */
function openSilent(t: TestContext, gateway: ListeningGateway, count: number): { readonly ended: number } {
  const { port, pathname } = new URL(gateway.url)
  const half = `GET ${pathname} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
  const whole = `${half}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`
  const told = { ended: 0 }
  for (const head of Array.from({ length: count }, () => [half, whole]).flat()) {
    const socket = connectTcp(Number(port), '127.0.0.1')
    t.after(() => socket.destroy())
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      if (!bytes.includes(STALE)) return
      told.ended += 1
      socket.destroy()
    })
    socket.write(head)
  }
  return told
}
