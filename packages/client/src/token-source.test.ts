// The token is asked for when it is needed, and once for each failure.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTokenSource } from './token-source.ts'

test('many that ask together, and many that were refused together, make the game give one token', async () => {
  let given = 0
  const source = createTokenSource(async () => {
    given += 1
    const number = given
    await new Promise((resolve) => setImmediate(resolve))
    return `token-${number}`
  })
  const first = await Promise.all([source.get(), source.get()])
  assert.deepEqual(first, ['token-1', 'token-1'])
  assert.equal(source.refuse('token-1'), true)
  const second = source.get()
  assert.equal(source.refuse('token-1'), true)
  assert.deepEqual(await Promise.all([second, source.get()]), ['token-2', 'token-2'])
  assert.equal(given, 2)
})

test('a token that is a text has no other', async () => {
  const source = createTokenSource('fixed')
  assert.equal(source.refuse(await source.get()), false)
  assert.equal(await source.get(), 'fixed')
})

test('a function that failed is asked again', async () => {
  let calls = 0
  const source = createTokenSource(() => {
    calls += 1
    if (calls === 1) throw new Error('away')
    return 'token'
  })
  await assert.rejects(async () => source.get(), /away/)
  assert.equal(await source.get(), 'token')
})
