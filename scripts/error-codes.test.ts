// House rule: docs/errors.md explains each error code, and no code that does not exist.
import assert from 'node:assert/strict'
import test from 'node:test'
import { ERROR_CODES } from '@ordertrail/core'
import { codesListedIn, readDocument } from './documents.ts'

test('docs/errors.md and ERROR_CODES name the same codes, each once', () => {
  const listed = codesListedIn(readDocument('docs/errors.md')).sort()
  assert.deepEqual(listed, Object.keys(ERROR_CODES).sort())
})
