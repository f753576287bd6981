// Wall time between two looks at the database.
import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { makeDatabaseTime } from './database-time.ts'

/** A database whose clock stands at `now`, and the monotonic clock of this process, both moved by hand. */
function givenTime() {
  const world = { now: 1_000_000, monotonic: 0, looks: 0, isAway: false }
  const look = async (): Promise<number> => {
    world.looks += 1
    if (world.isAway) throw new Error('away')
    return world.now
  }
  return { world, time: makeDatabaseTime(world.now, look, () => world.monotonic) }
}

test('goes on with the monotonic clock between two looks', () => {
  const { world, time } = givenTime()
  world.monotonic = 999.9
  assert.equal(time.now(), 1_000_999)
  assert.equal(world.looks, 0)
})

test('looks again when the last reading is old, and only once for it', async () => {
  const { world, time } = givenTime()
  world.monotonic = 1_500
  world.now = 1_009_000
  assert.deepEqual([time.now(), time.now()], [1_001_500, 1_001_500])
  await nextTurn()
  assert.equal(time.now(), 1_009_000)
  assert.equal(world.looks, 1)
})

test('a reading that arrived late does not turn time back', () => {
  const { world, time } = givenTime()
  world.monotonic = 100
  time.learn(1_000_060)
  assert.equal(time.now(), 1_000_100)
})

test('a database whose clock steps back is followed', () => {
  const { time } = givenTime()
  time.learn(400_000)
  assert.equal(time.now(), 400_000)
})

test('goes on while the database is away', async () => {
  const { world, time } = givenTime()
  world.isAway = true
  world.monotonic = 5_000
  assert.equal(time.now(), 1_005_000)
  await nextTurn()
  world.monotonic = 5_100
  assert.equal(time.now(), 1_005_100)
  await assert.rejects(time.refresh(), { message: 'away' })
})
