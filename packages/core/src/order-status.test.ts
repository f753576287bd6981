// Tests of the words for statuses.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFinalStatus, isOrderStatus, ORDER_STATUSES, WIRE_STATUSES, wireStatus } from './order-status.ts'

test('only done and canceled are final', () => {
  assert.deepEqual(
    ORDER_STATUSES.map((status) => [status, isFinalStatus(status)]),
    [
      ['new', false],
      ['paid', false],
      ['done', true],
      ['canceled', true],
      ['expired', false],
    ],
  )
})

test('expired reads new where the project did not ask for it', () => {
  const told = ORDER_STATUSES.map((status) => wireStatus(status, { expiredOptIn: false }))
  assert.deepEqual(told, ['new', 'paid', 'done', 'canceled', 'new'])
})

test('expired reads expired where the project asked for it', () => {
  const told = ORDER_STATUSES.map((status) => wireStatus(status, { expiredOptIn: true }))
  assert.deepEqual(told, ['new', 'paid', 'done', 'canceled', 'expired'])
})

test('the wire knows four of the five statuses', () => {
  assert.deepEqual(
    ORDER_STATUSES.filter((status) => status !== 'expired'),
    [...WIRE_STATUSES],
  )
})

test('takes lower-case words for a status and nothing else', () => {
  const words = ['new', 'expired', 'New', 'cancelled', '', 'constructor']
  assert.deepEqual(words.map(isOrderStatus), [true, true, false, false, false, false])
})
