// A socket whose frames go out in the answer of a request: for clients that get no WebSocket through.
import { Readable } from 'node:stream'
import { CLOSING_MS_MAX, type Socket, type SocketHandler } from './socket.ts'

/** How frames become the bytes of an answer. */
export interface StreamFraming {
  /** What the answer begins with; empty: nothing. */
  readonly opening: string
  wrap(frame: string | Uint8Array): string | Uint8Array
  /** The last frame: it says what a close frame would have said. */
  farewell(code: number, reason: string): string | Uint8Array
}

/** Close code of a stream whose reader went away. */
const GONE = 1006

/** One answer that lasts. What its client sends comes in other requests and is given to the handler by whoever takes those. */
export class StreamSocket implements Socket {
  /** The body of the answer; destroyed when its reader goes away. */
  readonly stream: Readable
  handler: SocketHandler | null = null
  readonly #framing: StreamFraming
  #isClosing = false

  constructor(framing: StreamFraming) {
    this.#framing = framing
    this.stream = new Readable({ read: () => undefined })
    this.stream.once('close', () => this.handler?.onClose(GONE))
    if (framing.opening !== '') this.stream.push(framing.opening)
  }

  get bufferedBytes(): number {
    return this.stream.readableLength
  }

  send(frame: string | Uint8Array): void {
    if (!this.#isClosing && !this.stream.destroyed) this.stream.push(this.#framing.wrap(frame))
  }

  close(code: number, reason: string): void {
    if (this.#isClosing || this.stream.destroyed) return
    this.send(this.#framing.farewell(code, reason))
    this.#isClosing = true
    this.stream.push(null)
    // A reader that takes nothing would keep it for ever.
    const ending = setTimeout(() => this.stream.destroy(), CLOSING_MS_MAX)
    this.stream.once('close', () => clearTimeout(ending))
  }

  terminate(): void {
    this.stream.destroy()
  }
}
