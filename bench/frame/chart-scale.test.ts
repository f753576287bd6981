// Scales of panels.
import assert from 'node:assert/strict'
import test from 'node:test'
import { scaleFor } from './chart-scale.ts'

test('values of one size get even steps from 0', () => {
  const scale = scaleFor([120, 1_000, 480], 500)
  assert.deepEqual([scale.isLogarithmic, scale.ticks], [false, [200, 400, 600, 800, 1_000]])
  assert.deepEqual([0, 500, 1_000, 2_000].map(scale.at), [0, 250, 500, 500])
})

test('values far apart get powers of ten, and the smallest still has a length', () => {
  const scale = scaleFor([0.2, 30, 490], 500)
  assert.deepEqual([scale.isLogarithmic, scale.ticks], [true, [1, 10, 100]])
  assert.ok(scale.at(0.2) > 20 && scale.at(490) === 500)
})

test('what was not measured lies at the left end', () => {
  const scale = scaleFor([Number.NaN, Number.POSITIVE_INFINITY, 10], 100)
  assert.deepEqual([scale.at(Number.NaN), scale.at(10), scaleFor([], 100).at(5)], [0, 100, 100])
})
