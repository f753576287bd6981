// Which texts may name a player.
import assert from 'node:assert/strict'
import test from 'node:test'
import { isUserId, isVisitorId, userIdOfClaim } from './party-id.ts'

test('a user id is any plain text up to 255 characters', () => {
  for (const id of ['1', 'player-1', 'a b', 'игрок', '🦊', 'x'.repeat(255)]) assert.equal(isUserId(id), true, id)
})

test('a user is never called like a visitor', () => assert.equal(isUserId('visitor:0123456789abcdef'), false))

test('control characters, half characters and nothing name nobody', () => {
  for (const id of ['', 'x'.repeat(256), 'a\u0000b', 'a\nb', '\u007f', '\ud800'])
    assert.equal(isUserId(id), false, JSON.stringify(id))
})

test('a visitor id has at least 16 characters', () => {
  assert.deepEqual(['x'.repeat(15), 'x'.repeat(16), 'x'.repeat(255), 'x'.repeat(256)].map(isVisitorId), [
    false,
    true,
    true,
    false,
  ])
})

test('claims that are whole numbers are ids, other kinds of values are not', () => {
  assert.deepEqual([12, 2 ** 53, 1.5, true, null, {}, ['a'], undefined, 'a'].map(userIdOfClaim), [
    '12',
    ...new Array(7).fill(undefined),
    'a',
  ])
})
