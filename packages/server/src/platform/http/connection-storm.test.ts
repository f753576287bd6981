// Facts about very many connections that come in one moment.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type ListenOptions, type Socket } from 'node:net'
import test, { type TestContext } from 'node:test'
import { canShareAddress, openDoors } from './doors.ts'
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

test('more wait than one door has room for, and whoever came in by any is answered before all are closed', async (t) => {
  const place = { host: '127.0.0.1', backlog: 16 }
  const server = createServer((_, response) => void setImmediate(() => response.end('in')))
  const shared: ListenOptions = { ...place, port: 0, reusePort: canShareAddress }
  await once(server.listen(shared), 'listening')
  const { port } = server.address() as AddressInfo
  const doors = await openDoors(server, { ...place, port })
  const storm = Array.from({ length: canShareAddress ? 30 : 10 }, () => givenSocket(t, port))
  await once(storm[0] as Socket, 'connect')
  await once(givenSocket(t, port), 'connect')
  await new Promise(setImmediate)
  assert.equal(storm.filter((socket) => socket.connecting).length, 0)
  const answers = storm.map(async (socket) => {
    socket.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    return String((await once(socket, 'data'))[0])
  })
  assert.ok((await Promise.all(answers)).every((answer) => answer.startsWith('HTTP/1.1 200 ')))
  server.close()
  server.closeAllConnections()
  await doors.close()
  await assert.rejects(once(connect({ host: '127.0.0.1', port }), 'connect'))
})
