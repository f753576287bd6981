// The reading pool against a server that goes down in the middle of a sentence.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import test, { type TestContext } from 'node:test'
import { sql } from 'kysely'
import { makeReadingPool } from './reading-pool.ts'

/** A message of PostgreSQL's protocol. */
function message(kind: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(kind)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

const AUTHENTICATED = message('R', Buffer.alloc(4))
const READY = message('Z', Buffer.from('I'))
const GOING_DOWN = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'))

/** A server that lets everybody in and says goodbye with the same bytes; gives its URL. */
async function givenServerGoingDown(t: TestContext): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATED, READY, GOING_DOWN])))
  })
  t.after(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `postgresql://reader:secret@127.0.0.1:${(server.address() as AddressInfo).port}/shop`
}

test('a server that goes down with the very bytes that let us in costs a query, and not the process', async (t) => {
  const pool = makeReadingPool({ connectionString: await givenServerGoingDown(t) }, 1)
  t.after(() => pool.end())
  // Twice: what was lost must not keep its place, the only one of this pool.
  for (let reads = 0; reads < 2; reads += 1) {
    await assert.rejects(sql`select 1`.execute(pool.db), { code: 'store_unavailable' })
  }
})
