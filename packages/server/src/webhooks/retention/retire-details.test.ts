// What retiring takes and what it leaves, on every store.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { DELIVERY_STATES, isEnded } from '@ordertrail/core'
import { handleRetireEvents, retireEvents } from '../../events/index.ts'
import type { RetireBatch, RetiredBatch } from '../../platform/retirable.ts'
import { type BoundCommand, bind, oneByOne, type Row, rareCommand, type Store } from '../../platform/store/index.ts'
import {
  countStatements,
  eachStore,
  seedRows,
  type TestStore,
  type TestStoreOptions,
} from '../../platform/store/testing/index.ts'
import { type GivenDelivery, giveDeliveries, HISTORY_PROJECT_ID, whatIsLeft } from '../testing/given-history.ts'
import { webhookCommands } from '../webhook-commands.ts'
import { deleteAttempts, retirableAttempts } from './delete-attempts.ts'
import { handleRetireDetails, retirableDetails, retireDetails } from './retire-details.ts'

const DAY_MS = 24 * 3_600_000
const batch: RetireBatch = { projectId: HISTORY_PROJECT_ID, keptMs: 30 * DAY_MS, max: 100 }
const log: RetireBatch = { ...batch, keptMs: 400 * DAY_MS }
const endRecoveries = rareCommand<null, null>('test.end-recoveries')
const commands: readonly BoundCommand[] = [
  ...webhookCommands({ onDeliveriesEnded: async () => undefined }),
  bind(retireEvents, handleRetireEvents),
  bind(
    endRecoveries,
    oneByOne(async (tx) => {
      await tx.db.updateTable('recoveries').set({ state: 'done' }).execute()
      return null
    }),
  ),
]

function recovery(id: number, state: string): Row<'recoveries'> {
  const counts = { total: null, sent: 0, accepted: 0, rejected: 0, skipped: '{}' }
  const lease = { lease_owner: null, lease_token: 0, lease_until: null }
  const job = {
    kind: 'recover',
    types: null,
    since: 0,
    until: 1,
    rate_per_second: 10,
    state,
    requested_by: 'key:support',
  }
  const place = { cursor_order_id: 0, cursor_line: 0, pause: null }
  return { project_id: HISTORY_PROJECT_ID, id, ...job, ...counts, ...place, ...lease, created_at: 0, ended_at: null }
}

async function open(
  t: TestContext,
  openStore: (options?: TestStoreOptions) => Promise<TestStore>,
  given: readonly GivenDelivery[],
): Promise<Store> {
  const { store, stop } = await openStore({ commands })
  t.after(stop)
  await giveDeliveries(store, given)
  return store
}

function counts({ retired, heldBack }: RetiredBatch): readonly number[] {
  return [retired, heldBack]
}

eachStore((name, openStore) => {
  test(`${name}: takes what ended long ago, in whichever way, and nothing that may still be sent`, async (t) => {
    const old = DELIVERY_STATES.map((state, index) => ({
      id: index + 1,
      orderId: index + 1,
      state,
      ageMs: 40 * DAY_MS,
    }))
    const young = { id: 99, orderId: 99, state: 'accepted', ageMs: 29 * DAY_MS } as const
    const store = await open(t, openStore, [...old, young])
    const ended = old.filter(({ state }) => isEnded(state))
    assert.deepEqual(counts(await store.run(retireDetails, batch)), [ended.length, 0])
    assert.deepEqual(await whatIsLeft(store), {
      ...Object.fromEntries(old.map(({ id, state }) => [id, isEnded(state) ? 'log' : 'body details log'])),
      99: 'body details log',
    })
    assert.deepEqual(counts(await store.run(retireDetails, batch)), [0, 0])
  })

  test(`${name}: takes the oldest first, and one more batch finds the rest`, async (t) => {
    const given = [50, 80, 60, 70].map((days, index): GivenDelivery => {
      return { id: index + 1, orderId: index + 1, state: 'accepted', ageMs: days * DAY_MS }
    })
    const store = await open(t, openStore, given)
    assert.equal(await retirableDetails.oldest(store.read, HISTORY_PROJECT_ID), (await endOf(store, 2)) ?? 0)
    assert.deepEqual(await store.run(retireDetails, { ...batch, max: 3 }), { retired: 3, heldBack: 0, isMore: true })
    assert.deepEqual(await whatIsLeft(store), { 1: 'body details log', 2: 'log', 3: 'log', 4: 'log' })
    assert.deepEqual(counts(await store.run(retireDetails, { ...batch, max: 3 })), [1, 0])
    assert.equal(await retirableDetails.oldest(store.read, HISTORY_PROJECT_ID), null)
  })

  test(`${name}: a delivery with very many attempts goes alone`, async (t) => {
    const given = [1, 2].map(
      (id): GivenDelivery => ({ id, orderId: id, state: 'exhausted', ageMs: 40 * DAY_MS, attempts: 600 }),
    )
    const store = await open(t, openStore, given)
    assert.deepEqual(counts(await store.run(retireDetails, batch)), [1, 0])
    assert.deepEqual(counts(await store.run(retireDetails, batch)), [1, 0])
  })

  test(`${name}: keeps what a held webhook of the order waits for, and looks again after another keeping time`, async (t) => {
    const store = await open(t, openStore, [
      { id: 1, orderId: 7, state: 'rejected', ageMs: 40 * DAY_MS },
      { id: 2, orderId: 7, line: 2, state: 'held', ageMs: 40 * DAY_MS, attempts: 0 },
      { id: 3, orderId: 8, state: 'accepted', ageMs: 39 * DAY_MS },
    ])
    assert.deepEqual(counts(await store.run(retireDetails, batch)), [1, 1])
    assert.deepEqual(await whatIsLeft(store), { 1: 'body details log', 2: 'body', 3: 'log' })
    assert.deepEqual(counts(await store.run(retireDetails, batch)), [0, 0])
    await store.skipTime(30 * DAY_MS)
    assert.deepEqual(counts(await store.run(retireDetails, batch)), [0, 1])
  })

  test(`${name}: keeps the body of an event until some time after the game took note of it`, async (t) => {
    const moved = { state: 'moved', ageMs: 90 * DAY_MS } as const
    const store = await open(t, openStore, [
      { id: 1, orderId: 1, ...moved, event: { processedAgeMs: null } },
      { id: 2, orderId: 2, ...moved, event: { processedAgeMs: 29 * DAY_MS } },
      { id: 3, orderId: 3, ...moved, event: { processedAgeMs: 40 * DAY_MS } },
      { id: 4, orderId: 4, state: 'due', ageMs: 90 * DAY_MS, event: { processedAgeMs: 40 * DAY_MS } },
    ])
    assert.deepEqual(counts(await store.run(retireDetails, batch)), [3, 0])
    const kept = { 1: 'body log', 2: 'body log', 4: 'body details log' }
    assert.deepEqual(await whatIsLeft(store), { ...kept, 3: 'body log' })
    assert.deepEqual(counts(await store.run(retireEvents, batch)), [2, 0])
    assert.deepEqual(await whatIsLeft(store), { ...kept, 3: 'log' })
    assert.deepEqual(counts(await store.run(retireEvents, batch)), [0, 0])
  })

  test(`${name}: deletes attempts of deliveries that were retired and are older still`, async (t) => {
    const store = await open(t, openStore, [
      { id: 1, orderId: 1, state: 'accepted', ageMs: 401 * DAY_MS, attempts: 3 },
      { id: 2, orderId: 2, state: 'accepted', ageMs: 399 * DAY_MS },
      { id: 3, orderId: 3, state: 'paused', ageMs: 500 * DAY_MS },
    ])
    assert.deepEqual(counts(await store.run(deleteAttempts, log)), [0, 0])
    await store.run(retireDetails, batch)
    assert.equal(await retirableAttempts.oldest(store.read, HISTORY_PROJECT_ID), (await endOf(store, 1)) ?? 0)
    assert.deepEqual(counts(await store.run(deleteAttempts, log)), [1, 0])
    assert.deepEqual(await whatIsLeft(store), { 1: '', 2: 'log', 3: 'body details log' })
    assert.deepEqual(counts(await store.run(deleteAttempts, log)), [0, 0])
  })

  test(`${name}: takes nothing while a recovery of the project is running`, async (t) => {
    const store = await open(t, openStore, [{ id: 1, orderId: 1, state: 'exhausted', ageMs: 40 * DAY_MS }])
    await store.run(seedRows, { table: 'recoveries', rows: [recovery(1, 'running'), recovery(2, 'done')] })
    assert.deepEqual(await store.run(retireDetails, batch), { retired: 0, heldBack: 0, isMore: false })
    assert.deepEqual(await whatIsLeft(store), { 1: 'body details log' })
    await store.run(endRecoveries, null)
    assert.deepEqual(counts(await store.run(retireDetails, batch)), [1, 0])
  })

  test(`${name}: stays within the project`, async (t) => {
    const old = { orderId: 1, state: 'accepted', ageMs: 40 * DAY_MS } as const
    const store = await open(t, openStore, [
      { ...old, id: 1 },
      { ...old, id: 2, projectId: 7, event: { processedAgeMs: 40 * DAY_MS } },
    ])
    await store.run(retireDetails, batch)
    await store.run(retireEvents, batch)
    assert.deepEqual(await whatIsLeft(store), { 1: 'log', 2: 'body details log' })
  })

  test(`${name}: a batch of many takes no more statements than a batch of one`, async (t) => {
    const count = { name: 'test.count', groupMax: 1, keys: () => [], types: undefined as never }
    const { store, stop } = await openStore({
      commands: [
        bind<RetireBatch, number>(count, async (tx, inputs) => [
          await countStatements(handleRetireDetails)(tx, inputs),
        ]),
      ],
    })
    t.after(stop)
    const given = Array.from({ length: 30 }, (_, index): GivenDelivery => {
      return { id: index + 1, orderId: index + 1, state: 'accepted', ageMs: 40 * DAY_MS }
    })
    await giveDeliveries(store, given)
    const [one, many] = [
      await store.run<RetireBatch, number>(count, { ...batch, max: 1 }),
      await store.run<RetireBatch, number>(count, batch),
    ]
    if (store.engine === 'postgres') assert.equal(many, one)
    else assert.ok(many > one)
  })
})

async function endOf(store: Store, id: number): Promise<number | null | undefined> {
  const row = await store.read.selectFrom('deliveries').select('ended_at').where('id', '=', id).executeTakeFirst()
  return row?.ended_at
}
