// Tests of the list of error codes: its form, the documented numbers, and that docs/errors.md tells the same.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ACCESS_ERRORS } from './error-codes/access-errors.ts'
import type { ErrorDefinition } from './error-codes/error-definition.ts'
import { INSTALLATION_ERRORS } from './error-codes/installation-errors.ts'
import { ORDER_ERRORS } from './error-codes/order-errors.ts'
import { REQUEST_ERRORS } from './error-codes/request-errors.ts'
import { SHOP_ERRORS } from './error-codes/shop-errors.ts'
import { WEBHOOK_ERRORS } from './error-codes/webhook-errors.ts'
import { ERROR_CODES, type ErrorCode, isErrorCode } from './error-codes.ts'
import type { ResendRefusal } from './resend.ts'
import type { TransitionRefusal } from './status-transition.ts'

const SECTIONS: readonly (readonly [string, Readonly<Record<string, ErrorDefinition>>])[] = [
  ['Who calls', ACCESS_ERRORS],
  ['Requests', REQUEST_ERRORS],
  ['Catalog, carts and codes', SHOP_ERRORS],
  ['Orders, payments and refunds', ORDER_ERRORS],
  ['Webhooks and events', WEBHOOK_ERRORS],
  ['The installation', INSTALLATION_ERRORS],
]

const ENTRIES: readonly (readonly [string, ErrorDefinition])[] = Object.entries(ERROR_CODES)

test('every code is in snake case and in one section', () => {
  const codes = SECTIONS.flatMap(([, errors]) => Object.keys(errors))
  assert.deepEqual(Object.keys(ERROR_CODES), codes)
  assert.equal(new Set(codes).size, codes.length)
  assert.deepEqual(
    codes.filter((code) => !/^[a-z]+(_[a-z]+)*$/.test(code)),
    [],
  )
})

test('every sentence says what happened and then what to do', () => {
  const others = ENTRIES.filter(
    ([, { sentence }]) => !/^[A-Z].+[.] [A-Z].+[.]$/.test(sentence) || sentence.includes('|'),
  )
  assert.deepEqual(others, [])
})

test('every status is an error', () => {
  assert.deepEqual(
    ENTRIES.filter(([, { status }]) => status < 400 || status > 599),
    [],
  )
})

test('a store number and a store text come together', () => {
  const halves = ENTRIES.filter(([, error]) => (error.storeCode === undefined) !== (error.storeMessage === undefined))
  assert.deepEqual(halves, [])
})

test('documented errors have the documented status, number and text', () => {
  const documented: readonly (readonly [ErrorCode, number, number, string])[] = [
    ['payment_token_not_found', 401, 1013, 'Token not found.'],
    ['basic_auth_failed', 401, 1020, 'Error in Authentication method occurred'],
    ['promotion_not_found', 404, 1101, 'Promotion not found'],
    ['unprocessable', 422, 1102, 'Unprocessable Entity'],
    ['country_missing', 422, 1102, 'The parameter user.country.value or the header X-User-Ip must be specified'],
    ['cart_invalid', 422, 1401, 'Invalid cart'],
    ['item_invalid', 422, 1411, 'Invalid item'],
    ['cart_empty', 422, 1417, "Empty cart! Cart shouldn't be empty!"],
    ['item_is_free', 422, 1421, 'Item is free'],
    ['item_type_refused', 422, 1421, 'Only Virtual Good Supported'],
    ['authorization_missing', 401, 1501, 'Authorization failed: Authorization header not sent'],
    ['authorization_unsupported', 401, 1501, 'Authorization failed: Provide authorization'],
    ['item_not_found', 404, 4001, "Item with sku = '{sku}' not found"],
    ['item_group_not_found', 404, 4403, 'Item group not found'],
    ['virtual_currency_insufficient', 422, 5006, 'Not enough virtual currency'],
    ['user_not_found', 404, 5008, 'Could not find User'],
    ['order_not_found', 404, 9001, 'Order not found'],
    ['coupon_not_found', 404, 9802, 'Coupon not found'],
    ['coupon_code_exists', 422, 9803, 'The code already exists.'],
    ['coupon_limit_reached', 422, 9804, 'You have reached the coupon redemption limit.'],
    ['coupon_region_refused', 422, 9808, 'Coupon is not available in your region.'],
    ['coupon_expired', 422, 9810, 'Sorry, this code is expired.'],
    ['promo_code_not_found', 404, 9811, 'Code not found.'],
  ]
  const ours = documented.map(([code]) => {
    const { status, storeCode, storeMessage } = ERROR_CODES[code]
    return [code, status, storeCode, storeMessage]
  })
  assert.deepEqual(ours, documented)
})

test('the refusals of decisions are error codes with status 409', () => {
  const refusals: Readonly<Record<TransitionRefusal | ResendRefusal, true>> = {
    transition_refused: true,
    payment_pending: true,
    fulfilment_way_refused: true,
    resend_order_canceled: true,
    resend_delivery_void: true,
    resend_delivery_moved: true,
    resend_too_early: true,
    resend_in_flight: true,
    resend_body_retired: true,
    webhooks_disabled: true,
  }
  const codes = Object.keys(refusals).filter(isErrorCode)
  assert.deepEqual(
    codes.map((code) => [code, ERROR_CODES[code].status]),
    Object.keys(refusals).map((code) => [code, 409]),
  )
})

test('a word that is no code is none', () => {
  assert.deepEqual(['internal', 'Internal', '', 'constructor'].map(isErrorCode), [true, false, false, false])
})

test('docs/errors.md lists exactly these codes', () => {
  const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
  assert.equal(page, errorsPage())
})

/** The page as it must be; where the test fails, its difference is what to correct there. */
function errorsPage(): string {
  const sections = SECTIONS.map(([title, errors]) =>
    [
      `## ${title}`,
      '',
      '| Code | Status | Store | What happened, and what to do |',
      '|---|---|---|---|',
      ...Object.entries(errors).map(
        ([code, { status, storeCode, sentence }]) => `| \`${code}\` | ${status} | ${storeCode ?? ''} | ${sentence} |`,
      ),
    ].join('\n'),
  )
  return `${PREFACE}\n\n${sections.join('\n\n')}\n`
}

const PREFACE = `# Error codes

Every error of our interfaces has one of these codes. Codes never change their name or their meaning; new ones may come.

Calls under \`/v1\` answer \`application/problem+json\` with the code as \`code\`. The documented store calls answer
\`{"statusCode", "errorCode", "errorMessage", "transactionId"}\`, where \`errorCode\` is the number under Store and
\`errorMessage\` begins with it, such as \`[0401-9001]: Order not found\`; codes without a number have \`errorCode\` 0.

What the listener library tells your \`onError\` has codes of its own: see [its README](../packages/webhooks/README.md#when-a-signature-fails).`
