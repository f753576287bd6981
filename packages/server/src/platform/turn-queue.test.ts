// Facts about work that is done a little at a time.
import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { TurnQueue } from './turn-queue.ts'

test('items are served in their order, a few in each turn of the event loop, and none twice', async () => {
  const served: number[] = []
  const queue = new TurnQueue<number>({ perTurnMax: 4, serve: (item) => void served.push(item) })
  for (let item = 0; item < 10; item += 1) queue.add(item)
  const counts = [[served.length, queue.size]]
  for (let turn = 0; turn < 4; turn += 1) {
    await nextTurn()
    counts.push([served.length, queue.size])
  }
  assert.deepEqual(counts, [
    [0, 10],
    [4, 6],
    [8, 2],
    [10, 0],
    [10, 0],
  ])
  queue.add(10)
  await nextTurn()
  assert.deepEqual(served, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
})

test('an item that is gone is passed over and takes nobody the turn', async () => {
  const gone = new Set([0, 1, 2, 3, 4])
  const served: number[] = []
  const queue = new TurnQueue<number>({
    perTurnMax: 4,
    serve: (item) => void served.push(item),
    isGone: (item) => gone.has(item),
  })
  for (let item = 0; item < 8; item += 1) queue.add(item)
  await nextTurn()
  assert.deepEqual([served, queue.size], [[5, 6, 7], 0])
})
