// Ids out of blocks: numbers, borders, the end of the range.
import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '@ordertrail/core'
import { type IdBlocks, makeIdBlocks, type ReserveIds } from './id-blocks.ts'
import type { IdKind } from './store.ts'
import type { WakeUp } from './wake-up.ts'

/** Counters in memory, as the database keeps them; `reserved` lists the size of each reservation. */
function givenCounters(start: Readonly<Record<string, number>> = {}) {
  const next = new Map(Object.entries(start))
  const reserved: number[] = []
  const wakeUps: WakeUp[] = []
  const reserve: ReserveIds = async ({ projectId, kind, first }, count) => {
    const key = `${projectId}:${kind}`
    const end = (next.get(key) ?? first) + count
    next.set(key, end)
    reserved.push(count)
    return end
  }
  const take = (blocks: IdBlocks, projectId: number, kind: IdKind, count: number) =>
    blocks.take(projectId, kind, count, reserve, (wakeUp) => wakeUps.push(wakeUp))
  return { take, reserved, wakeUps, next }
}

const FIRST_IDS: readonly (readonly [IdKind, number])[] = [
  ['order', 10_000_001],
  ['event', 10_000_001],
  ['transaction', 1_000_000_001],
  ['refund', 1],
  ['notification', 1],
  ['delivery', 1],
  ['payment_event', 1],
  ['audit', 1],
  ['item', 1],
]
for (const [kind, first] of FIRST_IDS) {
  test(`the first ${kind} id is ${first}`, async () => {
    const { take } = givenCounters()
    assert.deepEqual(await take(makeIdBlocks(), 7, kind, 2), [first, first + 1])
  })
}

test('orders and events are counted per project, all else over the installation', async () => {
  const { take } = givenCounters()
  const blocks = makeIdBlocks()
  await take(blocks, 1, 'order', 1)
  await take(blocks, 1, 'delivery', 1)
  assert.deepEqual(await take(blocks, 2, 'order', 1), [10_000_001])
  assert.deepEqual(await take(blocks, 2, 'delivery', 1), [2])
})

test('ids come out of one block until it is used up', async () => {
  const { take, reserved } = givenCounters()
  const blocks = makeIdBlocks()
  for (let round = 0; round < 101; round++) await take(blocks, 1, 'order', 1)
  assert.deepEqual(reserved, [100, 100])
})

test('a request larger than a block is served whole, ascending over the border', async () => {
  const { take, reserved } = givenCounters()
  const blocks = makeIdBlocks()
  await take(blocks, 1, 'item', 990)
  const ids = await take(blocks, 1, 'item', 2_500)
  assert.deepEqual(
    ids,
    Array.from({ length: 2_500 }, (_, index) => 991 + index),
  )
  assert.deepEqual(reserved, [1_000, 2_490])
})

test('two who ask at once share a reservation and no id', async () => {
  const { take, reserved } = givenCounters()
  const blocks = makeIdBlocks()
  const [first, second] = await Promise.all([take(blocks, 1, 'order', 3), take(blocks, 1, 'order', 3)])
  assert.deepEqual(
    [...first, ...second].sort(),
    Array.from({ length: 6 }, (_, index) => 10_000_001 + index),
  )
  assert.deepEqual(reserved, [100])
})

test('another process that reserved in between leaves a gap and no repetition', async () => {
  const { take } = givenCounters()
  const [here, there] = [makeIdBlocks(), makeIdBlocks()]
  await take(here, 1, 'order', 99)
  assert.deepEqual(await take(there, 1, 'order', 1), [10_000_101])
  assert.deepEqual(await take(here, 1, 'order', 2), [10_000_100, 10_000_201])
})

test('a block size of 0 reserves exactly what is asked for', async () => {
  const { take, reserved } = givenCounters()
  const blocks = makeIdBlocks({ event: 0 })
  await take(blocks, 1, 'event', 3)
  await take(blocks, 1, 'event', 1)
  assert.deepEqual(reserved, [3, 1])
})

test('a reservation that failed is tried again', async () => {
  const { take } = givenCounters()
  const blocks = makeIdBlocks()
  const failing = blocks.take(
    1,
    'order',
    1,
    () => Promise.reject(new Error('away')),
    () => {},
  )
  await assert.rejects(failing, { message: 'away' })
  assert.deepEqual(await take(blocks, 1, 'order', 1), [10_000_001])
})

test('the last int32 is given, the next one refused', async () => {
  const { take } = givenCounters({ '1:order': 2_147_483_647 })
  const blocks = makeIdBlocks()
  assert.deepEqual(await take(blocks, 1, 'order', 1), [2_147_483_647])
  for (let round = 0; round < 2; round++) {
    const refused = (error: unknown) => error instanceof AppError && error.code === 'ids_exhausted'
    await assert.rejects(take(blocks, 1, 'order', 1), refused)
  }
})

test('an exhausted counter is not moved on by those who are refused', async () => {
  const { take, next } = givenCounters({ '1:order': 2_147_483_648 })
  const blocks = makeIdBlocks()
  for (let round = 0; round < 3; round++) await assert.rejects(take(blocks, 1, 'order', 1))
  assert.equal(next.get('1:order'), 2_147_483_748)
})

test('raises one alarm when nine tenths of the ids are used', async () => {
  const nineTenths = 10_000_001 + Math.ceil((2_147_483_647 - 10_000_001) * 0.9)
  const { take, wakeUps } = givenCounters({ '5:event': nineTenths - 1 })
  const blocks = makeIdBlocks()
  await take(blocks, 5, 'event', 1)
  const [alarm] = wakeUps
  assert.deepEqual(alarm, {
    kind: 'alarm',
    projectId: 5,
    code: 'ids_nearly_exhausted',
    orderId: null,
    detail: '90 % of the event ids up to 2147483647 are used',
  })
  await take(blocks, 5, 'event', 1)
  assert.equal(wakeUps.length, 1)
})
