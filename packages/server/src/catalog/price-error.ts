// Refused prices as the errors that the documented calls answer.
import { AppError, type ErrorCode } from '@ordertrail/core'
import type { PriceRefusal } from './price-lines.ts'

/** Which call asked: for one item by its SKU, for a cart, or with a list of items in the body. */
export type PurchaseForm = 'item' | 'cart' | 'list'

const ITEM_CODES: Readonly<Record<PriceRefusal['code'], ErrorCode>> = {
  item_unknown: 'item_not_found',
  item_not_for_sale: 'item_invalid',
  quantity_invalid: 'unprocessable',
  currency_not_offered: 'item_invalid',
  no_price: 'item_invalid',
  amount_too_large: 'amount_too_large',
  lines_empty: 'item_invalid',
  too_many_lines: 'item_invalid',
}

const CART_CODES: Readonly<Record<PriceRefusal['code'], ErrorCode>> = {
  item_unknown: 'cart_invalid',
  item_not_for_sale: 'cart_invalid',
  quantity_invalid: 'unprocessable',
  currency_not_offered: 'cart_invalid',
  no_price: 'cart_invalid',
  amount_too_large: 'amount_too_large',
  lines_empty: 'cart_invalid',
  too_many_lines: 'cart_invalid',
}

const CODES: Readonly<Record<PurchaseForm, Readonly<Record<PriceRefusal['code'], ErrorCode>>>> = {
  item: ITEM_CODES,
  cart: CART_CODES,
  list: { ...CART_CODES, lines_empty: 'cart_empty' },
}

const REASONS: Readonly<Record<PriceRefusal['code'], string>> = {
  item_unknown: 'The catalog has no such item',
  item_not_for_sale: 'The item is disabled',
  quantity_invalid: 'Item quantity must be a positive integer and not above the limit',
  currency_not_offered: 'The item is not sold in this currency',
  no_price: 'The item has no price that fits the player and the other items',
  amount_too_large: 'The amount is too large',
  lines_empty: 'There are no items',
  too_many_lines: 'There are too many different items',
}

/** The error of a refused price; `details.sku` names the item where it is one item's fault. */
export function priceError(refusal: PriceRefusal, form: PurchaseForm): AppError {
  const { code, sku } = refusal
  const about = sku === null ? REASONS[code] : `${REASONS[code]} (${sku})`
  const isTold = CODES[form][code] === 'unprocessable'
  return new AppError(CODES[form][code], {
    message: `${about}.`,
    details: { sku, refusal: code, ...(isTold ? { reason: about } : {}) },
  })
}
