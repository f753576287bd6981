// What shares a transaction when commands come over a port, one message each.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { bind, type Command, type GroupHandler } from './command.ts'
import type { Report, Sent } from './command-desk.ts'
import { startGroupWrites } from './group-writes.ts'
import type { Tx } from './store.ts'
import type { WriteLane } from './write-lane.ts'

const note: Command<string, string> = { name: 'test.note', groupMax: 64, keys: (text) => [text] }
const echo: GroupHandler<string, string> = async (_tx, texts) => texts

/** A lane over nothing; like SQLite's it is done before anything else happens. */
const lane: WriteLane = {
  away: null,
  transact: async (body) => ({ value: await body({} as Tx), wakeUps: [] }),
  transactEach: async () => ({ value: [], wakeUps: [] }),
  close: async () => undefined,
}

test('commands that have arrived by the end of a turn share a transaction, also when each came in a message of its own', async (t) => {
  const { port1, port2 } = new MessageChannel()
  t.after(() => port1.close())
  const reports: Report[] = []
  const done = Promise.withResolvers<void>()
  const report = (one: Report): void => {
    reports.push(one)
    if (reports.flatMap(({ outcomes }) => outcomes).length === 3) done.resolve()
  }
  const writes = startGroupWrites({ lanes: [lane], commands: [bind(note, echo)], report })
  port2.on('message', (sent: Sent) => writes.submit([sent]))
  for (const [index, text] of ['a', 'b', 'c'].entries()) port1.postMessage([index, 'test.note', text] satisfies Sent)
  await Promise.all([once(port2, 'message'), done.promise])
  assert.deepEqual(
    reports.map(({ outcomes }) => outcomes.map(([number]) => number)),
    [[0, 1, 2]],
  )
})
