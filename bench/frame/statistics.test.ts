// Figures of the bench: middle, spread and bars.
import assert from 'node:assert/strict'
import test from 'node:test'
import { median, percentile, summaryOf } from './statistics.ts'

const RANKS: readonly (readonly [values: readonly number[], share: number, expected: number])[] = [
  [[5], 0.99, 5],
  [[3, 1, 2], 0.5, 2],
  [Array.from({ length: 100 }, (_, index) => index + 1), 0.99, 99],
  [Array.from({ length: 200 }, (_, index) => 200 - index), 0.99, 198],
  [[10, 20], 0, 10],
]

for (const [values, share, expected] of RANKS) {
  test(`${share} of ${values.length} values lie at or below ${expected}`, () => {
    assert.equal(percentile(values, share), expected)
  })
}

test('the median of an even number is between the two in the middle', () => {
  assert.deepEqual([median([9, 1, 3]), median([4, 1, 3, 2]), median([])], [3, 2.5, Number.NaN])
})

test('a bar is held against the median, in its direction', () => {
  const base = { name: 'x', unit: 'ms', rounds: [90, 300, 110] }
  const met = (kind: 'at_least' | 'at_most', value: number) => summaryOf({ ...base, bar: { kind, value } }).isBarMet
  assert.deepEqual(
    [met('at_most', 110), met('at_most', 109), met('at_least', 110), met('at_least', 111)],
    [true, false, true, false],
  )
  assert.deepEqual(summaryOf({ ...base, bar: null }), { median: 110, lowest: 90, highest: 300, isBarMet: null })
})
