// Which answers pass, and what is said about the others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SignedExchange } from '../../platform/http/index.ts'
import type { CheckName } from './checks.ts'
import { adviceFor } from './judge-check.ts'

function answered(status: number, body: unknown = ''): SignedExchange {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { kind: 'response', status, headers: {}, body: text, truncated: false, durationMs: 1, requestHeaders: {} }
}

const unanswered = (reason: 'deadline' | 'connect_failed'): SignedExchange => ({
  kind: 'no_answer',
  reason,
  sentence: 'No connection could be made.',
  durationMs: 1,
  requestHeaders: {},
})

const error = (code: string) => ({ error: { code, message: 'No' } })

/** Check, answer, and what the advice has to say; null: it passes. */
const CASES: readonly (readonly [CheckName, SignedExchange, RegExp | null])[] = [
  ['user_validation', answered(204), null],
  ['user_validation', answered(200), null],
  ['user_validation', answered(201), null],
  ['user_validation', answered(202), /answered 202, so this user could not pay; only 200, 201 and 204/],
  ['user_validation', answered(400, error('INVALID_USER')), /refused this user with 400 INVALID_USER/],
  [
    'user_validation',
    answered(400, error('INVALID_SIGNATURE')),
    /refused a good signature: give it the present secret/,
  ],
  ['user_validation', answered(401, error('INVALID_SIGNATURE')), /refused a good signature/],
  ['user_validation', answered(500, error('INVALID_SIGNATURE')), /only 200, 201 and 204/],
  ['user_validation', unanswered('deadline'), /no answer within 10 s/],
  ['user_validation', unanswered('connect_failed'), /No connection could be made\. Check that your listener runs/],
  ['unknown_user', answered(400, error('INVALID_USER')), null],
  ['unknown_user', answered(204), /answered 204 to a user who cannot exist/],
  [
    'unknown_user',
    answered(400, error('INVALID_PARAMETER')),
    /status 400 is right, but the body does not name the code/,
  ],
  ['unknown_user', answered(400), /status 400 is right/],
  ['unknown_user', answered(400, '<html>'), /status 400 is right/],
  ['unknown_user', answered(400, '[]'), /status 400 is right/],
  ['unknown_user', answered(400, { error: 'INVALID_USER' }), /status 400 is right/],
  [
    'unknown_user',
    answered(422, error('INVALID_USER')),
    /422 INVALID_USER is what the official PHP SDK answers: real sends take it as a refusal/,
  ],
  ['unknown_user', answered(404), /answered 404: real sends take it as a refusal, but the documented answer is 400/],
  ['unknown_user', answered(500), /counts as a fault of its own/],
  ['unknown_user', answered(400, error('INVALID_SIGNATURE')), /refused a good signature/],
  ['bad_signature', answered(400, error('INVALID_SIGNATURE')), null],
  ['bad_signature', answered(200), /answered 200 to a wrong signature: signatures are not checked/],
  [
    'bad_signature',
    answered(401, error('INVALID_SIGNATURE')),
    /401 INVALID_SIGNATURE is what the official PHP SDK answers: real sends take it as a refusal, but the documented answer is 400/,
  ],
  ['bad_signature', answered(403), /answered 403: real sends take it as a refusal/],
  ['bad_signature', answered(400, error('INVALID_USER')), /does not name the code/],
  ['bad_signature', answered(302), /counts as a fault of its own/],
  ['bad_signature', unanswered('deadline'), /no answer within/],
  ['user_search', answered(200, { user: { id: 'ann' } }), null],
  ['user_search', answered(200, { user: { id: 'bob' } }), /found another user than it was asked for: "bob"/],
  ['user_search', answered(200, { user: { id: 7 } }), /lacks user\.id as text/],
  ['user_search', answered(200, 'null'), /lacks user\.id/],
  ['user_search', answered(204), /answered 204; answer 200 with/],
  ['user_search', answered(400, error('INVALID_USER')), /answered 400; answer 200 with/],
  ['partner_side_catalog', answered(200, [{ sku: 'a' }]), null],
  ['partner_side_catalog', answered(200, []), null],
  [
    'partner_side_catalog',
    answered(200, [{ sku: 'a' }, { sku: 7 }]),
    /Entry 1 does not count\. An entry must name its item/,
  ],
  ['partner_side_catalog', answered(200, {}), /not a JSON array\. Answer 200 with a list/],
  ['partner_side_catalog', answered(404), /does not know this user \(404\)/],
  ['partner_side_catalog', answered(500), /answered 500\. Answer 200 with a list/],
  ['order_paid', answered(200), null],
  ['order_paid', answered(409), /refused order_paid with 409: a real one would not be sent again/],
  ['payment', answered(422, error('INCORRECT_INVOICE')), /refused payment with 422 INCORRECT_INVOICE/],
  ['order_canceled', answered(500), /answered 500: a real order_canceled would be sent again/],
]
for (const [name, exchange, wanted] of CASES) {
  const what = exchange.kind === 'response' ? `${exchange.status} ${exchange.body}` : exchange.reason
  test(`${name}, ${what}: ${wanted === null ? 'passes' : 'fails'}`, () => {
    const advice = adviceFor({ name, deadlineMs: 10_000, searchedUserId: 'ann' }, exchange)
    if (wanted === null) assert.equal(advice, null)
    else assert.match(advice ?? 'passed', wanted)
  })
}

test('a search by the id that players see may find any user', () => {
  const check = { name: 'user_search', deadlineMs: 10_000, searchedUserId: null } as const
  assert.equal(adviceFor(check, answered(200, { user: { id: 'bob' } })), null)
})
