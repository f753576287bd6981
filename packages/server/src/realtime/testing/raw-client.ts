// A client as engines write them by hand: sends texts and bytes as they are, and keeps what comes back.
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import { WebSocket } from 'ws'

/** How a raw client connects. */
export interface RawClientOptions {
  readonly protocols?: readonly string[]
  readonly origin?: string
}

/** A connection; frames are taken in the order they came. */
export interface RawClient {
  /** The subprotocol that the server echoed; empty: none. */
  readonly protocol: string
  readonly extensions: string
  /** Frames that came and were not taken yet. */
  readonly frames: readonly (string | Buffer)[]
  send(frame: string | Uint8Array): void
  /** The next frame as it came: a string for text, bytes for binary. Rejects when the connection ends before. */
  next(): Promise<string | Buffer>
  nextJson(): Promise<unknown>
  /** Resolves when the server has taken what was sent, and what it had sent before is here. */
  flush(): Promise<void>
  /** Close code and reason of the server. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
  close(): void
}

/** Opens a connection; it ends with the test. Rejects with the status when the upgrade is refused. */
export async function rawClient(t: TestContext, url: string, options: RawClientOptions = {}): Promise<RawClient> {
  const { protocols = [], origin } = options
  const socket = new WebSocket(url, [...protocols], origin === undefined ? {} : { origin })
  t.after(() => socket.terminate())
  const frames: (string | Buffer)[] = []
  const takers: ((frame: string | Buffer) => void)[] = []
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<{ code: number; reason: string }>()
  socket.on('message', (data: Buffer, isBinary) => {
    const frame = isBinary ? data : data.toString()
    const taker = takers.shift()
    if (taker === undefined) frames.push(frame)
    else taker(frame)
  })
  socket.on('close', (code, reason) => onClosed({ code, reason: reason.toString() }))
  await opening(socket)
  const ended = closed.then(({ code }) => Promise.reject(new Error(`The connection ended with ${code}.`)))
  ended.catch(() => undefined)
  const next = (): Promise<string | Buffer> => {
    const frame = frames.shift()
    if (frame !== undefined) return Promise.resolve(frame)
    return Promise.race([new Promise<string | Buffer>((resolve) => takers.push(resolve)), ended])
  }
  return {
    protocol: socket.protocol,
    extensions: socket.extensions,
    frames,
    send: (frame) => socket.send(frame),
    next,
    nextJson: async () => JSON.parse(String(await next())),
    flush: async () => {
      socket.ping()
      await Promise.race([once(socket, 'pong'), ended])
    },
    closed,
    close: () => socket.close(),
  }
}

function opening(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.on('error', reject)
  })
}
