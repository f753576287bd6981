// Epochs have the form that clients know, and no two are the same, whichever block their bytes come from.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newEpoch } from './new-epoch.ts'

const COUNT = 10_000

test('ten thousand epochs of 12 hexadecimal digits are all different', () => {
  const epochs = Array.from({ length: COUNT }, newEpoch)
  assert.deepEqual(
    epochs.filter((epoch) => !/^[0-9a-f]{12}$/.test(epoch)),
    [],
  )
  assert.equal(new Set(epochs).size, COUNT)
})

test('every digit of an epoch takes every value', () => {
  const epochs = Array.from({ length: COUNT }, newEpoch)
  const values = Array.from({ length: 12 }, (_, place) => new Set(epochs.map((epoch) => epoch[place])).size)
  assert.deepEqual(values, Array(12).fill(16))
})
