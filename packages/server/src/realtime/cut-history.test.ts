// Streams are cut at their old end only, as their project wishes, and clients are told so honestly.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import fc from 'fast-check'
import type { RetireBatch } from '../platform/retirable.ts'
import { bind, oneByOne, rareCommand, type Store } from '../platform/store/index.ts'
import {
  countStatements,
  eachStore,
  openTestStore,
  seedRows,
  TEST_DATABASE_URL,
  type TestEngine,
} from '../platform/store/testing/index.ts'
import { defaultProjectSettings, type ProjectSettings } from '../projects/index.ts'
import { retireOnce } from '../testing/retire-once.ts'
import { cutHistory, handleCutHistory, keepFrom, retirablePublications } from './cut-history.ts'
import { GatheredReads } from './gather-reads.ts'
import { readHistory } from './read-history.ts'
import { readStream, type StreamTop } from './read-stream.ts'
import { missedRange, recover } from './recover.ts'
import { givenSessions } from './testing/given-sessions.ts'
import { channelOfUser, givenShop, PROJECT_ID, type Shop } from './testing/given-shop.ts'
import type { KnownPosition } from './testing/memory-client.ts'

const HOUR_MS = 3_600_000
/** As PostgreSQL keeps publications. */
const UNLINKED = { id: 0, previous_id: null }
const ANN = { projectId: PROJECT_ID, channel: channelOfUser('ann') }

async function publish(shop: Shop, userId: string, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await shop.publish({ userId, orderId: index, status: 'paid' })
}

/** One pass of the service over the whole store. */
async function pass({ store }: Shop): Promise<number> {
  return (await retireOnce(store, [retirablePublications])).get('publications') ?? 0
}

async function offsetsOf(store: Store, userId: string): Promise<readonly number[]> {
  const query = store.read.selectFrom('publications').select('stream_offset').orderBy('stream_offset')
  return (await query.where('channel', '=', channelOfUser(userId)).execute()).map((row) => row.stream_offset)
}

async function topOf({ store }: Shop): Promise<StreamTop> {
  return (await readStream(store, ANN, null))?.top ?? assert.fail('there is no channel')
}

async function givenAnn(t: TestContext, engine: TestEngine, settings: Partial<ProjectSettings>): Promise<Shop> {
  return givenShop(t, engine, { ...defaultProjectSettings, ...settings })
}

test('what stays: not more than wanted, nothing too old, always the newest, never more cut than one batch may', () => {
  const cases = [
    [{ first_offset: 1, last_offset: 10 }, 4, 1, 7],
    [{ first_offset: 1, last_offset: 10 }, 4, 9, 9],
    [{ first_offset: 1, last_offset: 10 }, 4, undefined, 10],
    [{ first_offset: 1, last_offset: 10 }, 1, undefined, 10],
    [{ first_offset: 5, last_offset: 10 }, 100, 5, 5],
    [{ first_offset: 1, last_offset: 9_000 }, 1, undefined, 2_001],
  ] as const
  for (const [channel, size, young, from] of cases) assert.equal(keepFrom(channel, size, young), from)
})

eachStore((engine) => {
  test(`${engine}: a stream that has grown too long is cut to the size its project wants`, async (t) => {
    const shop = await givenAnn(t, engine, { historySizeMax: 5 })
    await publish(shop, 'ann', 22)
    await publish(shop, 'bob', 3)
    assert.equal(await pass(shop), 17)
    assert.deepEqual(await offsetsOf(shop.store, 'ann'), [18, 19, 20, 21, 22])
    assert.deepEqual(await offsetsOf(shop.store, 'bob'), [1, 2, 3])
    await publish(shop, 'ann', 14)
    assert.equal(await pass(shop), 0)
    await publish(shop, 'ann', 1)
    assert.equal(await pass(shop), 15)
    assert.deepEqual(await offsetsOf(shop.store, 'ann'), [33, 34, 35, 36, 37])
  })

  test(`${engine}: what is too old goes, but never the newest of a channel`, async (t) => {
    const shop = await givenAnn(t, engine, { historyAgeMsMax: 24 * HOUR_MS })
    await publish(shop, 'ann', 2)
    await shop.store.skipTime(20 * HOUR_MS)
    await publish(shop, 'ann', 2)
    assert.equal(await pass(shop), 0)
    await shop.store.skipTime(5 * HOUR_MS)
    assert.equal(await pass(shop), 2)
    assert.deepEqual(await offsetsOf(shop.store, 'ann'), [3, 4])
    await shop.store.skipTime(300 * HOUR_MS)
    assert.equal(await pass(shop), 1)
    assert.equal(await pass(shop), 0)
    assert.equal(await retirablePublications.oldest(shop.store.read, PROJECT_ID), null)
    await publish(shop, 'ann', 1)
    await shop.store.skipTime(25 * HOUR_MS)
    assert.equal(await pass(shop), 1)
    assert.deepEqual(await offsetsOf(shop.store, 'ann'), [5])
  })

  test(`${engine}: after a cut, history and recovery say what cannot be had, and the stream is the same`, async (t) => {
    const shop = await givenAnn(t, engine, { historySizeMax: 3 })
    await publish(shop, 'ann', 20)
    const before = await topOf(shop)
    await pass(shop)
    assert.deepEqual(await topOf(shop), before)
    const history = async (offset: number, limit = -1, reverse = false): Promise<unknown> => {
      const request = { channel: ANN.channel, limit, reverse, since: { offset, epoch: before.epoch } }
      const answer = await readHistory(new GatheredReads(shop.store), ANN, request)
      return answer.kind === 'refused' ? answer.error.code : answer.result.publications.map((each) => each.offset)
    }
    assert.deepEqual(
      [await history(16), await history(1, 5), await history(17), await history(17, 1)],
      [112, 112, [18, 19, 20], [18]],
    )
    assert.deepEqual([await history(0), await history(20), await history(19, -1, true)], [[18, 19, 20], [], [18]])
    const recovery = async (offset: number): Promise<unknown> => {
      const asked = { recover: true, offset, epoch: before.epoch }
      const view = (await readStream(shop.store, ANN, missedRange(asked))) ?? assert.fail('there is no channel')
      const { result } = recover(view, asked)
      return [
        result.recovered ?? false,
        result.was_recovering,
        result.epoch,
        result.offset,
        result.publications?.length,
      ]
    }
    const { epoch } = before
    assert.deepEqual(await recovery(16), [false, true, epoch, 20, undefined])
    assert.deepEqual(await recovery(17), [true, true, epoch, 17, 3])
    assert.deepEqual(await recovery(20), [true, true, epoch, 20, undefined])
  })
})

eachStore((engine) => {
  test(`${engine}: a stream that never had a status goes when nobody has opened it for long, and never one that is watched`, async (t) => {
    const shop = await givenShop(t, engine, { historyAgeMsMax: 24 * HOUR_MS })
    const { connect } = givenSessions(t, shop)
    const open = async (userId: string, known: KnownPosition | null = null) => {
      const client = await connect(userId, known)
      client.drop()
      return client
    }
    const first = await open('ann')
    await open('bob')
    await open('carol')
    await publish(shop, 'carol', 2)
    const channels = async () => (await shop.store.read.selectFrom('channels').select('party_id').execute()).length
    let ann = first
    // The older one of carol's statuses goes after its own age, and bob's stream when it was left alone for three days.
    for (const gone of [0, 1, 0, 1]) {
      await shop.store.skipTime(20 * HOUR_MS)
      assert.equal(await pass(shop), gone)
      ann = await open('ann', ann.known)
      assert.deepEqual([ann.subscribed?.epoch, ann.subscribed?.recovered], [first.subscribed?.epoch, true])
    }
    assert.equal(await channels(), 2)
    await shop.store.skipTime(100 * HOUR_MS)
    assert.equal(await pass(shop), 1)
    assert.equal(await channels(), 1)
    const late = await open('ann', ann.known)
    assert.deepEqual([late.subscribed?.recovered ?? false, late.subscribed?.was_recovering], [false, true])
    assert.notEqual(late.subscribed?.epoch, first.subscribed?.epoch)
  })
})

test('who watches an empty stream writes once a day, and misses nothing of what is published at that moment', async (t) => {
  const shop = await givenShop(t)
  let beforeWrite = async (): Promise<void> => undefined
  let writes = 0
  const run: Store['run'] = async (command, input) => {
    writes += 1
    await beforeWrite()
    return shop.store.run(command, input)
  }
  const { connect } = givenSessions(t, { ...shop, store: { ...shop.store, run } })
  let ann = await connect('ann')
  for (let hours = 5; hours <= 20; hours += 5) {
    await shop.store.skipTime(5 * HOUR_MS)
    ann = await connect('ann', ann.known)
  }
  assert.equal(writes, 1)
  await shop.store.skipTime(5 * HOUR_MS)
  beforeWrite = () => shop.publish({ userId: 'ann', orderId: 7, status: 'new' })
  const late = await connect('ann', ann.known)
  assert.deepEqual([writes, late.subscribed?.recovered, late.offsets], [2, true, [1]])
})

const countCuts = rareCommand<RetireBatch, number>('test.count-cuts')
const countedCuts = bind(
  countCuts,
  oneByOne((tx, batch) => countStatements(handleCutHistory)(tx, [batch])),
)

test('PostgreSQL: a batch of many channels costs as many statements as one of a single channel', {
  skip: TEST_DATABASE_URL === undefined ? 'TEST_DATABASE_URL is not set' : false,
}, async (t) => {
  const { store, stop } = await openTestStore('postgres', { commands: [countedCuts] })
  t.after(stop)
  const settings = JSON.stringify({ ...defaultProjectSettings, historySizeMax: 1 })
  const times = { created_at: 0, updated_at: 0 }
  await store.run(seedRows, { table: 'merchants', rows: [{ id: 1, name: 'M', registered_at: 0, created_at: 0 }] })
  await store.run(seedRows, { table: 'projects', rows: [{ id: 1, merchant_id: 1, name: 'G', settings, ...times }] })
  const giveChannels = async (from: number, count: number): Promise<void> => {
    const names = Array.from({ length: count }, (_, index) => `p1_${from + index}`)
    const party = { party_kind: 'user', party_id: 'u', epoch: 'e', created_at: 0 }
    const channels = names.map((channel) => {
      return { project_id: 1, channel, ...party, last_offset: 3, first_offset: 1, oldest_at: 0, newest_id: null }
    })
    const publications = names.flatMap((channel) =>
      [1, 2, 3].map((stream_offset) => {
        return { project_id: 1, channel, stream_offset, order_id: 1, data: '{}', created_at: 0, ...UNLINKED }
      }),
    )
    await store.run(seedRows, { table: 'channels', rows: channels })
    await store.run(seedRows, { table: 'publications', rows: publications })
  }
  const batch = { projectId: 1, keptMs: HOUR_MS, max: 100 }
  await giveChannels(1, 1)
  const one = await store.run(countCuts, batch)
  await giveChannels(2, 50)
  assert.equal(await store.run(countCuts, batch), one)
  const left = await store.read.selectFrom('publications').select('stream_offset').distinct().execute()
  assert.deepEqual(left, [{ stream_offset: 3 }])
})

test('random streams: what is left is the end of the stream, not too long, and nothing of it too old', async (t) => {
  const [size, ageMs] = [4, 10 * HOUR_MS]
  const shop = await givenAnn(t, 'sqlite memory', { historySizeMax: size, historyAgeMsMax: ageMs })
  const act = fc.oneof(
    fc.record({ count: fc.integer({ min: 1, max: 25 }) }),
    fc.record({ hours: fc.integer({ min: 1, max: 12 }) }),
    fc.constant('cut' as const),
  )
  let number = 0
  const property = fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async (acts) => {
    number += 1
    const userId = `player-${number}`
    await publish(shop, userId, 1)
    const madeAt = [shop.store.now()]
    for (const each of acts) {
      if (each === 'cut') await pass(shop)
      else if ('hours' in each) await shop.store.skipTime(each.hours * HOUR_MS)
      else {
        await publish(shop, userId, each.count)
        madeAt.push(...Array(each.count).fill(shop.store.now()))
      }
    }
    await pass(shop)
    const left = await offsetsOf(shop.store, userId)
    const last = madeAt.length
    assert.deepEqual(
      left,
      left.map((_, index) => last - left.length + 1 + index),
    )
    assert.ok(left.length >= 1 && left.length < size + 20, `${left.length} are left`)
    const young = madeAt.filter((at) => at > shop.store.now() - ageMs + HOUR_MS / 2).length
    assert.ok(left.length >= Math.min(young, size), `${left.length} are left of ${young} young ones`)
  })
  await fc.assert(property, { numRuns: 25 })
})

test('a very long stream is cut in several batches, each of them bounded', async (t) => {
  const shop = await givenAnn(t, 'sqlite memory', { historySizeMax: 1 })
  const { projectId: project_id, channel } = ANN
  const publication = { project_id, channel, order_id: 1, data: '{}', created_at: 0 }
  const party = { party_kind: 'user', party_id: 'ann', epoch: 'e', created_at: 0 }
  const row = { project_id, channel, ...party, last_offset: 4_500, first_offset: 1, oldest_at: 0, newest_id: 4_500 }
  await shop.store.run(seedRows, { table: 'channels', rows: [row] })
  const rows = Array.from({ length: 4_500 }, (_, index) => ({
    ...publication,
    stream_offset: index + 1,
    id: index + 1,
    previous_id: index,
  }))
  await shop.store.run(seedRows, { table: 'publications', rows })
  const batch = { projectId: PROJECT_ID, keptMs: 24 * HOUR_MS, max: 10 }
  const retired: number[] = []
  for (let isMore = true; isMore; ) {
    const done = await shop.store.run(cutHistory, batch)
    isMore = done.isMore
    retired.push(done.retired)
  }
  assert.deepEqual(retired, [2_000, 2_000, 499, 0])
  assert.deepEqual(await offsetsOf(shop.store, 'ann'), [4_500])
})
