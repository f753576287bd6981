// Places for questions to games.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createQuestionPlaces } from './question-places.ts'

const PER_PROJECT = 2

/** Places of which project 1 has taken all. */
async function fullPlaces(inAll = 100) {
  const places = createQuestionPlaces({ perProject: PER_PROJECT, waitingMax: 1, inAll })
  const taken = await Promise.all(Array.from({ length: PER_PROJECT }, () => places.take(1, 1_000)))
  return { places, giveBack: taken[0] ?? (() => {}) }
}

test('a place that is given back goes to the one who waits', async () => {
  const { places, giveBack } = await fullPlaces()
  const waiting = places.take(1, 60_000)
  giveBack()
  assert.ok((await waiting) !== null)
  assert.equal(await places.take(1, 1), null)
})

test('whoever waits too long gets none', async () => {
  const { places } = await fullPlaces()
  assert.equal(await places.take(1, 1), null)
})

test('one too many is refused at once', async () => {
  const { places, giveBack } = await fullPlaces()
  const waiting = places.take(1, 60_000)
  assert.equal(await places.take(1, 60_000), null)
  giveBack()
  assert.ok((await waiting) !== null)
})

test('one project never takes places of another', async () => {
  const { places } = await fullPlaces()
  assert.ok((await places.take(2, 1)) !== null)
})

test('all projects together have a bound, and a place that is given back counts again', async () => {
  const { places, giveBack } = await fullPlaces(PER_PROJECT)
  assert.equal(await places.take(2, 60_000), null)
  giveBack()
  assert.ok((await places.take(2, 60_000)) !== null)
})
