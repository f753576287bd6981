// Tests of channel names.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHANNEL_NAME_LENGTH_MAX, channelName, partyText } from './channel-name.ts'

const HASH = '0123456789abcdef'.repeat(4)

test('a channel is named by its project and the hash of its party', () => {
  assert.equal(channelName(44056, HASH), 'p44056_0123456789abcdef0123456789abcdef01234567')
})

test('the longest name fits and has safe characters only', () => {
  const name = channelName(Number.MAX_SAFE_INTEGER, 'f'.repeat(64))
  assert.match(name, /^[a-z0-9_]+$/)
  assert.ok(name.length <= CHANNEL_NAME_LENGTH_MAX, `${name.length} characters`)
})

test('a visitor and a user with the same id are different parties', () => {
  assert.deepEqual(
    [partyText({ kind: 'user', id: 'visitor:1' }), partyText({ kind: 'visitor', id: '1' })],
    ['user:visitor:1', 'visitor:1'],
  )
})

test('what is no project id or no hash is refused', () => {
  for (const projectId of [0, -1, 1.5, Number.NaN, 2 ** 53]) {
    assert.throws(() => channelName(projectId, HASH), RangeError)
  }
  for (const hash of ['', HASH.slice(1), `${HASH}0`, HASH.toUpperCase(), HASH.replace('0', 'g')]) {
    assert.throws(() => channelName(1, hash), RangeError)
  }
})
