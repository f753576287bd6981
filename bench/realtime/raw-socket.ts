// A WebSocket of a client over plain TCP: so cheap that ten thousand of them are not what is measured.
import { connect, type Socket } from 'node:net'
import {
  CLOSE,
  clientFrame,
  PING,
  PONG,
  readServerFrame,
  TEXT,
  upgradeRequest,
} from '../../packages/server/src/platform/websocket/testing/raw-frames.ts'

/** Where to connect. There are some 28,000 connections from one address to one port. */
export interface Target {
  readonly host: string
  readonly port: number
  readonly path: string
}

/** What a socket tells. `code` is the status of a refused upgrade, else that of the close frame, else 1006. */
export interface RawSocketHandler {
  onOpen(): void
  onText(text: string): void
  onEnd(code: number): void
}

const BROKEN = 1006
const HEAD_END = '\r\n\r\n'
const SWITCHED = 101
const NOTHING = Buffer.alloc(0)

/** One connection. */
export class RawSocket {
  readonly #socket: Socket
  readonly #handler: RawSocketHandler
  #pending: Buffer = NOTHING
  #isOpen = false
  #code = BROKEN

  constructor(target: Target, handler: RawSocketHandler) {
    this.#handler = handler
    const { host, port, path } = target
    // Without an address of its own: to find it a free port, the system would look through all that are in use, 4 ms each time in a storm.
    this.#socket = connect({ host, port, noDelay: true })
    this.#socket.on('connect', () => this.#socket.write(upgradeRequest(`${host}:${port}`, path)))
    this.#socket.on('data', (bytes) => this.#take(bytes))
    this.#socket.on('error', () => undefined)
    this.#socket.on('close', () => handler.onEnd(this.#code))
  }

  send(text: string): void {
    this.#socket.write(clientFrame(TEXT, Buffer.from(text)))
  }

  /** Breaks the connection without a word. */
  destroy(): void {
    this.#socket.destroy()
  }

  #take(bytes: Buffer): void {
    const all = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    const from = this.#isOpen ? 0 : this.#open(all)
    this.#pending = this.#isOpen ? this.#takeFrames(all, from) : all
  }

  /** @returns where the frames begin */
  #open(bytes: Buffer): number {
    const end = bytes.indexOf(HEAD_END)
    if (end < 0) return 0
    const status = Number(bytes.toString('latin1', 9, 12))
    if (status === SWITCHED) {
      this.#isOpen = true
      this.#handler.onOpen()
    } else this.#end(status)
    return end + HEAD_END.length
  }

  /** @returns what is not a whole frame yet */
  #takeFrames(bytes: Buffer, from: number): Buffer {
    let at = from
    for (let frame = readServerFrame(bytes, at); frame !== null; frame = readServerFrame(bytes, at)) {
      at = frame.end
      this.#takeFrame(frame.opcode, bytes.subarray(frame.start, frame.end))
    }
    return at === bytes.length ? NOTHING : bytes.subarray(at)
  }

  #takeFrame(opcode: number, payload: Buffer): void {
    if (opcode === TEXT) this.#handler.onText(payload.toString())
    else if (opcode === PING) this.#socket.write(clientFrame(PONG, payload))
    else if (opcode === CLOSE) this.#end(payload.length < 2 ? BROKEN : payload.readUInt16BE(0))
  }

  #end(code: number): void {
    this.#code = code
    this.#socket.destroy()
  }
}
