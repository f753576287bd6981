// Facts about readers of streams that do not read.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { Readable } from 'node:stream'
import test from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { watchStream } from './watch-stream.ts'

test('the connection of a reader that does not take the end of a stream is ended after five seconds', async (t) => {
  const asked = Promise.withResolvers<ServerResponse>()
  const server = createServer((_, response) => asked.resolve(response))
  t.after(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const reader = connect((server.address() as AddressInfo).port, '127.0.0.1')
  t.after(() => reader.destroy())
  reader.pause()
  reader.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  const response = await asked.promise
  const body = new Readable({ read: () => undefined })
  watchStream('GET', response, body)
  body.pipe(response)
  // Until the network takes no more, but the stream itself has let go of everything.
  while (response.writableLength === 0) {
    body.push(Buffer.alloc(8 * 1024))
    await nextTurn()
  }
  body.push(null)
  await once(body, 'close')
  assert.ok(!response.closed)
  t.mock.timers.tick(4_999)
  assert.ok(!response.destroyed)
  t.mock.timers.tick(1)
  await once(response, 'close')
})
