// The admin key, and requests of this machine.
import assert from 'node:assert/strict'
import test from 'node:test'
import { hasAdminKey, isFromThisMachine } from './admin-access.ts'

test('only the very key is the admin key', () => {
  const carries = (token: string): boolean => hasAdminKey({ authorization: `Bearer ${token}` }, 'admin-key-1')
  assert.deepEqual(['admin-key-1', 'admin-key-2', 'admin-key', 'ADMIN-KEY-1'].map(carries), [true, false, false, false])
})

test('without a configured key nobody has it', () => {
  assert.equal(hasAdminKey({ authorization: 'Bearer null' }, null), false)
  assert.equal(hasAdminKey({ authorization: 'Bearer ' }, ''), false)
  assert.equal(hasAdminKey({}, ''), false)
})

const REQUESTS: readonly (readonly [string, string, Record<string, string>, boolean])[] = [
  ['a program on loopback', '127.0.0.1', { host: 'localhost:4400' }, true],
  ['a program on loopback over IPv6', '::1', { host: '[::1]:4400' }, true],
  ['a page that this machine serves', '127.0.0.1', { host: '127.0.0.1:4400', origin: 'http://localhost:5173' }, true],
  ['another machine', '10.0.0.5', { host: 'localhost:4400' }, false],
  ['an address that only begins like loopback', '127.0.0.1.example', { host: 'localhost' }, false],
  ['a page of the internet', '127.0.0.1', { host: 'localhost:4400', origin: 'https://evil.example' }, false],
  ['a page without an origin of its own', '127.0.0.1', { host: 'localhost:4400', origin: 'null' }, false],
  ['a name that was pointed at loopback', '127.0.0.1', { host: 'evil.example:4400' }, false],
  ['a name that begins like loopback', '127.0.0.1', { host: 'localhost.evil.example' }, false],
  ['a request without a host', '127.0.0.1', {}, false],
]

for (const [name, ip, headers, isOurs] of REQUESTS) {
  test(`${name} is ${isOurs ? '' : 'not '}from this machine`, () =>
    assert.equal(isFromThisMachine(headers, ip), isOurs))
}
