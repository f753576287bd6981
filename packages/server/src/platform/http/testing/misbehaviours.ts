// Listeners that go wrong, one entry for each way: what they do on the wire, and what we make of it.
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import type { NoAnswerReason } from '../signed-exchange.ts'

/** What the attempt log says: a status, whether its body was cut, or a reason why there was no answer. */
export type ExpectedOutcome = NoAnswerReason | number | `${number} cut` | 'connect_failed or closed_early'

/**
 * One way to go wrong.
 *
 * @property when at which moment of a connection `play` is called
 * @property isKept the connection may carry the next request
 * @property isSlow only the deadline ends it
 * @property saysMore what it says a little after its answer is heard by the next request on the connection, should there be one by then
 */
export interface Misbehaviour {
  readonly what: string
  readonly when: 'accepted' | 'headers read' | 'request read'
  readonly play: (socket: Socket) => void
  readonly outcome: ExpectedOutcome
  readonly isKept: boolean
  readonly isSlow: boolean
  readonly saysMore: boolean
}

const says = (bytes: string | Buffer) => (socket: Socket) => void socket.write(bytes)
const saysAndEnds = (bytes: string | Buffer) => (socket: Socket) => void socket.end(bytes)

/** Writes `piece` for as long as somebody reads. */
const flood = (head: string, piece: string | Buffer) => (socket: Socket) => {
  const pour = (): void => {
    while (!socket.destroyed && socket.write(piece));
    if (!socket.destroyed) socket.once('drain', pour)
  }
  socket.write(head)
  pour()
}

const drip = (head: string) => (socket: Socket) => {
  socket.write(head)
  const timer = setInterval(() => socket.write('x'), 10)
  socket.once('close', () => clearInterval(timer))
}

const OK = 'HTTP/1.1 200 OK\r\n'
const REFUSED = 'HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n'
const EMPTY = `${OK}Content-Length: 0\r\n\r\n`
const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'
const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024))

type Entry = readonly [
  what: string,
  play: Misbehaviour['play'],
  outcome: ExpectedOutcome,
  then?: 'kept' | 'slow' | 'more',
]

const AFTER_THE_REQUEST: readonly Entry[] = [
  ['closes without a word', (socket) => socket.end(), 'closed_early'],
  ['resets the connection', (socket) => socket.resetAndDestroy(), 'closed_early'],
  ['says nothing', () => undefined, 'deadline', 'slow'],
  ['closes in the middle of the headers', saysAndEnds(`${OK}Content-Le`), 'closed_early'],
  ['stops in the middle of the headers', says(`${OK}Content-Le`), 'deadline', 'slow'],
  ['closes in the middle of the body', saysAndEnds(`${OK}Content-Length: 100\r\n\r\nhalf`), '200 cut'],
  ['stops in the middle of the body', says(`${OK}Content-Length: 100\r\n\r\nhalf`), '200 cut', 'slow'],
  ['drips its headers', drip(`${OK}x-slow: `), 'deadline', 'slow'],
  ['drips its body', drip(`${OK}Content-Length: 100000\r\n\r\n`), '200 cut', 'slow'],
  ['never ends its body', flood(`${OK}\r\n`, Buffer.alloc(16 * 1024, 'x')), '200 cut'],
  ['never ends its headers', flood(OK, `x-more: ${'y'.repeat(1024)}\r\n`.repeat(32)), 'headers_too_large'],
  ['sends two thousand headers', says(`${OK}${'x-a: 1234567890\r\n'.repeat(2000)}\r\n`), 'headers_too_large'],
  [
    'sends a bomb',
    says(Buffer.concat([Buffer.from(`${OK}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`), bomb])),
    200,
    'kept',
  ],
  ['sends one interim answer', says(interim + EMPTY), 200, 'kept'],
  ['sends interim answers without end', flood('', interim.repeat(1000)), 'garbage'],
  ['asks to continue what is sent', says(`HTTP/1.1 100 Continue\r\n\r\n${EMPTY}`), 'closed_early'],
  ['switches protocols', says('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'), 'closed_early'],
  ['speaks another protocol', says('SSH-2.0-OpenSSH_9.2\r\n'), 'garbage'],
  ['answers as HTTP/0.9', saysAndEnds('<html>fine</html>'), 'garbage'],
  ['answers as HTTP/2', says('HTTP/2 200\r\n\r\n'), 'garbage'],
  ['answers as HTTP/1.0', saysAndEnds('HTTP/1.0 200 OK\r\n\r\nfine'), 200],
  ['gives no status', says('HTTP/1.1 \r\n\r\n'), 'garbage'],
  ['gives a word for a status', says('HTTP/1.1 ABC Bad\r\n\r\n'), 'garbage'],
  ['gives status 20', says('HTTP/1.1 20 OK\r\n\r\n'), 'garbage'],
  ['gives status 099', says('HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n'), 'garbage'],
  ['gives status 600', says('HTTP/1.1 600 High\r\nContent-Length: 0\r\n\r\n'), 600, 'kept'],
  ['gives status 999', says('HTTP/1.1 999 Higher\r\nContent-Length: 0\r\n\r\n'), 999, 'kept'],
  ['gives status 2000', says('HTTP/1.1 2000 OK\r\n\r\n'), 'garbage'],
  ['answers twice at once', says(EMPTY + REFUSED), 200],
  [
    'answers twice, the second time a little later',
    (socket) => {
      socket.write(EMPTY)
      setTimeout(() => socket.write(REFUSED), 5)
    },
    200,
    'more',
  ],
  ['says more than it announced', says(`${OK}Content-Length: 2\r\n\r\nfine, and more`), 200],
  ['announces two lengths', says(`${OK}Content-Length: 2\r\nContent-Length: 4\r\n\r\nfine`), 'garbage'],
  ['announces a negative length', says(`${OK}Content-Length: -4\r\n\r\nfine`), 'garbage'],
  ['announces a length in words', says(`${OK}Content-Length: four\r\n\r\nfine`), 'garbage'],
  [
    'announces a length and chunks',
    says(`${OK}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n0\r\n\r\n`),
    'garbage',
  ],
  ['sends chunks that are none', says(`${OK}Transfer-Encoding: chunked\r\n\r\nfine\r\n`), '200 cut'],
  [
    'announces a chunk beyond all numbers',
    says(`${OK}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nfine`),
    '200 cut',
  ],
  ['forgets the last chunk', saysAndEnds(`${OK}Transfer-Encoding: chunked\r\n\r\n4\r\nfine\r\n`), '200 cut'],
  ['sends 204 with a body', says('HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nfine'), 204],
  ['sends 304 with a body', says('HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nfine'), 304],
  ['puts a NUL into a header', says(`${OK}x-odd: a\0b\r\n\r\n`), 'garbage'],
  ['ends its lines oddly', says('HTTP/1.1 200 OK\rx: y\r\r'), 'garbage'],
]

/** All of them. */
export const MISBEHAVIOURS: readonly Misbehaviour[] = [
  {
    what: 'closes as soon as it accepts',
    when: 'accepted',
    play: (socket) => socket.resume().end(),
    outcome: 'connect_failed or closed_early',
    isKept: false,
    isSlow: false,
    saysMore: false,
  },
  {
    what: 'resets as soon as it accepts',
    when: 'accepted',
    play: (socket) => socket.resetAndDestroy(),
    outcome: 'connect_failed or closed_early',
    isKept: false,
    isSlow: false,
    saysMore: false,
  },
  {
    what: 'closes before it read the body',
    when: 'headers read',
    play: (socket) => socket.end(),
    outcome: 'closed_early',
    isKept: false,
    isSlow: false,
    saysMore: false,
  },
  ...AFTER_THE_REQUEST.map(
    ([what, play, outcome, then]): Misbehaviour => ({
      what,
      when: 'request read',
      play,
      outcome,
      isKept: then === 'kept',
      isSlow: then === 'slow',
      saysMore: then === 'more',
    }),
  ),
]

/** A listener that goes wrong once, with the next connection or request, and answers every other request with 201. */
export interface WrongListener {
  readonly url: string
  /** How many connections were made. */
  readonly connections: number
  /** Resolves when the connection on which it went wrong is closed. */
  readonly closed: Promise<void>
  /** Goes wrong once more, in another way. */
  arm(misbehaviour: Misbehaviour): void
  stop(): Promise<void>
}

/** Starts one. */
export async function startWrongListener(first: Misbehaviour): Promise<WrongListener> {
  const sockets = new Set<Socket>()
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>()
  let connections = 0
  let armed: Misbehaviour | null = first
  const takeArmed = (moment: Misbehaviour['when']): Misbehaviour | null => {
    const taken = armed?.when === moment ? armed : null
    if (taken !== null) armed = null
    return taken
  }
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.once('close', () => onClosed())
    socket.on('error', () => undefined)
    converse(socket, takeArmed)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks?key=hidden`,
    closed,
    get connections() {
      return connections
    },
    arm: (next) => {
      armed = next
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Answers each whole request with 201, unless something else is armed for the moment. */
function converse(socket: Socket, takeArmed: (moment: Misbehaviour['when']) => Misbehaviour | null): void {
  const atOnce = takeArmed('accepted')
  if (atOnce !== null) {
    atOnce.play(socket)
    return
  }
  let heard = ''
  socket.on('data', (chunk: Buffer) => {
    heard += chunk.toString('latin1')
    const isWhole = bodyIn(heard)
    if (isWhole === null) return
    const wrong = takeArmed('headers read') ?? (isWhole ? takeArmed('request read') : null)
    if (wrong === null && !isWhole) return
    heard = ''
    if (wrong === null) socket.write('HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n')
    else wrong.play(socket)
  })
}

/** Whether the body of the request in `text` is all there; null: not even its headers are. */
function bodyIn(text: string): boolean | null {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return null
  const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
  return text.length >= end + 4 + length
}
