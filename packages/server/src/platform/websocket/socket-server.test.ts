// Facts about what goes out over a socket, read by a client of the `ws` library.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, IncomingMessage } from 'node:http'
import { type AddressInfo, Socket as NetSocket } from 'node:net'
import { Duplex } from 'node:stream'
import test, { type TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { Socket } from './socket.ts'
import { openSocketServer } from './socket-server.ts'

interface Pair {
  readonly socket: Socket
  readonly client: WebSocket
  /** The close code that the server's handler is told. */
  readonly closed: Promise<number>
}

/** A socket of the server and the client at its other end. */
async function givenSocket(t: TestContext): Promise<Pair> {
  const sockets = openSocketServer({ messageBytesMax: 1_000, chooseProtocol: () => false })
  const { promise, resolve } = Promise.withResolvers<Socket>()
  const { promise: closed, resolve: onClose } = Promise.withResolvers<number>()
  const server = createServer().on('upgrade', (request, duplex, head) =>
    sockets.upgrade(request, duplex, head, (socket) => {
      resolve(socket)
      return { onFrame: () => undefined, onControl: () => undefined, onClose }
    }),
  )
  t.after(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  t.after(() => client.terminate())
  await once(client, 'open')
  return { socket: await promise, client, closed }
}

/** Lengths on both sides of each way to write one. */
const LENGTHS = [0, 1, 125, 126, 300, 5_000, 65_535, 65_536, 70_000]

test('texts and bytes of every length arrive as they were sent, in their order', async (t) => {
  const { socket, client } = await givenSocket(t)
  const sent = LENGTHS.flatMap((length) => ['a'.repeat(length), new Uint8Array(length).fill(255)])
  const received: (string | Uint8Array)[] = []
  const { promise: all, resolve: onAll } = Promise.withResolvers<void>()
  client.on('message', (data: Buffer, isBinary) => {
    received.push(isBinary ? new Uint8Array(data) : data.toString())
    if (received.length === sent.length + 1) onAll()
  })
  for (const frame of sent) socket.send(frame)
  socket.send('é€😀')
  await all
  assert.deepEqual(received, [...sent, 'é€😀'])
})

test('what is sent before a close arrives before it, and nothing that is sent after it', async (t) => {
  const { socket, client } = await givenSocket(t)
  const received: string[] = []
  client.on('message', (data: Buffer) => received.push(data.toString()))
  client.on('close', (code, reason) => received.push(`${code} ${reason}`))
  socket.send('before')
  socket.close(3001, 'shutdown')
  socket.send('after')
  await once(client, 'close')
  assert.deepEqual(received, ['before', '3001 shutdown'])
  socket.send('long after')
})

test('bytes that the network does not take are counted', async (t) => {
  const { socket, client } = await givenSocket(t)
  client.pause()
  for (let count = 0; count < 30; count += 1) socket.send('a'.repeat(1_000_000))
  assert.ok(socket.bufferedBytes > 10_000_000, `${socket.bufferedBytes}`)
  socket.terminate()
})

test('a client that ends the connection without a word is let go, and what comes late for it is no fault', async (t) => {
  const { socket, client, closed } = await givenSocket(t)
  ;(client as unknown as { readonly _socket: Duplex })._socket.end()
  assert.equal(await closed, 1006)
  socket.send('late')
  socket.close(3001, 'late')
})

test('a close code of the client is told as it came', async (t) => {
  const { client, closed } = await givenSocket(t)
  client.close(4_007, 'enough')
  assert.equal(await closed, 4_007)
})

const HANDSHAKE = {
  connection: 'upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

test('connections that end at the same moment are let go 128 in a turn of the event loop', async () => {
  const sockets = openSocketServer({ messageBytesMax: 1_000, chooseProtocol: () => false })
  const wires = Array.from({ length: 200 }, () => {
    const wire = new Duplex({ read: () => undefined, write: (_bytes, _encoding, done) => done() })
    const request = Object.assign(new IncomingMessage(new NetSocket()), { method: 'GET', headers: HANDSHAKE })
    const handler = { onFrame: () => undefined, onControl: () => undefined, onClose: () => undefined }
    sockets.upgrade(request, wire, Buffer.alloc(0), () => handler)
    return wire
  })
  for (const wire of wires) wire.push(null)
  const counts: number[] = []
  for (let turn = 0; turn < 3; turn += 1) {
    await nextTurn()
    counts.push(wires.filter(({ destroyed }) => destroyed).length)
  }
  assert.deepEqual(counts, [0, 128, 200])
})
