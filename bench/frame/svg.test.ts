// Pieces of an SVG.
import assert from 'node:assert/strict'
import test from 'node:test'
import { linesOf, words } from './svg.ts'

test('long names are broken at blanks, and nothing of them is lost', () => {
  assert.deepEqual(linesOf('PostgreSQL, payment, 64 callers', 20), ['PostgreSQL, payment,', '64 callers'])
  assert.deepEqual(linesOf('unbreakable-name x', 5), ['unbreakable-name', 'x'])
  assert.deepEqual(linesOf('short', 20), ['short'])
})

test('text and attributes are escaped', () => {
  assert.equal(
    words(1, 2.25, 'a < b & c', { title: '"x"' }),
    '<text x="1" y="2.3" title="&quot;x&quot;">a &lt; b &amp; c</text>',
  )
})
