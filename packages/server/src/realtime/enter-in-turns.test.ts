// Many connect requests at the same moment: a few are answered in each turn of the event loop, and everybody gets in.
import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { areAllIn, givenSessions, until } from './testing/given-sessions.ts'
import { givenShop } from './testing/given-shop.ts'

test('a burst of connect requests is answered in turns, without those that are gone', async (t) => {
  const shop = await givenShop(t)
  const { sessions, begin } = givenSessions(t, shop)
  const token = await shop.token('player-1')
  const clients = Array.from({ length: 80 }, () => begin(token, 'player-1'))
  for (const client of clients.slice(0, 10)) client.drop()
  const waiting = [sessions.enteringCount]
  for (let turn = 0; turn < 3; turn += 1) {
    await nextTurn()
    waiting.push(sessions.enteringCount)
  }
  assert.deepEqual(waiting, [80, 38, 6, 0])
  await until('answers to all', () => areAllIn(sessions))
  assert.deepEqual(
    clients.map(({ subscribed }) => subscribed !== null),
    clients.map((_, index) => index >= 10),
  )
})
