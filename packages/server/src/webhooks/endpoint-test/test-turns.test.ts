// How often an endpoint may be tested.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestTurns } from './test-turns.ts'

const done = async (): Promise<string> => 'done'
const isTooMany =
  (seconds: number) => (error: { readonly code: string; readonly details: Readonly<Record<string, unknown>> }) =>
    error.code === 'rate_limited' && error.details.retryAfterSeconds === seconds

test('ten tests may follow each other, then one every six seconds, for each project by itself', async () => {
  const clock = { now: 0 }
  const turns = createTestTurns(() => clock.now)
  for (let count = 0; count < 10; count += 1) assert.equal(await turns.run(1, done), 'done')
  await assert.rejects(turns.run(1, done), isTooMany(6))
  assert.equal(await turns.run(2, done), 'done')
  clock.now = 6_000
  assert.equal(await turns.run(1, done), 'done')
  await assert.rejects(turns.run(1, done), isTooMany(6))
})

test('a project has one test at a time, and gives its turn back when it fails', async () => {
  const turns = createTestTurns(() => 0)
  const { promise, reject } = Promise.withResolvers<string>()
  const running = turns.run(1, () => promise)
  await assert.rejects(turns.run(1, done), isTooMany(6))
  reject(new Error('broken'))
  await assert.rejects(running, { message: 'broken' })
  assert.equal(await turns.run(1, done), 'done')
})

test('all projects together have a bound', async () => {
  const turns = createTestTurns(() => 0)
  const { promise, resolve } = Promise.withResolvers<string>()
  const running = Array.from({ length: 16 }, (_, index) => turns.run(index + 1, () => promise))
  await assert.rejects(turns.run(99, done), isTooMany(6))
  resolve('done')
  await Promise.all(running)
  assert.equal(await turns.run(99, done), 'done')
})
