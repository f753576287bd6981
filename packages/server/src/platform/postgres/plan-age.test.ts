// How long plans are kept.
import assert from 'node:assert/strict'
import test from 'node:test'
import { manualClock } from '../clock.ts'
import { makePlanAge } from './plan-age.ts'

/** Numbers of the transactions, from 1, at which plans are made anew. */
function renewals(transactions: number): readonly number[] {
  const age = makePlanAge(manualClock(0))
  const numbers = Array.from({ length: transactions }, (_, index) => index + 1)
  return numbers.filter(() => age.isOver())
}

test('plans are made anew often at first, then each 256 transactions', () => {
  assert.deepEqual(renewals(1_050), [5, 13, 29, 61, 125, 253, 509, 765, 1021])
})

test('plans of a connection that does little are made anew after five seconds', () => {
  const clock = manualClock(0)
  const age = makePlanAge(clock)
  const asked = [0, 4_999, 1, 4_999, 1].map((ms) => {
    clock.advance(ms)
    return age.isOver()
  })
  assert.deepEqual(asked, [false, false, true, false, true])
})
