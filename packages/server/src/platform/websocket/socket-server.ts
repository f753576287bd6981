// WebSockets without a server of their own: takes over upgrade requests of the HTTP server.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import { TurnQueue } from '../turn-queue.ts'
import { CLOSING_MS_MAX, type Socket, type SocketHandler } from './socket.ts'
import { writeFrame } from './write-frame.ts'

/** Limits of a socket server. */
export interface SocketServerOptions {
  /** A longer message ends its connection with 1009 before it was read. */
  readonly messageBytesMax: number
  /** Which of the offered subprotocols is echoed; false: none. Browsers fail when they offered some and none is echoed. */
  readonly chooseProtocol: (offered: ReadonlySet<string>) => string | false
}

/** Takes over connections; it keeps no list of them. */
export interface SocketServer {
  /** Answers the handshake. `accept` is called at once for a good one and gives the handler; a bad one is answered 400. */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    accept: (socket: Socket, protocol: string) => SocketHandler,
  ): void
}

/** Parts of one message, more than any proxy makes of it; whoever sends more is closed with 1008. */
const FRAGMENTS_MAX = 256
/**
 * Sockets let go in one turn of the event loop. When a network fails thousands end at once, and payments must not wait for them all; but
 * until one is gone it takes the place of its client, who will soon be back.
 */
const LEAVING_PER_TURN_MAX = 128

/** A socket that carries its handler, so that all sockets share the same listeners. */
class HandledSocket extends WebSocket implements Socket {
  handler: SocketHandler | undefined
  /** The connection below. */
  wire: Duplex | undefined

  get bufferedBytes(): number {
    return this.bufferedAmount
  }

  /** Past the library's sender, which writes header and payload each by itself; without compression it keeps nothing back, so that all stays in order. */
  override send(frame: string | Uint8Array): void {
    if (this.readyState === WebSocket.OPEN && this.wire !== undefined) writeFrame(this.wire, frame)
  }
}

/** Makes a socket server. Compression is never negotiated: it would cost a connection some 200 KB. */
export function openSocketServer({ messageBytesMax, chooseProtocol }: SocketServerOptions): SocketServer {
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: messageBytesMax,
    maxFragments: FRAGMENTS_MAX,
    closeTimeout: CLOSING_MS_MAX,
    handleProtocols: chooseProtocol,
    WebSocket: HandledSocket,
  }
  const server = new WebSocketServer<typeof HandledSocket>(options)
  const leaving = new TurnQueue<HandledSocket>({ perTurnMax: LEAVING_PER_TURN_MAX, serve: (one) => one.terminate() })
  return {
    upgrade(request, socket, head, accept) {
      server.handleUpgrade(request, socket, head, (opened) => {
        opened.on('message', onMessage)
        opened.on('ping', onControl)
        opened.on('pong', onControl)
        opened.on('close', onClose)
        opened.on('error', onError)
        opened.wire = socket
        // The library would answer the end of each at once, in several steps; whoever has ended the connection reads none of them.
        socket.removeAllListeners('end')
        socket.on('end', () => leaving.add(opened))
        opened.handler = accept(opened, opened.protocol)
      })
    },
  }
}

function onMessage(this: WebSocket, data: RawData): void {
  // The binary type stays at its default, so messages come as one Buffer each.
  if (this instanceof HandledSocket && data instanceof Uint8Array) this.handler?.onFrame(data)
}

function onControl(this: WebSocket): void {
  if (this instanceof HandledSocket) this.handler?.onControl()
}

function onClose(this: WebSocket, code: number): void {
  if (this instanceof HandledSocket) this.handler?.onClose(code)
}

/** A close always follows; what broke is of no use to anybody. */
function onError(): void {}
