// Tests of the refund codes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DUPLICATE_REFUND_CODE, isRefundCode, REFUND_CODES } from './refund-codes.ts'

test('there are 13 codes, each with a reason', () => {
  const codes = Object.keys(REFUND_CODES).map(Number)
  assert.deepEqual(
    codes,
    Array.from({ length: 13 }, (_, index) => index + 1),
  )
  assert.equal(new Set(Object.values(REFUND_CODES).map(({ reason }) => reason)).size, 13)
})

test('six codes allow a part of the payment to be refunded', () => {
  const partial = Object.entries(REFUND_CODES).filter(([, { partialAllowed }]) => partialAllowed)
  assert.deepEqual(
    partial.map(([code]) => Number(code)),
    [1, 3, 5, 7, 9, 10],
  )
})

test('our own refunds are duplicates', () => {
  assert.equal(REFUND_CODES[DUPLICATE_REFUND_CODE].reason, 'Duplicate payment')
})

test('whole numbers from 1 to 13 are refund codes, others are not', () => {
  const numbers = [1, 13, 0, 14, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]
  assert.deepEqual(numbers.map(isRefundCode), [true, true, false, false, false, false, false, false])
})
