// House rule: entries that a page or a cold start loads keep below their bar.
import assert from 'node:assert/strict'
import test from 'node:test'
import { gzipBytesOf, WEIGHED } from './bundle-size.ts'

for (const { name, file, gzipBytesMax } of WEIGHED) {
  test(`${name} weighs at most ${gzipBytesMax} bytes`, async (t) => {
    const bytes = await gzipBytesOf(file)
    t.diagnostic(`${name}: ${bytes} bytes, minified and gzipped`)
    assert.ok(bytes <= gzipBytesMax, `It has ${bytes} bytes; the bar is ${gzipBytesMax}.`)
  })
}
