// How long things are kept, and how batches grow and shrink.
import assert from 'node:assert/strict'
import test from 'node:test'
import { BATCH_FIRST, keptDays, nextBatchMax } from './retention-pace.ts'

test('a project keeps its details as it says, else as the operator says; 0 of the operator is for ever', () => {
  const days = (detailsKeptDays: number, ownDays: number | null) =>
    keptDays('details', { detailsKeptDays, logKeptDays: 400, leftoversKeptDays: 0, ownDays })
  assert.deepEqual([days(30, null), days(30, 7), days(0, null), days(0, 7)], [30, 7, null, 7])
})

test('a log is kept at least as long as the details that belong to it', () => {
  const days = (logKeptDays: number, ownDays: number | null) =>
    keptDays('log', { detailsKeptDays: 30, logKeptDays, leftoversKeptDays: 0, ownDays })
  assert.deepEqual([days(400, null), days(10, null), days(400, 500), days(0, 7)], [400, 30, 500, null])
})

test('leftovers are kept as the operator says, whatever a project says of its details; 0 is for ever', () => {
  const days = (leftoversKeptDays: number) =>
    keptDays('leftovers', { detailsKeptDays: 0, logKeptDays: 0, leftoversKeptDays, ownDays: 7 })
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
