// A listener in a process of its own that answers endlessly, drop by drop, or with bombs; the path says how.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'

const DROP_MS = 100
const CHUNK = Buffer.alloc(64 * 1024, 'x')
const OK = 'HTTP/1.1 200 OK\r\n'

/** Pours as fast as the other side reads. */
function pour(socket: Socket, piece: Buffer): void {
  while (!socket.destroyed && socket.write(piece));
  if (!socket.destroyed) socket.once('drain', () => pour(socket, piece))
}

function endless(socket: Socket, head: string, piece: Buffer): void {
  socket.write(head)
  pour(socket, piece)
}

function drip(socket: Socket, head: string): void {
  socket.write(head)
  const timer = setInterval(() => socket.write('x'), DROP_MS)
  socket.once('close', () => clearInterval(timer))
}

/** 64 MiB of zeros in 64 KiB; nothing that is sent here would fit into the memory it asks for. */
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
const interim = Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'.repeat(1_000))
const manyChunks = Buffer.from('1\r\nx\r\n'.repeat(10_000))

/** A letter at a time with kilobytes around it: who keeps pieces of what was read keeps all of it. */
const remarkedChunks = Buffer.from(`1;${'r'.repeat(15_000)}\r\nx\r\n`.repeat(4))

const ANSWERS: Readonly<Record<string, (socket: Socket) => void>> = {
  ordinary: (socket) => socket.write(`${OK}Content-Length: ${CHUNK.length}\r\n\r\n${CHUNK}`),
  'endless body': (socket) => endless(socket, `${OK}\r\n`, CHUNK),
  'endless chunks': (socket) => endless(socket, `${OK}Transfer-Encoding: chunked\r\n\r\n`, manyChunks),
  'endless remarks between chunks': (socket) =>
    endless(socket, `${OK}Transfer-Encoding: chunked\r\n\r\n`, remarkedChunks),
  'endless headers': (socket) => endless(socket, OK, Buffer.from(`x-more: ${'y'.repeat(1_000)}\r\n`.repeat(64))),
  'endless interim answers': (socket) => pour(socket, interim),
  'dripping headers': (socket) => drip(socket, `${OK}x-slow: `),
  'dripping body': (socket) => drip(socket, `${OK}Content-Length: 1000000\r\n\r\n`),
  'exploding body': (socket) =>
    endless(socket, `${OK}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`, bomb),
}

const server = createServer((socket) => {
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    const path = decodeURIComponent(/^POST \/(\S*)/.exec(chunk.toString('latin1'))?.[1] ?? '')
    ANSWERS[path]?.(socket)
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.send?.({ port: (server.address() as AddressInfo).port })
process.once('disconnect', () => process.exit())
