// What is taken for the body of a request.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { parseBody } from './parse-body.ts'

const SCHEMA = { body: Type.Unknown(), response: {} }

function parse(text: string): unknown {
  return parseBody(Buffer.from(text), 'application/json', SCHEMA)
}

test('refuses a text with U+0000, which PostgreSQL cannot keep', () => {
  assert.throws(
    () => parse('{"name":"a\\u0000b"}'),
    (error) => error instanceof AppError && error.code === 'unprocessable',
  )
})

test('takes an escaped backslash before u0000 for what it is', () => {
  assert.deepEqual(parse('{"name":"a\\\\u0000b"}'), { name: 'a\\u0000b' })
})

test('skips a byte order mark', () => {
  assert.deepEqual(parse('\ufeff{"a":1}'), { a: 1 })
})
