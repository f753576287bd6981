// The catalogues of codes: their numbers, and what clients do about them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DISCONNECT_CODES, isTerminal } from './disconnect-codes.ts'
import { ERROR_CODES } from './error-codes.ts'
import { UNSUBSCRIBE_CODES } from './unsubscribe-codes.ts'

const CLOSE_REASON_BYTES_MAX = 123

test('numbers errors as the protocol does', () => {
  const errors = Object.values(ERROR_CODES)
  assert.deepEqual(
    errors.map((error) => [error.code, error.message]),
    [
      [100, 'internal server error'],
      [101, 'unauthorized'],
      [102, 'unknown channel'],
      [103, 'permission denied'],
      [104, 'method not found'],
      [105, 'already subscribed'],
      [106, 'limit exceeded'],
      [107, 'bad request'],
      [108, 'not available'],
      [109, 'token expired'],
      [110, 'expired'],
      [111, 'too many requests'],
      [112, 'unrecoverable position'],
      [113, 'concurrent pagination'],
    ],
  )
  const temporary = errors.filter((error) => error.temporary).map((error) => error.code)
  assert.deepEqual(temporary, [100, 111, 113])
})

test('numbers disconnects as the protocol does, terminal ones from 3500', () => {
  const codes = Object.values(DISCONNECT_CODES).map(({ code }) => code)
  const reconnecting = [3000, 3001, 3004, 3005, 3006, 3008, 3009, 3010, 3011, 3012, 3013, 3014]
  const terminal = [3500, 3501, 3502, 3503, 3504, 3505, 3506, 3507, 3508, 3509]
  assert.deepEqual(codes, [...reconnecting, ...terminal])
  assert.deepEqual(codes.filter(isTerminal), terminal)
})

test('numbers the ends of subscriptions as the protocol does', () => {
  const codes = Object.values(UNSUBSCRIBE_CODES).map(({ code }) => code)
  assert.deepEqual(codes, [2000, 2500, 2501, 2502])
})

test('gives reasons that fit a close frame and that no client can take for JSON', () => {
  for (const { reason } of [...Object.values(DISCONNECT_CODES), ...Object.values(UNSUBSCRIBE_CODES)]) {
    assert.ok(new TextEncoder().encode(reason).length <= CLOSE_REASON_BYTES_MAX)
    assert.throws(() => JSON.parse(reason), SyntaxError)
  }
})

const TERMINALS: readonly (readonly [code: number, terminal: boolean])[] = [
  [1000, false],
  [1006, false],
  [1008, false],
  [1009, true],
  [1011, false],
  [3499, false],
  [3500, true],
  [3999, true],
  [4000, false],
  [4499, false],
  [4500, true],
  [4999, true],
  [5000, false],
]

for (const [code, terminal] of TERMINALS) {
  test(`close code ${code} ${terminal ? 'ends the client' : 'lets the client come back'}`, () => {
    assert.equal(isTerminal(code), terminal)
  })
}
