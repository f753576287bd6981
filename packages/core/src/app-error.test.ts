// Tests of the error that we throw.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from './app-error.ts'
import { ERROR_CODES } from './error-codes.ts'

test('says the sentence of its code when nothing else is said', () => {
  const error = new AppError('order_not_found')
  assert.deepEqual(
    { name: error.name, code: error.code, status: error.status, message: error.message, details: error.details },
    {
      name: 'AppError',
      code: 'order_not_found',
      status: 404,
      message: ERROR_CODES.order_not_found.sentence,
      details: {},
    },
  )
  assert.equal('cause' in error, false)
})

test('carries message, details and cause', () => {
  const cause = new Error('disk')
  const error = new AppError('store_full', { message: 'The disk is full.', details: { freeBytes: 0 }, cause })
  assert.deepEqual([error.message, error.details, error.cause], ['The disk is full.', { freeBytes: 0 }, cause])
  assert.ok(error instanceof Error)
})
