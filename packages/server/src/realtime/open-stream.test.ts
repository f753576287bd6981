// Facts about connections whose frames stay in the answer of a request because nobody takes them.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { openStream } from './open-stream.ts'
import type { Emulation } from './session.ts'
import { givenSessions, until } from './testing/given-sessions.ts'
import { givenShop, PROJECT_ID } from './testing/given-shop.ts'

/** A connection of player-1 that was let in, and how it is found again. */
async function givenStream(t: TestContext) {
  const shop = await givenShop(t)
  const { sessions } = givenSessions(t, shop)
  const frame = JSON.stringify({
    connect: { data: { auth: await shop.token('player-1'), project_id: PROJECT_ID } },
    id: 1,
  })
  const stream = openStream(sessions, { form: 'lines', encoding: 'json', origin: null, frame })
  await until('an answer to connect', () => stream.readableLength > 0)
  const { connect: place }: { readonly connect: Emulation } = JSON.parse(String(stream.read()))
  return { shop, sessions, stream, place }
}

test('a reader that takes nothing is given no more than the limit, and is gone five seconds later', async (t) => {
  const { shop, sessions, stream, place } = await givenStream(t)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  for (let count = 0; count < 4; count++) {
    await shop.publish({ userId: 'player-1', orderId: 1, status: 's'.repeat(600_000) })
  }
  await until('an end', () => stream.readableLength > 1_048_576)
  assert.ok(stream.readableLength < 1_300_000, `${stream.readableLength} bytes`)
  const { session, node } = place
  assert.equal(sessions.emulated.take({ session, node, frame: '{}' }), 'absent')
  t.mock.timers.tick(4_999)
  assert.deepEqual([stream.destroyed, sessions.connectionCount], [false, 1])
  t.mock.timers.tick(1)
  await until('no connection', () => sessions.connectionCount === 0)
  assert.ok(stream.destroyed)
  assert.equal(sessions.emulated.count, 0)
})

test('a node that stops does not wait for readers that take nothing', async (t) => {
  const { sessions, stream } = await givenStream(t)
  sessions.terminate()
  await sessions.settle()
  assert.ok(stream.destroyed)
})
