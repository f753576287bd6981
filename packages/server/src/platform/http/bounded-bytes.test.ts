// Bytes that are kept up to a limit.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createBoundedBytes } from './bounded-bytes.ts'

test('keeps the first bytes of any pieces, and says when one did not fit', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 12 })
  fc.assert(
    fc.property(pieces, fc.integer({ min: 0, max: 8_000 }), (all, bytesMax) => {
      const bytes = createBoundedBytes(bytesMax)
      let offered = 0
      for (const piece of all) {
        offered += piece.length
        const room = bytesMax - (offered - piece.length)
        assert.equal(bytes.add(piece), piece.length <= Math.max(0, room))
      }
      assert.deepEqual(bytes.read(), Buffer.concat(all).subarray(0, bytesMax))
    }),
  )
})

test('keeps nothing of the memory that its pieces are windows on', () => {
  const bytes = createBoundedBytes(64 * 1024)
  const read = Buffer.alloc(64 * 1024, 'x')
  for (let count = 0; count < 1_000; count += 1) bytes.add(read.subarray(count, count + 1))
  read.fill('y')
  assert.equal(bytes.read().toString(), 'x'.repeat(1_000))
  assert.ok(bytes.read().buffer.byteLength <= 2_048)
})

test('forgets what it held', () => {
  const bytes = createBoundedBytes(10)
  bytes.add(Buffer.from('abc'))
  bytes.clear()
  assert.equal(bytes.read().length, 0)
})
