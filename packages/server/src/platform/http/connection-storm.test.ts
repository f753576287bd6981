// Facts about very many connections that come in one moment.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import test, { type TestContext } from 'node:test'
import { givenServer } from './testing/index.ts'

/** Linux lets 4,096 wait unless it is told otherwise; other systems only 128. */
const AT_ONCE = process.platform === 'linux' ? 800 : 100

function givenSocket(t: TestContext, port: number): Socket {
  const socket = connect({ host: '127.0.0.1', port })
  socket.on('error', () => undefined)
  t.after(() => socket.destroy())
  return socket
}

test('connections of a storm all wait to be accepted: nobody who comes later is served before them', async (t) => {
  const server = await givenServer(t, [])
  const { port } = server.address()
  // Nothing is accepted before this turn is over, so that all of them stand in the queue.
  const storm = Array.from({ length: AT_ONCE }, () => givenSocket(t, port))
  await once(storm[0] as Socket, 'connect')
  await once(givenSocket(t, port), 'connect')
  await new Promise(setImmediate)
  assert.equal(storm.filter((socket) => socket.connecting).length, 0)
})
