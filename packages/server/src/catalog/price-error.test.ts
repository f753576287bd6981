// Refused prices as the errors of the documented calls.
import assert from 'node:assert/strict'
import test from 'node:test'
import { storeErrorBody } from '@ordertrail/core'
import { type PurchaseForm, priceError } from './price-error.ts'
import type { PriceRefusal } from './price-lines.ts'

function answered(code: PriceRefusal['code'], form: PurchaseForm): readonly [number, number, string] {
  const { statusCode, errorCode, errorMessage } = storeErrorBody(
    priceError({ kind: 'refused', code, sku: 'sword' }, form),
  )
  return [statusCode, errorCode, errorMessage]
}

const CASES: readonly (readonly [PriceRefusal['code'], PurchaseForm, readonly [number, number, string]])[] = [
  ['item_unknown', 'item', [404, 4001, "[0401-4001]: Item with sku = 'sword' not found"]],
  ['item_not_for_sale', 'item', [422, 1411, '[0401-1411]: Invalid item']],
  ['no_price', 'item', [422, 1411, '[0401-1411]: Invalid item']],
  ['item_unknown', 'cart', [422, 1401, '[0401-1401]: Invalid cart']],
  ['lines_empty', 'cart', [422, 1401, '[0401-1401]: Invalid cart']],
  ['lines_empty', 'list', [422, 1417, "[0401-1417]: Empty cart! Cart shouldn't be empty!"]],
  ['amount_too_large', 'list', [422, 1102, '[0401-1102]: Unprocessable Entity. Amount is too large']],
]

for (const [code, form, expected] of CASES) {
  test(`${code} of ${form === 'item' ? 'an item' : `a ${form}`} is answered ${expected[1]}`, () =>
    assert.deepEqual(answered(code, form), expected))
}

test('a bad quantity is told in words', () => {
  assert.match(answered('quantity_invalid', 'item')[2], /^\[0401-1102\]: Unprocessable Entity\. Item quantity must be/)
})
