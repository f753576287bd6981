// One connection to a broker's server: how few round trips it takes, and that its end reaches all who wait.
import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PublicationHint } from '../broker.ts'
import type { Carrier, OutgoingMessage } from './carrier.ts'
import { DEFAULT_PACE, HINTS_WAITING_MAX, Link } from './link.ts'

/** A server that answers when it is told to; `asked` are its open questions. */
function givenServer() {
  const asked: { readonly what: readonly string[]; readonly answer: () => void }[] = []
  const ending = Promise.withResolvers<unknown>()
  const ask = (what: readonly string[]): Promise<void> => new Promise((answer) => void asked.push({ what, answer }))
  const textOf = ({ channel, line }: OutgoingMessage): string => (channel === null ? line : channel)
  const carrier: Carrier = {
    ended: ending.promise,
    send: (messages) => ask(messages.map(textOf)),
    follow: (channels) => ask(channels),
    leave: (channel) => void asked.push({ what: ['leave', channel], answer: () => undefined }),
    beat: () => ask(['beat']),
    close: async () => undefined,
  }
  /** Answers what is asked now. @returns how much each question held */
  const answerAll = async (): Promise<readonly number[]> => {
    await nextTurn()
    const now = asked.splice(0)
    for (const { answer } of now) answer()
    await nextTurn()
    return now.map(({ what }) => what.length)
  }
  return { carrier, asked, answerAll, end: ending.resolve }
}

function givenLink(carrier: Carrier): Link {
  return new Link(carrier, DEFAULT_PACE, { onFollowedLate: () => assert.fail('late') })
}

function hint(offset: number): PublicationHint {
  return { kind: 'publication', projectId: 1, channel: 'p1_a', epoch: 'e', offset, data: '{}' }
}

test('what is published together goes in one round trip, and one at a time is under way', async () => {
  const server = givenServer()
  const link = givenLink(server.carrier)
  for (let offset = 1; offset <= 2_500; offset++) link.send(hint(offset))
  await nextTurn()
  assert.equal(server.asked.length, 1)
  link.send(hint(2_501))
  const trips = [await server.answerAll(), await server.answerAll(), await server.answerAll(), await server.answerAll()]
  assert.deepEqual(trips.flat(), [1_000, 1_000, 501])
  assert.equal(link.unconfirmed, 0)
  await link.close()
})

test('channels that are asked for in one moment are followed in one round trip', async () => {
  const server = givenServer()
  const link = givenLink(server.carrier)
  const all = Array.from({ length: 300 }, (_, index) => link.follow(`p1_${index}`))
  link.leave('p1_7')
  assert.deepEqual(await server.answerAll(), [2, 299])
  await Promise.all(all)
  await link.close()
})

test('who waits for a subscription goes on after a moment, and a late one is told', async () => {
  const server = givenServer()
  const late = Promise.withResolvers<void>()
  const link = new Link(server.carrier, { ...DEFAULT_PACE, subscribeMsMax: 5 }, { onFollowedLate: late.resolve })
  await link.follow('p1_a')
  await server.answerAll()
  await late.promise
  await link.close()
})

test('after hints were dropped for want of room all others are told, behind those that had room', async () => {
  const server = givenServer()
  const link = givenLink(server.carrier)
  for (let offset = 1; offset <= HINTS_WAITING_MAX; offset++) assert.ok(link.send(hint(offset)))
  assert.equal(link.send(hint(HINTS_WAITING_MAX + 1)), false)
  assert.ok(link.owesLost)
  const last: (readonly string[])[] = []
  while (link.owesLost) {
    await nextTurn()
    last.push(...server.asked.map(({ what }) => what))
    await server.answerAll()
  }
  assert.deepEqual([last.length, last.at(-1)], [11, ['lost']])
  await link.close()
})

test('a goodbye waits for what is on its way, and not for ever', async () => {
  const server = givenServer()
  const link = new Link(server.carrier, { ...DEFAULT_PACE, drainMsMax: 5 }, { onFollowedLate: () => undefined })
  await link.drain()
  link.send(hint(1))
  await link.drain()
  assert.equal(link.unconfirmed, 1)
  const patient = new Link(server.carrier, { ...DEFAULT_PACE, drainMsMax: 60_000 }, { onFollowedLate: () => undefined })
  for (let offset = 1; offset <= 1_001; offset++) patient.send(hint(offset))
  const drained = patient.drain()
  await server.answerAll()
  await server.answerAll()
  await drained
  assert.equal(patient.unconfirmed, 0)
  await Promise.all([link.close(), patient.close()])
})

test('its end reaches all who wait, and what was not confirmed is owed', async () => {
  const server = givenServer()
  const link = givenLink(server.carrier)
  const followed = link.followAll(['p1_a'])
  link.send(hint(1))
  await nextTurn()
  server.end(new Error('gone'))
  assert.equal(await followed, false)
  assert.match(String(await link.ended), /gone/)
  assert.deepEqual([link.unconfirmed, link.owesLost, await link.followAll(['p1_b'])], [1, true, false])
  await link.close()
})
