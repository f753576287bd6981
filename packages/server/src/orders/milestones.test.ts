// Counting orders by milestones: always the number that is there, and without reading the past twice.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Row, Store } from '../platform/store/index.ts'
import { eachStore, seedRows } from '../platform/store/testing/index.ts'
import { keepMilestones, makeMilestoneKeeper, SETTLING_MS } from './keep-milestones.ts'
import { searchOrdersEndpoint } from './search-orders.ts'
import { boundRemoveOrders, givePast, type PastOrder, removeOrders } from './testing/given-past.ts'
import { PROJECT_ID } from './testing/given-rows.ts'
import { openShop } from './testing/open-shop.ts'

const EVERY = 5
const HOUR_MS = 3_600_000
const CALL = { query: {}, rawBody: null, headers: {}, ip: '127.0.0.1', requestId: 'test' }

/** What is asked for; times in wall milliseconds, null: open. */
interface Ask {
  readonly from: number | null
  readonly until: number | null
  readonly offset: number
  readonly limit: number
}

interface Found {
  readonly ids: readonly number[]
  readonly total: number
  readonly hasMore: boolean
}

const ALL: Ask = { from: null, until: null, offset: 0, limit: 10 }

type Searched = Pick<Store, 'read' | 'run' | 'now'>

async function search(store: Searched, projectId: number, ask: Ask): Promise<Found> {
  const { from, until, offset, limit } = ask
  const body = {
    offset,
    limit,
    ...(from === null ? {} : { created_date_from: new Date(from).toISOString() }),
    ...(until === null ? {} : { created_date_until: new Date(until).toISOString() }),
  }
  const caller = { kind: 'key', merchantId: 1001, projectId, keyName: 'test' } as const
  const params = { project_id: projectId }
  const answer = await searchOrdersEndpoint({ store, milestoneOrders: EVERY }).handle({ ...CALL, params, body, caller })
  const found = answer.body as {
    readonly orders: readonly { readonly order_id: number }[]
    readonly total_items_count: number
    readonly has_more: boolean
  }
  return {
    ids: found.orders.map(({ order_id }) => order_id),
    total: found.total_items_count,
    hasMore: found.has_more,
  }
}

/** The same by looking at every order. */
function plainSearch(orders: readonly PastOrder[], { from, until, offset, limit }: Ask): Found {
  const inRange = orders
    .filter(({ created_at: at }) => (from === null || at >= from) && (until === null || at <= until))
    .toSorted((a, b) => b.created_at - a.created_at || b.id - a.id)
  const ids = inRange.slice(offset, offset + limit).map(({ id }) => id)
  return { ids, total: inRange.length, hasMore: offset + limit < inRange.length }
}

function milestonesOf(
  store: Store,
  projectId: number,
): Promise<readonly Pick<Row<'order_milestones'>, 'at' | 'orders'>[]> {
  const query = store.read.selectFrom('order_milestones').select(['at', 'orders']).where('project_id', '=', projectId)
  return query.orderBy('at').execute()
}

/** Times as steps of a minute before now, so that many orders share one; a range begins and ends at some of them, or beside. */
const pastMinutes = fc.integer({ min: 6, max: 30 })
const youngMinutes = fc.integer({ min: 0, max: 4 })
const bound = fc.option(fc.tuple(fc.integer({ min: -1, max: 32 }), fc.constantFrom(-1, 0, 1)), { nil: null, freq: 1 })
const ask = fc.record({
  from: bound,
  until: bound,
  offset: fc.integer({ min: 0, max: 45 }),
  limit: fc.integer({ min: 1, max: 10 }),
})
const history = fc.record({
  past: fc.array(pastMinutes, { minLength: 10, maxLength: 60 }),
  rounds: fc.array(fc.record({ young: fc.array(youngMinutes, { maxLength: 12 }), ask }), {
    minLength: 1,
    maxLength: 6,
  }),
})

/** `count` orders of a project, `stepMs` apart. */
function ordersSince(projectId: number, start: number, { count, stepMs }: { count: number; stepMs: number }) {
  return Array.from({ length: count }, (_, index) => ({
    project_id: projectId,
    id: index + 1,
    created_at: start + index * stepMs,
  }))
}

eachStore((name, open) => {
  test(`${name}: orders are counted by milestones`, async (t) => {
    const shop = await openShop(t, open, { commands: [boundRemoveOrders] })
    const { store } = shop
    const like = await shop.order(await shop.buy())
    const start = store.now() - 10 * HOUR_MS
    const give = (orders: readonly PastOrder[]) => givePast(store, like, orders)

    await t.test('counts and pages are those of a plain look at all orders, whatever was searched before', async () => {
      let projectId = 100
      let id = 1
      const property = fc.asyncProperty(history, async ({ past, rounds }) => {
        projectId += 1
        const now = store.now()
        const made: PastOrder[] = []
        const giveAt = async (minutes: readonly number[]): Promise<void> => {
          const orders = minutes.map((each) => ({ project_id: projectId, id: id++, created_at: now - each * 60_000 }))
          made.push(...orders)
          await give(orders)
        }
        const timeOf = (side: readonly [number, number] | null) => side && now - side[0] * 60_000 + side[1]
        await giveAt(past)
        for (const { young, ask: asked } of rounds) {
          await giveAt(young)
          const wanted = { ...asked, from: timeOf(asked.from), until: timeOf(asked.until) }
          for (const each of [wanted, ALL])
            assert.deepEqual(await search(store, projectId, each), plainSearch(made, each))
        }
      })
      await fc.assert(property, { numRuns: 12 })
    })

    await t.test('what was counted once is not read again', async () => {
      await give(ordersSince(1, start, { count: 43, stepMs: 60_000 }))
      assert.equal((await search(store, 1, ALL)).total, 43)
      const milestones = (await milestonesOf(store, 1)).map(({ at, orders }) => [(at - 1 - start) / 60_000, orders])
      const expected = [5, 10, 15, 20, 25, 30, 35, 40].map((count) => [count - 1, count])
      assert.deepEqual(milestones, expected)
      await store.run(removeOrders, { projectId: 1, before: start + 40 * 60_000 })
      assert.deepEqual(await search(store, 1, ALL), { ids: [43, 42, 41], total: 43, hasMore: false })
      const middle = { ...ALL, from: start + 4 * 60_000 + 1, until: start + 41 * 60_000 }
      assert.equal((await search(store, 1, middle)).total, 37)
    })

    await t.test('a page far away is read from the milestone behind it', async () => {
      await give(ordersSince(2, start, { count: 40, stepMs: 2 }))
      await search(store, 2, ALL)
      // An order that nobody knows of moves only a page before which it is passed over.
      await give([{ project_id: 2, id: 99, created_at: start + 41 }])
      assert.deepEqual((await search(store, 2, { ...ALL, offset: 33 })).ids, [7, 6, 5, 4, 3, 2, 1])
    })

    await t.test('orders that share their millisecond, and processes that count at once', async () => {
      await give(Array.from({ length: 30 }, (_, index) => ({ project_id: 3, id: index + 1, created_at: start })))
      await give(
        Array.from({ length: 90 }, (_, index) => ({ project_id: 3, id: index + 31, created_at: start + index })),
      )
      const input = { projectId: 3, every: 1 }
      const kept = await Promise.all([1, 2, 3].map(() => store.run(keepMilestones, input)))
      assert.ok(kept[0]?.isMore)
      while ((await store.run(keepMilestones, input)).isMore) {}
      const milestones = (await milestonesOf(store, 3)).map(({ at, orders }) => [at - start, orders])
      assert.deepEqual(
        milestones,
        Array.from({ length: 90 }, (_, index) => [index + 1, 31 + index]),
      )
    })

    await t.test('a search is answered where nothing can be written', async () => {
      await give(ordersSince(4, start, { count: 12, stepMs: 1 }))
      const full = { read: store.read, now: store.now, run: () => Promise.reject(new Error('full')) }
      assert.equal((await search(full, 4, ALL)).total, 12)
    })

    await t.test('after a look a project is left alone for ten seconds', async () => {
      let now = store.now()
      const keep = makeMilestoneKeeper({ store: { read: store.read, run: store.run, now: () => now }, every: EVERY })
      const countAfter = async (laterMs: number): Promise<number> => {
        now += laterMs
        await keep(7)
        return (await milestonesOf(store, 7)).length
      }
      await give(ordersSince(7, start, { count: 7, stepMs: 1 }))
      assert.equal(await countAfter(0), 1)
      await give(ordersSince(7, start, { count: 12, stepMs: 1 }).slice(7))
      assert.deepEqual([await countAfter(9_999), await countAfter(1)], [1, 2])
    })

    await t.test('a clock that was set back takes the milestones with it that it makes wrong', async () => {
      const ages = [-HOUR_MS, HOUR_MS, 2 * HOUR_MS]
      const rows = ages.map((age, index) => ({ project_id: PROJECT_ID, at: store.now() + age, orders: index * 10 }))
      const foreign = { project_id: 5, at: store.now() + HOUR_MS, orders: 3 }
      await store.run(seedRows, { table: 'order_milestones', rows: [...rows, foreign] })
      await shop.buy()
      const left = [...(await milestonesOf(store, PROJECT_ID)), ...(await milestonesOf(store, 5))]
      assert.deepEqual(
        left.map(({ orders }) => orders),
        [0, 3],
      )
    })

    await t.test('nothing is kept of a time whose orders may still come, also when time is skipped', async () => {
      await give(ordersSince(6, store.now() - SETTLING_MS + 120_000, { count: 12, stepMs: 1 }))
      assert.equal((await search(store, 6, ALL)).total, 12)
      await store.skipTime(12 * HOUR_MS)
      assert.equal((await search(store, 6, ALL)).total, 12)
      assert.deepEqual(await milestonesOf(store, 6), [])
    })
  })
})
