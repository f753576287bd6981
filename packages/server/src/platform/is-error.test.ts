import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { isError } from './is-error.ts'

test('knows errors of any realm', () => {
  const errors = [new Error('ours'), new TypeError(), runInNewContext('new Error("theirs")'), new DOMException()]
  assert.deepEqual(errors.map(isError), [true, true, true, true])
  assert.deepEqual([{ message: 'no error' }, 'Error', null, undefined].map(isError), [false, false, false, false])
})
