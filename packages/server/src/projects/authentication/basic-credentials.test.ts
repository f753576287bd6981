// Authorization headers: what is read from them, and what is not.
import assert from 'node:assert/strict'
import test from 'node:test'
import { basicCredentials, bearerToken } from './basic-credentials.ts'

function basic(text: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` }
}

test('reads number and key, and leaves further colons to the key', () => {
  assert.deepEqual(basicCredentials(basic('44056:otk_a:b')), { number: 44_056, key: 'otk_a:b' })
})

test('the name of the scheme may have any case', () => {
  assert.deepEqual(basicCredentials({ authorization: basic('1:k').authorization?.replace('Basic', 'bAsIc') }), {
    number: 1,
    key: 'k',
  })
  assert.equal(bearerToken({ authorization: 'bearer abc' }), 'abc')
})

const NOT_BASIC: readonly (readonly [string, Record<string, string | string[] | undefined>])[] = [
  ['no header', {}],
  ['two headers', { authorization: ['Basic a', 'Basic b'] }],
  ['another scheme', { authorization: 'Bearer abc' }],
  ['no colon', basic('44056')],
  ['no number', basic(':key')],
  ['a number with a sign', basic('-1:key')],
  ['a number with leading zeros', basic('044056:key')],
  ['a number in hex', basic('0x10:key')],
  ['a number that is too long', basic(`${'9'.repeat(16)}:key`)],
  ['what is not Base64', { authorization: 'Basic !!!' }],
  ['a header that is too long', basic(`1:${'k'.repeat(2_000)}`)],
]

for (const [name, headers] of NOT_BASIC) {
  test(`${name} gives no credentials`, () => assert.equal(basicCredentials(headers), undefined))
}

for (const value of ['', 'Bearer', 'Bearer ', 'Bearer a b', 'Bearer a,b', 'Basic abc', 'Token abc']) {
  test(`${JSON.stringify(value)} gives no token`, () => assert.equal(bearerToken({ authorization: value }), undefined))
}
