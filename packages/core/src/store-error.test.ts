// Tests of error bodies of the documented store API.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from './app-error.ts'
import { storeErrorBody } from './store-error.ts'

test('an absent order is answered as documented', () => {
  assert.deepEqual(storeErrorBody(new AppError('order_not_found')), {
    statusCode: 404,
    errorCode: 9001,
    errorMessage: '[0401-9001]: Order not found',
  })
})

test('the id of the request is told where there is one', () => {
  const body = storeErrorBody(new AppError('item_is_free'), 'da145238620011eb8e24fe6913ff226a')
  assert.deepEqual(body, {
    statusCode: 422,
    errorCode: 1421,
    errorMessage: '[0401-1421]: Item is free',
    transactionId: 'da145238620011eb8e24fe6913ff226a',
  })
})

test('details fill the names in the text', () => {
  const body = storeErrorBody(new AppError('item_not_found', { details: { sku: 'game_1' } }))
  assert.equal(body.errorMessage, "[0401-4001]: Item with sku = 'game_1' not found")
})

test('a name without a detail is left empty', () => {
  assert.equal(storeErrorBody(new AppError('item_not_found')).errorMessage, "[0401-4001]: Item with sku = '' not found")
})

test('a reason stands behind the text', () => {
  const error = new AppError('unprocessable', { details: { reason: 'The property `name` is required' } })
  assert.equal(storeErrorBody(error).errorMessage, '[0401-1102]: Unprocessable Entity. The property `name` is required')
})

test('a code without a number has errorCode 0 and its own message', () => {
  assert.deepEqual(storeErrorBody(new AppError('method_not_allowed', { message: 'Use GET.' })), {
    statusCode: 405,
    errorCode: 0,
    errorMessage: 'Use GET.',
  })
})
