// Callers that share a list.
import assert from 'node:assert/strict'
import test from 'node:test'
import { drive } from './drive.ts'

test('each of the list is called once, by so many callers at a time', async () => {
  const seen: number[] = []
  let underWay = 0
  let most = 0
  const call = async (one: number): Promise<void> => {
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise(setImmediate)
    seen.push(one)
    underWay -= 1
  }
  const { callMs } = await drive(call, { orders: [1, 2, 3, 4, 5], callers: 2, msMax: 60_000 })
  assert.deepEqual([seen, most, callMs.length], [[1, 2, 3, 4, 5], 2, 5])
})

test('nobody begins when the time is over', async () => {
  const { callMs } = await drive(async () => undefined, { orders: [1, 2], callers: 1, msMax: 0 })
  assert.deepEqual(callMs, [])
})

test('a call that fails fails the drive', async () => {
  const call = async (): Promise<void> => {
    throw new Error('It did not move.')
  }
  await assert.rejects(drive(call, { orders: [1], callers: 1, msMax: 60_000 }), /did not move/)
})
