// What may call itself the text of a JSON value.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onOneLine, type RawJson, rawJson, toRawJson } from './raw-json.ts'

test('accepts exactly one JSON value', () => {
  for (const text of ['{}', ' [1, 2] ', 'null', '"a"', '-1e3']) assert.equal(rawJson(text), text)
  for (const text of ['', ' ', '{}{}', '{}\n{}', 'undefined', "'a'", '{"a":}']) assert.equal(rawJson(text), null)
})

test('renders values, and refuses what JSON cannot express', () => {
  assert.equal(toRawJson({ order_id: 1, status: 'paid' }), '{"order_id":1,"status":"paid"}')
  assert.throws(
    () => toRawJson(undefined),
    new TypeError('JSON has no text for undefined; give null or leave the field out.'),
  )
  assert.throws(() => toRawJson(1n), TypeError)
})

test('keeps everything but line breaks on the way to one line', () => {
  assert.equal(onOneLine('{\r\n\t"a": "\\n"\n}' as RawJson), '{\t"a": "\\n"}')
})
