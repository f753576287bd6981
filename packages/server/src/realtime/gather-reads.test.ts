// Facts about streams that are read together.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { KyselyPlugin } from 'kysely'
import type { Store } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { GatheredReads } from './gather-reads.ts'
import type { StreamPlace, StreamRange, StreamView } from './read-stream.ts'
import { channelOfUser, givenShop, PROJECT_ID } from './testing/given-shop.ts'

const LONG = 130

const placeOf = (userId: string): StreamPlace => ({ projectId: PROJECT_ID, channel: channelOfUser(userId) })
const part = (order: StreamRange['order'], after: number, before: number | null, limit: number): StreamRange => ({
  order,
  after,
  before,
  limit,
})

/** The top and the first, the last and the number of offsets, each with its own data. */
function shapeOf(view: StreamView | undefined): unknown {
  if (view === undefined) return undefined
  const offsets = view.publications.map(({ offset }) => offset)
  for (const { offset, data } of view.publications) assert.equal(JSON.parse(data).order_id, offset)
  return [view.top.offset, offsets.at(0), offsets.at(-1), offsets.length]
}

/** The store, counting its statements. */
function counted(store: Store): { readonly store: Store; readonly count: () => number } {
  let count = 0
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      count += 1
      return node
    },
    transformResult: async ({ result }) => result,
  }
  return { store: { ...store, read: store.read.withPlugin(plugin) }, count: () => count }
}

eachStore((engine) => {
  test(`${engine}: streams that are asked for together come from few statements, each with its own part`, async (t) => {
    const shop = await givenShop(t, engine)
    for (let orderId = 1; orderId <= LONG; orderId += 1) {
      await shop.publish({ userId: 'long', orderId, status: 'new' })
    }
    for (let orderId = 1; orderId <= 3; orderId += 1) await shop.publish({ userId: 'short', orderId, status: 'new' })
    const { store, count } = counted(shop.store)
    const reads = new GatheredReads(store)
    const [long, short] = [placeOf('long'), placeOf('short')]
    const asked: readonly (readonly [StreamPlace, StreamRange | null])[] = [
      [long, null],
      [short, part('oldest_first', 0, null, 5_000)],
      [placeOf('nobody'), part('oldest_first', 0, null, 5_000)],
      [short, part('newest_first', 0, null, 2)],
      [{ ...short, projectId: PROJECT_ID + 1 }, null],
      [long, part('oldest_first', 125, null, 5_000)],
      [long, part('newest_first', 0, 4, 5_000)],
      [long, part('oldest_first', 0, null, 7)],
      [short, part('oldest_first', 99, null, 5_000)],
      [short, part('oldest_first', 1, 3, Number.MAX_SAFE_INTEGER)],
      [long, part('oldest_first', 1, Number.MAX_SAFE_INTEGER, 2)],
    ]
    const views = await Promise.all(asked.map(([place, range]) => reads.read(place, range)))
    assert.deepEqual(views.map(shapeOf), [
      [LONG, undefined, undefined, 0],
      [3, 1, 3, 3],
      undefined,
      [3, 3, 2, 2],
      undefined,
      [LONG, 126, 130, 5],
      [LONG, 3, 1, 3],
      [LONG, 1, 7, 7],
      [3, undefined, undefined, 0],
      [3, 2, 2, 1],
      [LONG, 2, 3, 2],
    ])
    // SQLite walks those together whose part is near their newest publication, and the three others one by one.
    assert.equal(count(), engine === 'postgres' ? 1 : 5)
    // What is too long to come with others is read by itself, and whole.
    const whole = await Promise.all([
      reads.read(long, part('oldest_first', 0, null, 5_000)),
      reads.read(long, part('newest_first', 0, null, 120)),
      reads.read(long, part('newest_first', 0, null, 1)),
    ])
    assert.deepEqual(whole.map(shapeOf), [
      [LONG, 1, LONG, LONG],
      [LONG, LONG, 11, 120],
      [LONG, LONG, LONG, 1],
    ])
    assert.equal(count(), engine === 'postgres' ? 4 : 9)
  })

  test(`${engine}: many reads take few statements, and each is answered`, async (t) => {
    const shop = await givenShop(t, engine)
    await shop.publish({ userId: 'one', orderId: 1, status: 'new' })
    const { store, count } = counted(shop.store)
    const reads = new GatheredReads(store)
    const views = await Promise.all(Array.from({ length: 320 }, () => reads.read(placeOf('one'), null)))
    assert.deepEqual(
      views.map((view) => view?.top.offset),
      Array(320).fill(1),
    )
    assert.equal(count(), 10)
  })
})

test('a statement that fails fails its reads and nothing else', async (t) => {
  const shop = await givenShop(t)
  await shop.publish({ userId: 'one', orderId: 1, status: 'new' })
  let isBroken = true
  const read = shop.store.read
  const store = {
    engine: shop.store.engine,
    get read() {
      if (isBroken) throw new Error('The store is away.')
      return read
    },
  }
  const reads = new GatheredReads(store)
  const failed = await Promise.allSettled(Array.from({ length: 200 }, () => reads.read(placeOf('one'), null)))
  assert.ok(failed.every(({ status }) => status === 'rejected'))
  isBroken = false
  assert.equal((await reads.read(placeOf('one'), null))?.top.offset, 1)
})
