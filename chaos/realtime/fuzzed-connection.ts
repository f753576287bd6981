// A connection over plain TCP that sends whatever it is given, and learns whether the server went on.
import { connect, type Socket } from 'node:net'
import {
  CLOSE,
  clientFrame,
  PING,
  PONG,
  readServerFrame,
  upgradeRequest,
} from '../../packages/server/src/platform/websocket/testing/raw-frames.ts'

/** What came of some bytes: the connection goes on, or it ended; `code` null: without a close frame. */
export type Reaction = { readonly kind: 'goes_on' } | { readonly kind: 'ended'; readonly code: number | null }

const HEAD_END = '\r\n\r\n'
const GOES_ON: Reaction = { kind: 'goes_on' }
const NOTHING = Buffer.alloc(0)

/** One connection; one thing at a time is asked of it. */
export class FuzzedConnection {
  readonly #socket: Socket
  #pending: Buffer = NOTHING
  #isOpen = false
  #code: number | null = null
  #tell: (reaction: Reaction) => void = () => undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes) => this.#take(bytes))
    socket.on('error', () => undefined)
    socket.on('close', () => this.#tell({ kind: 'ended', code: this.#code }))
  }

  /** Opens one. @throws {Error} when the upgrade is not taken */
  static async open(url: URL, protocol: string): Promise<FuzzedConnection> {
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true })
    const connection = new FuzzedConnection(socket)
    const opened = connection.#reaction()
    socket.write(upgradeRequest(url.host, url.pathname, protocol))
    if ((await opened).kind === 'ended') throw new Error('An upgrade was refused.')
    return connection
  }

  /** Sends whole frames; a ping behind them tells whether the server still answers. */
  send(bytes: Buffer): Promise<Reaction> {
    const reaction = this.#reaction()
    this.#socket.write(Buffer.concat([bytes, clientFrame(PING, NOTHING)]))
    return reaction
  }

  /** Sends bytes behind which nothing can be understood, and then no more. */
  async sendLast(bytes: Buffer): Promise<Reaction> {
    const reaction = this.#reaction()
    this.#socket.end(bytes)
    const first = await reaction
    return first.kind === 'ended' ? first : this.#reaction()
  }

  /** Ends it as a network does. */
  async drop(): Promise<void> {
    if (this.#socket.closed) return
    const ended = this.#reaction()
    this.#socket.destroy()
    await ended
  }

  #reaction(): Promise<Reaction> {
    return new Promise((resolve) => {
      this.#tell = resolve
    })
  }

  #take(bytes: Buffer): void {
    const all = Buffer.concat([this.#pending, bytes])
    let at = this.#isOpen ? 0 : this.#open(all)
    if (this.#isOpen) {
      for (let frame = readServerFrame(all, at); frame !== null; frame = readServerFrame(all, at)) {
        at = frame.end
        this.#takeFrame(frame.opcode, all.subarray(frame.start, frame.end))
      }
    }
    this.#pending = all.subarray(at)
  }

  /** @returns where the frames begin */
  #open(bytes: Buffer): number {
    const end = bytes.indexOf(HEAD_END)
    if (end < 0) return 0
    if (bytes.toString('latin1', 9, 12) !== '101') {
      this.#socket.destroy()
      return bytes.length
    }
    this.#isOpen = true
    this.#tell(GOES_ON)
    return end + HEAD_END.length
  }

  #takeFrame(opcode: number, payload: Buffer): void {
    if (opcode === PONG) this.#tell(GOES_ON)
    if (opcode !== CLOSE) return
    this.#code = payload.length < 2 ? null : payload.readUInt16BE(0)
    this.#socket.destroy()
  }
}
