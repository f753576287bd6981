// Commands with a pace, on a clock that a test holds in its hand.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { makeGatherer } from './gather-commands.ts'

const PACE_MS = 20
const CROWD = 8
const command = { name: 'thing.record', groupMax: 30, paceMs: PACE_MS }

/** Hands in `count` commands at a time; notes the numbers of those that were not held back, and of each release. */
function given(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const released: (readonly number[])[] = []
  const passed: number[] = []
  let [now, number] = [1_000, 0]
  const gatherer = makeGatherer(
    (held) => released.push(held.map(([each]) => each)),
    () => now,
  )
  return {
    released,
    passed,
    gatherer,
    pass(ms: number): void {
      now += ms
      t.mock.timers.tick(ms)
    },
    handIn(count: number, wanted: Parameters<typeof gatherer.holds>[0] = command): void {
      for (const last = number + count; number < last; number += 1) {
        if (!gatherer.holds(wanted, [number, wanted.name, null])) passed.push(number)
      }
    },
  }
}

const numbers = (from: number, until: number): readonly number[] =>
  Array.from({ length: until - from }, (_, index) => from + index)

test('commands without a pace are never held back', (t) => {
  const { handIn, passed, released } = given(t)
  handIn(100, { name: 'thing.make', groupMax: 10 })
  assert.deepEqual([passed.length, released], [100, []])
})

test('few within a pace go at once, again and again', (t) => {
  const { handIn, pass, passed, released } = given(t)
  for (let round = 0; round < 3; round += 1) {
    handIn(CROWD)
    pass(PACE_MS)
  }
  assert.deepEqual([passed.length, released], [3 * CROWD, []])
})

test('a crowd goes together when its pace is over, and so does the next one', (t) => {
  const { handIn, pass, released } = given(t)
  handIn(CROWD + 2)
  assert.deepEqual(released, [])
  pass(PACE_MS)
  handIn(9)
  pass(PACE_MS - 1)
  handIn(1)
  pass(1)
  assert.deepEqual(released, [numbers(CROWD, CROWD + 2), numbers(CROWD + 8, CROWD + 12)])
})

test('what fills a group does not wait', (t) => {
  const { handIn, released } = given(t)
  handIn(CROWD + command.groupMax)
  assert.deepEqual(released, [numbers(CROWD, CROWD + command.groupMax)])
})

test('each command has a crowd of its own', (t) => {
  const { handIn, passed } = given(t)
  handIn(CROWD + 1)
  handIn(1, { ...command, name: 'thing.other' })
  assert.deepEqual(passed.at(-1), CROWD + 1)
})

test('what is forgotten is not released', (t) => {
  const { handIn, pass, released, gatherer } = given(t)
  handIn(CROWD + 5)
  gatherer.clear()
  pass(PACE_MS)
  assert.deepEqual(released, [])
})
