// Values that are read again when they are old.
import assert from 'node:assert/strict'
import test from 'node:test'
import { FreshValues } from './fresh-values.ts'
import { testClock } from './testing/given-project.ts'

function givenValues(entriesMax = 10): {
  values: FreshValues<string, number>
  clock: ReturnType<typeof testClock>
  reads: string[]
} {
  const clock = testClock()
  const reads: string[] = []
  const values = new FreshValues<string, number>({ clock, freshMs: 1_000, entriesMax }, async (key) => reads.push(key))
  return { values, clock, reads }
}

test('a fresh value is not read again, an old one is', async () => {
  const { values, clock, reads } = givenValues()
  await values.get('a')
  clock.advance(999)
  assert.equal(await values.get('a'), 1)
  clock.advance(1)
  assert.equal(await values.get('a'), 2)
  assert.deepEqual(reads, ['a', 'a'])
})

test('callers at the same time share one read', async () => {
  const { values, reads } = givenValues()
  assert.deepEqual(await Promise.all([values.get('a'), values.get('a')]), [1, 1])
  assert.deepEqual(reads, ['a'])
})

test('a read that was under way when its key was dropped is not given to later callers', async () => {
  const { values, reads } = givenValues()
  const early = values.get('a')
  values.drop('a')
  assert.deepEqual(await Promise.all([early, values.get('a')]), [1, 2])
  assert.deepEqual(reads, ['a', 'a'])
})

test('a read that failed is tried again at once', async () => {
  let isBroken = true
  const values = new FreshValues<string, string>({ clock: testClock(), freshMs: 1_000, entriesMax: 10 }, async () => {
    if (isBroken) throw new Error('away')
    return 'here'
  })
  await assert.rejects(values.get('a'), /away/)
  isBroken = false
  assert.equal(await values.get('a'), 'here')
})

test('the oldest entry makes room', async () => {
  const { values, reads } = givenValues(2)
  for (const key of ['a', 'b', 'c', 'b', 'a']) await values.get(key)
  assert.deepEqual(reads, ['a', 'b', 'c', 'a'])
})
