// How the clock behaves when the system clock steps, or the machine sleeps.
import assert from 'node:assert/strict'
import test from 'node:test'
import { manualClock, storeClock, systemClock } from './clock.ts'

/** A machine whose two clocks are set by hand. */
function givenMachine() {
  const machine = { wallMs: 1_000_000, monotonicMs: 500 }
  return {
    machine,
    source: { readWallMs: () => machine.wallMs, readMonotonicMs: () => machine.monotonicMs },
  }
}

test('wall time goes on with the monotonic clock, in whole milliseconds', () => {
  const { machine, source } = givenMachine()
  const clock = systemClock(undefined, source)
  machine.monotonicMs += 20.7
  assert.equal(clock.now(), 1_000_020)
  assert.equal(clock.unskippedNow(), 1_000_020)
  assert.equal(clock.monotonic(), 520.7)
})

test('a backward step of the system clock neither stops nor repeats wall time', () => {
  const { machine, source } = givenMachine()
  const clock = systemClock(undefined, source)
  machine.wallMs -= 3_600_000
  machine.monotonicMs += 5
  assert.equal(clock.now(), 1_000_005)
})

test('wall time catches up after the machine slept', () => {
  const { machine, source } = givenMachine()
  const clock = systemClock(undefined, source)
  machine.wallMs += 8 * 3_600_000
  assert.equal(clock.now(), 1_000_000 + 8 * 3_600_000)
  machine.monotonicMs += 1
  assert.equal(clock.now(), 1_000_001 + 8 * 3_600_000)
})

test('a clock made from the anchor of another tells the same time', () => {
  const { machine, source } = givenMachine()
  const first = systemClock(undefined, source)
  machine.wallMs -= 60_000
  machine.monotonicMs += 10
  assert.equal(systemClock(first.anchor(), source).now(), first.now())
})

test('the clock of this machine agrees with its date within two seconds', () => {
  assert.ok(Math.abs(systemClock().now() - Date.now()) < 2_000)
})

test("a store's clock skips with the store, and its unskipped time does not", () => {
  const system = manualClock(1_000)
  const clock = storeClock({ now: () => system.now() + 60_000 }, system)
  system.advance(5)
  assert.deepEqual([clock.now(), clock.unskippedNow(), clock.monotonic()], [61_005, 1_005, 5])
})
