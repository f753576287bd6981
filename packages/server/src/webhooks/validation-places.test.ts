// Places for questions to games.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createValidationPlaces, PLACES_PER_PROJECT } from './validation-places.ts'

/** Places of which project 1 has taken all. */
async function fullPlaces() {
  const places = createValidationPlaces()
  const taken = await Promise.all(Array.from({ length: PLACES_PER_PROJECT }, () => places.take(1, 1_000)))
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

test('one project never takes places of another', async () => {
  const { places } = await fullPlaces()
  assert.ok((await places.take(2, 1)) !== null)
})
