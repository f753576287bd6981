// A client without a network: the other end of a socket in memory, which behaves as the official library does.
import {
  decodeReplies,
  encodeCommand,
  type Reply,
  type SubscribeResult,
  toRawJson,
} from '@ordertrail/centrifuge-protocol'
import type { Socket, SocketHandler } from '../../platform/websocket/index.ts'

/** What a client knows of its stream, and asks to recover from. */
export interface KnownPosition {
  readonly epoch: string
  readonly offset: number
}

/** How a client connects. `known` null: it never was connected. */
export interface MemoryConnect {
  readonly auth: string
  readonly projectId: number
  readonly channel: string
  readonly known: KnownPosition | null
}

/** One connection. `offsets` are those of everything it was given, recovered first. */
export class MemoryClient implements Socket {
  bufferedBytes = 0
  readonly offsets: number[] = []
  readonly statuses: string[] = []
  subscribed: SubscribeResult | null = null
  closeCode: number | null = null
  errorCode: number | null = null
  #handler: SocketHandler | null = null

  attach(handler: SocketHandler): void {
    this.#handler = handler
  }

  /** Where it stands, to be recovered from. */
  get known(): KnownPosition | null {
    if (this.subscribed === null) return null
    const { epoch = '', offset = 0 } = this.subscribed
    return { epoch, offset: this.offsets.at(-1) ?? offset }
  }

  connect({ auth, projectId, channel, known }: MemoryConnect): void {
    const subs = known === null ? {} : { subs: new Map([[channel, { recover: true, ...known }]]) }
    const data = toRawJson({ auth, project_id: projectId })
    this.write(encodeCommand({ kind: 'request', id: 1, method: 'connect', request: { data, ...subs } }, 'json'))
  }

  write(text: string): void {
    this.#handler?.onFrame(new TextEncoder().encode(text))
  }

  /** The network breaks. */
  drop(): void {
    this.#gone(1006)
  }

  send(frame: string | Uint8Array): void {
    if (this.closeCode !== null) throw new Error('A frame was sent on a closed socket.')
    const decoded = decodeReplies(frame, 'json')
    if (!decoded.ok) throw new Error(decoded.detail)
    for (const reply of decoded.replies) if (reply.kind !== 'unknown') this.#take(reply)
  }

  close(code: number): void {
    this.#gone(code)
  }

  terminate(): void {
    this.#gone(1006)
  }

  #take(reply: Reply): void {
    if (reply.kind === 'ping') queueMicrotask(() => this.write('{}'))
    if (reply.kind === 'error') this.errorCode = reply.error.code
    if (reply.kind === 'push' && reply.push.kind === 'pub') this.#note(reply.push.body)
    if (reply.kind === 'result' && reply.method === 'connect') {
      this.subscribed = [...(reply.result.subs?.values() ?? [])][0] ?? null
      for (const publication of this.subscribed?.publications ?? []) this.#note(publication)
    }
  }

  #note({ offset, data }: { readonly offset?: number; readonly data: string }): void {
    this.offsets.push(offset ?? 0)
    this.statuses.push((JSON.parse(data) as { readonly status: string }).status)
  }

  #gone(code: number): void {
    if (this.closeCode !== null) return
    this.closeCode = code
    queueMicrotask(() => this.#handler?.onClose(code))
  }
}
