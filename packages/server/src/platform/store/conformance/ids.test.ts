// Every store: ids over rollbacks, restarts and the end of the range.
import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '@ordertrail/core'
import type { IdKind, Store, WakeUp } from '../index.ts'
import { eachProbeStore } from '../testing/each-probe-store.ts'
import { type Failure, probe } from '../testing/probe-write-side.ts'
import { seedRows } from '../testing/seed-rows.ts'

const INT32_MAX = 2_147_483_647
let probes = 0

/** Ids that a probe takes; with a failure, those that its handler saw before it was undone. */
async function take(
  store: Store,
  idKind: IdKind,
  idCount: number,
  rest: { readonly projectId?: number; readonly failure?: Failure } = {},
): Promise<readonly number[]> {
  probes += 1
  const run = store.run(probe, { id: `${probes}`, idKind, idCount, ...rest })
  const outcome = await run.catch((error: unknown) => error)
  if (!(outcome instanceof AppError)) return (outcome as Awaited<typeof run>).ids
  if (outcome.code !== 'id_taken') throw outcome
  return outcome.details.ids as readonly number[]
}

/** The counter of a project's orders stands at `next`. */
async function givenCounter(store: Store, next: number): Promise<void> {
  await store.run(seedRows, { table: 'id_blocks', rows: [{ project_id: 1, kind: 'order', next_id: next }] })
}

eachProbeStore((name, open) => {
  // A store in memory keeps nothing, and is read through the connection that writes.
  const testKept = name === 'sqlite memory' ? () => {} : test

  test(`${name}: orders and events are counted per project, all else over the installation`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    assert.deepEqual(
      [
        await take(store, 'order', 2, { projectId: 1 }),
        await take(store, 'order', 1, { projectId: 2 }),
        await take(store, 'event', 1, { projectId: 1 }),
        await take(store, 'event', 1, { projectId: 1 }),
        await take(store, 'transaction', 1, { projectId: 1 }),
        await take(store, 'delivery', 1, { projectId: 1 }),
        await take(store, 'delivery', 1, { projectId: 2 }),
      ],
      [[10_000_001, 10_000_002], [10_000_001], [10_000_001], [10_000_002], [1_000_000_001], [1], [2]],
    )
  })

  test(`${name}: no id is given twice over rollbacks, blocks and restarts`, async (t) => {
    const { store, reopen, stop } = await open()
    t.after(stop)
    const given: number[] = []
    const takeSome = async (from: Store): Promise<void> => {
      given.push(...(await take(from, 'order', 70, { failure: 'app_error' })))
      given.push(...(await take(from, 'order', 70)))
      given.push(...(await take(from, 'order', 1, { failure: 'app_error' })))
    }
    await takeSome(store)
    await takeSome(store)
    if (name !== 'sqlite memory') await takeSome(await reopen())
    assert.equal(new Set(given).size, given.length)
    assert.deepEqual(
      given,
      given.toSorted((a, b) => a - b),
    )
  })

  testKept(`${name}: an id that only an undone transaction saw is not given after a restart`, async (t) => {
    const { store, reopen, stop } = await open()
    t.after(stop)
    const [seen = 0] = await take(store, 'order', 1, { failure: 'app_error' })
    const [next = 0] = await take(await reopen(), 'order', 1)
    assert.ok(next > seen, `${next} after ${seen}`)
  })

  test(`${name}: a member that is undone keeps its ids from its neighbours`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const taken = await Promise.all([
      take(store, 'order', 60),
      take(store, 'order', 60, { failure: 'app_error' }),
      take(store, 'order', 60),
    ])
    assert.equal(new Set(taken.flat()).size, 180)
  })

  test(`${name}: the last int32 is given, the next one refused for this project only`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    await givenCounter(store, INT32_MAX)
    assert.deepEqual(await take(store, 'order', 1), [INT32_MAX])
    await assert.rejects(take(store, 'order', 1), { code: 'ids_exhausted', status: 503 })
    assert.deepEqual(await take(store, 'order', 1, { projectId: 2 }), [10_000_001])
  })

  test(`${name}: raises an alarm when nine tenths of the ids are used`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const told: WakeUp[] = []
    store.onWakeUp((wakeUps) => told.push(...wakeUps))
    await givenCounter(store, 10_000_001 + Math.ceil((INT32_MAX - 10_000_001) * 0.9))
    await take(store, 'order', 1)
    assert.deepEqual(
      told.map((wakeUp) => wakeUp.kind === 'alarm' && wakeUp.code),
      ['ids_nearly_exhausted'],
    )
  })
})
