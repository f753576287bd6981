// How long things are kept, and how batches grow and shrink.
import assert from 'node:assert/strict'
import test from 'node:test'
import { BATCH_FIRST, keptDays, nextBatchMax } from './retention-pace.ts'
import { daysOf } from './testing/retire-once.ts'

test('a project keeps its details as it says, else as the operator says; 0 of the operator is for ever', () => {
  const days = (details: number, ownDays: number | null) => keptDays('details', daysOf({ details, log: 400 }), ownDays)
  assert.deepEqual([days(30, null), days(30, 7), days(0, null), days(0, 7)], [30, 7, null, 7])
})

test('a log is kept at least as long as the details that belong to it', () => {
  const days = (log: number, ownDays: number | null) => keptDays('log', daysOf({ details: 30, log }), ownDays)
  assert.deepEqual([days(400, null), days(10, null), days(400, 500), days(0, 7)], [400, 30, 500, null])
})

test('leftovers are kept as the operator says, whatever a project says of its details; 0 is for ever', () => {
  const days = (leftovers: number) => keptDays('leftovers', daysOf({ leftovers }), 7)
  assert.deepEqual([days(30), days(0)], [30, null])
})

test('batches grow while they are quick and shrink while they are slow, within bounds', () => {
  const after = (tookMs: number): number => {
    let max = BATCH_FIRST
    for (let batch = 0; batch < 20; batch += 1) max = nextBatchMax(max, tookMs)
    return max
  }
  assert.deepEqual([after(1), after(15), after(200)], [200, BATCH_FIRST, 10])
})
