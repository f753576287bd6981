import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { AppError } from '@ordertrail/core'
import { createSeal, parseSecretKey, sameText, sha256Hex } from './seal.ts'

const oldKey = Buffer.alloc(32, 1)
const newKey = Buffer.alloc(32, 2)

function isUnreadable(error: unknown): boolean {
  return error instanceof AppError && error.code === 'secret_unreadable'
}

test('opens what it sealed, and seals the same text differently each time', () => {
  const seal = createSeal([newKey])
  for (const text of ['', 'a-secret', 'Zoë 🗝', 'x'.repeat(10_000)]) {
    const sealed = seal.seal(text, 'webhook-secret:44056')
    assert.equal(seal.unseal(sealed, 'webhook-secret:44056'), text)
    assert.notEqual(sealed, seal.seal(text, 'webhook-secret:44056'))
    assert.ok(text === '' || !sealed.includes(text))
  }
})

test('opens what a former key sealed, and seals with the current one', () => {
  const before = createSeal([oldKey]).seal('a-secret')
  const rotated = createSeal([newKey, oldKey])
  assert.equal(rotated.unseal(before), 'a-secret')
  assert.deepEqual([rotated.isCurrent(before), rotated.isCurrent(rotated.seal('x'))], [false, true])
  assert.throws(() => createSeal([newKey]).unseal(before), isUnreadable)
})

test('opens nothing that was moved, changed or never sealed', () => {
  const seal = createSeal([newKey])
  const sealed = seal.seal('a-secret', 'webhook-secret:1')
  assert.throws(() => seal.unseal(sealed, 'webhook-secret:2'), isUnreadable)
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = `${sealed.slice(0, index)}${sealed[index] === 'A' ? 'B' : 'A'}${sealed.slice(index + 1)}`
    // The last character of base64 may carry bits that mean nothing.
    if (index < sealed.length - 1) assert.throws(() => seal.unseal(changed, 'webhook-secret:1'), isUnreadable, changed)
  }
  for (const text of ['', 'a-secret', 'v1...', 'v2.a.b.c', sealed.slice(0, -30)]) {
    assert.throws(() => seal.unseal(text, 'webhook-secret:1'), isUnreadable, text)
  }
})

test('tells neither secret nor key in its errors', () => {
  const sealed = createSeal([oldKey]).seal('a-secret')
  assert.throws(
    () => createSeal([newKey]).unseal(sealed),
    (error: Error) => !error.message.includes('a-secret') && !error.message.includes(newKey.toString('hex')),
  )
})

test('needs a key of 32 bytes', () => {
  for (const keys of [[], [Buffer.alloc(31)], [newKey, Buffer.alloc(16)]]) {
    assert.throws(
      () => createSeal(keys),
      (error: AppError) => error.code === 'config_invalid',
    )
  }
})

test('reads keys in hex, base64 and base64url', () => {
  const key = randomBytes(32)
  for (const text of [
    key.toString('hex'),
    key.toString('hex').toUpperCase(),
    key.toString('base64'),
    key.toString('base64url'),
  ]) {
    assert.deepEqual(Buffer.from(parseSecretKey(text) ?? []), key)
  }
  for (const text of [
    '',
    'short',
    'x'.repeat(64),
    randomBytes(31).toString('base64'),
    randomBytes(33).toString('base64'),
    `${key.toString('hex')}0`,
  ]) {
    assert.equal(parseSecretKey(text), undefined, text)
  }
})

test('compares and hashes texts', () => {
  assert.deepEqual(
    [sameText('a', 'a'), sameText('a', 'b'), sameText('a', 'aa'), sameText('', '')],
    [true, false, false, true],
  )
  assert.equal(sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
