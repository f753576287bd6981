// A seeded history is what a server would have left behind, as far as anybody can tell from the rows.
import assert from 'node:assert/strict'
import test from 'node:test'
import { bind, type Command, oneByOne, rareCommand } from '../../platform/store/index.ts'
import { eachStore } from '../../platform/store/testing/index.ts'
import { type History, seedHistory } from './seed-history.ts'

const seed: Command<History, null> = rareCommand('test.seed-history')
const take: Command<null, readonly number[]> = rareCommand('test.take-ids')
const commands = [
  bind(
    seed,
    oneByOne(async (tx, history: History) => {
      const run = (text: string): Promise<readonly unknown[]> => tx.runText(text, [])
      await seedHistory({ engine: tx.engine, run, isConcurrent: false }, { ...history, now: tx.now })
      return null
    }),
  ),
  bind(
    take,
    oneByOne(async (tx) => tx.takeIds(1, 'delivery', 1)),
  ),
]

eachStore((name, open) => {
  test(`${name}: makes finished deliveries in the order of their ends, and waiting ones that are whole`, async (t) => {
    const { store, stop } = await open({ commands })
    t.after(stop)
    const now = store.now()
    await store.run(seed, { projectId: 44056, finished: 100, waiting: 10 })

    const deliveries = await store.read.selectFrom('deliveries').selectAll().orderBy('id').execute()
    const finished = deliveries.filter(({ ended_at }) => ended_at !== null)
    assert.equal(finished.length, 100)
    const ends = finished.map(({ ended_at }) => ended_at ?? 0)
    assert.deepEqual(
      ends,
      ends.toSorted((a, b) => a - b),
    )
    assert.deepEqual(
      Object.fromEntries([...Map.groupBy(finished, ({ state }) => state)].map(([state, rows]) => [state, rows.length])),
      { accepted: 96, rejected: 2, exhausted: 2 },
    )
    const waiting = deliveries.filter(({ state, due_at }) => state === 'due' && (due_at ?? 0) > now)
    assert.equal(waiting.length, 10)

    const bodies = await store.read.selectFrom('notifications').select(['id', 'body']).orderBy('id').execute()
    assert.deepEqual(
      bodies.map(({ id, body }) => [id, body.length > 1_000]),
      deliveries.map((row) => [row.notification_id, row.state === 'due']),
    )
    const attempts = await store.read.selectFrom('attempts').select('delivery_id').orderBy('delivery_id').execute()
    assert.deepEqual(
      attempts.map((row) => row.delivery_id),
      deliveries.map(({ id }) => id),
    )
    const [next] = await store.run(take, null)
    assert.ok((next ?? 0) > (deliveries.at(-1)?.id ?? 0), 'an id was given out twice')
  })
})
