// Facts about connections whose hints get lost: nothing is missing, nothing comes twice, and the last status arrives.
import assert from 'node:assert/strict'
import test from 'node:test'
import { silentLogger } from '../platform/logger.ts'
import { noMetrics } from '../platform/metrics.ts'
import { StreamFollower } from './follow-stream.ts'
import { createGatewayMetrics } from './gateway-metrics.ts'
import { LivePublication } from './live-publication.ts'
import { readStream } from './read-stream.ts'
import { givenSessions, until } from './testing/given-sessions.ts'
import { channelOfUser, givenShop, PROJECT_ID } from './testing/given-shop.ts'

const USER = 'player-1'

test('a hint that was lost is made up for from the store when the next one arrives', async (t) => {
  const shop = await givenShop(t)
  const { connect, broker } = givenSessions(t, shop)
  const client = await connect(USER)
  broker.fate = 'is lost'
  await shop.publish({ userId: USER, orderId: 1, status: 'new' })
  broker.fate = 'arrives'
  await shop.publish({ userId: USER, orderId: 1, status: 'paid' })
  await until('both statuses', () => client.offsets.length === 2)
  assert.deepEqual(client.statuses, ['new', 'paid'])
  assert.deepEqual(client.offsets, [1, 2])
})

test('hints that arrive twice or late are sent once, in order', async (t) => {
  const shop = await givenShop(t)
  const { connect, broker } = givenSessions(t, shop)
  const client = await connect(USER)
  broker.fate = 'is late'
  for (const status of ['new', 'paid']) await shop.publish({ userId: USER, orderId: 1, status })
  broker.release()
  broker.fate = 'arrives twice'
  await shop.publish({ userId: USER, orderId: 1, status: 'done' })
  await until('all statuses', () => client.offsets.length >= 3)
  assert.deepEqual(client.offsets, [1, 2, 3])
})

test('the last status arrives within 41 s when its hint was lost', async (t) => {
  const shop = await givenShop(t)
  const { connect, broker, pass } = givenSessions(t, shop)
  const client = await connect(USER)
  broker.fate = 'is lost'
  await shop.publish({ userId: USER, orderId: 1, status: 'new' })
  await pass(24_000)
  assert.deepEqual(client.offsets, [])
  await pass(17_000)
  await until('the status', () => client.offsets.length > 0)
  assert.deepEqual(client.statuses, ['new'])
})

test('after a loss of the broker positions are checked at once', async (t) => {
  const shop = await givenShop(t)
  const { connect, broker } = givenSessions(t, shop)
  const client = await connect(USER)
  broker.fate = 'is lost'
  await shop.publish({ userId: USER, orderId: 1, status: 'new' })
  broker.lose()
  await until('the status', () => client.offsets.length > 0)
  assert.deepEqual(client.statuses, ['new'])
})

test('what is published while a client is being let in is not lost', async (t) => {
  const shop = await givenShop(t)
  const { begin } = givenSessions(t, shop)
  const auth = await shop.token(USER)
  await shop.publish({ userId: USER, orderId: 1, status: 'new' })
  const client = begin(auth, USER)
  await shop.publish({ userId: USER, orderId: 1, status: 'paid' })
  await until('the top', () => client.known?.offset === 2)
  assert.equal(client.closeCode, null)
})

test('a hint that came before the beginning was known is caught up with', async (t) => {
  const shop = await givenShop(t)
  await shop.publish({ userId: USER, orderId: 1, status: 'new' })
  const channel = channelOfUser(USER)
  const view = await readStream(shop.store, { projectId: PROJECT_ID, channel }, null)
  const top = view?.top
  const epoch = top?.epoch ?? ''
  const offsets: number[] = []
  const reader = { onNext: ({ offset }: LivePublication) => void offsets.push(offset), onBroken: assert.fail }
  const metrics = createGatewayMetrics(noMetrics, () => 0)
  const follower = new StreamFollower({ store: shop.store, logger: silentLogger, metrics }, reader)
  follower.take(new LivePublication({ channel, epoch, offset: 1, data: '{}' }))
  assert.deepEqual([offsets, follower.position], [[], null])
  follower.follow({ projectId: PROJECT_ID, channel }, { epoch, offset: 0 })
  await until('the status', () => offsets.length > 0)
  assert.deepEqual([offsets, follower.position], [[1], 1])
})

test('a hole that the store cannot fill ends the connection with 3010', async (t) => {
  const shop = await givenShop(t)
  const { connect, broker } = givenSessions(t, shop)
  const client = await connect(USER)
  broker.fate = 'is lost'
  await shop.publish({ userId: USER, orderId: 1, status: 'new' })
  await shop.deletePublications()
  broker.fate = 'arrives'
  await shop.publish({ userId: USER, orderId: 1, status: 'paid' })
  await until('the end', () => client.closeCode !== null)
  assert.deepEqual([client.closeCode, client.offsets], [3010, []])
})

test('a stream that the store does not have any more ends the connection with 3010, and the next one begins anew', async (t) => {
  const shop = await givenShop(t)
  const { connect, pass } = givenSessions(t, shop)
  await shop.publish({ userId: USER, orderId: 1, status: 'new' })
  const first = await connect(USER)
  await shop.deleteChannels()
  await pass(41_000)
  await until('the end', () => first.closeCode !== null)
  assert.equal(first.closeCode, 3010)
  const second = await connect(USER, first.known)
  assert.equal(second.subscribed?.recovered, undefined)
  assert.equal(second.subscribed?.was_recovering, true)
  assert.notEqual(second.known?.epoch, first.known?.epoch)
})

test('a client that does not read is closed with 3008', async (t) => {
  const shop = await givenShop(t)
  const { connect } = givenSessions(t, shop)
  const client = await connect(USER)
  client.bufferedBytes = 1_048_577
  await shop.publish({ userId: USER, orderId: 1, status: 'new' })
  await until('the end', () => client.closeCode !== null)
  assert.equal(client.closeCode, 3008)
})

test('more requests than may wait are answered 111', async (t) => {
  const shop = await givenShop(t)
  const { connect, sessions } = givenSessions(t, shop)
  const client = await connect(USER)
  const channel = channelOfUser(USER)
  const asked = Array.from({ length: 70 }, (_, index) =>
    JSON.stringify({ history: { channel, limit: -1 }, id: index + 2 }),
  )
  client.write(asked.join('\n'))
  await until('a refusal', () => client.errorCode !== null)
  assert.equal(client.errorCode, 111)
  assert.equal(sessions.connectionCount, 1)
})
