// Random texts: their letters, their length, and that none is favoured.
import assert from 'node:assert/strict'
import test from 'node:test'
import { randomBase62 } from './random-text.ts'

test('bytes that would favour the first letters are thrown away', () => {
  const bytes = [248, 255, 0, 247, 61]
  assert.equal(
    randomBase62(3, () => Uint8Array.from(bytes)),
    '0zz',
  )
})

test('texts have the asked length and only letters and digits', () => {
  assert.match(randomBase62(40), /^[0-9A-Za-z]{40}$/)
})

test('two texts are never the same', () => {
  const texts = new Set(Array.from({ length: 1_000 }, () => randomBase62(32)))
  assert.equal(texts.size, 1_000)
})
