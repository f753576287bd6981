// A process that keeps connections busy with requests: each sends the next one when it has its answer.
// It speaks just enough HTTP for servers that we know, so that it takes less of the machine than what it measures.

import { connect, type Socket } from 'node:net'
import { readInput } from '../frame/child-input.ts'

/** What the process is started with. */
export interface AskerInput {
  readonly url: string
  readonly connections: number
}

/** One request. `body` null: none. */
export interface WireRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/**
 * `load` hands over requests and is answered with 'loaded'; `ask` sends those from `from` to `to` and is answered with an AskerReport.
 * `isOnce`: each once at most; else from the start again until the time is over.
 */
export type AskerMessage =
  | { readonly kind: 'load'; readonly requests: readonly WireRequest[] }
  | {
      readonly kind: 'ask'
      readonly from: number
      readonly to: number
      readonly msMax: number
      readonly isOnce: boolean
    }

/** What came of it. `cpuMs` is the time of this process, `bodyBytes` the length of the last body. */
export interface AskerReport {
  readonly tookMs: number
  readonly latenciesMs: readonly number[]
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<number, number>>
  readonly bodyBytes: number
  readonly cpuMs: number
}

const HEAD_END = Buffer.from('\r\n\r\n')
const NOTHING = Buffer.alloc(0)
const LENGTH = /\r\ncontent-length: *(\d+)/i

const { url, connections } = readInput<AskerInput>()
const { hostname: host, port, host: hostHeader } = new URL(url)
let requests: readonly Buffer[] = []

function bytesOf({ method, path, headers, body }: WireRequest): Buffer {
  const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries({ host: hostHeader, ...headers, ...length }).map(([name, value]) => `${name}: ${value}`)
  return Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, '', body ?? ''].join('\r\n'))
}

/** One whole answer at the beginning of `received`; null: it is not whole yet. */
function readAnswer(received: Buffer): { readonly status: number; readonly bodyBytes: number } | null {
  const headBytes = received.indexOf(HEAD_END)
  if (headBytes < 0) return null
  const head = received.toString('latin1', 0, headBytes)
  const bodyBytes = Number(LENGTH.exec(head)?.[1] ?? 0)
  if (received.length < headBytes + HEAD_END.length + bodyBytes) return null
  return { status: Number(head.slice(9, 12)), bodyBytes }
}

class Connection {
  readonly #socket: Socket
  readonly #opened: Promise<unknown>
  #received: Buffer = NOTHING
  #answered: (answer: NonNullable<ReturnType<typeof readAnswer>>) => void = () => undefined

  constructor() {
    this.#socket = connect({ host, port: Number(port), noDelay: true })
    this.#opened = new Promise((resolve) => this.#socket.once('connect', resolve))
    this.#socket.on('data', (chunk) => this.#take(chunk))
    this.#socket.on('close', () => {
      throw new Error('The server closed a connection.')
    })
  }

  async ask(request: Buffer): Promise<NonNullable<ReturnType<typeof readAnswer>>> {
    await this.#opened
    const answer = new Promise<NonNullable<ReturnType<typeof readAnswer>>>((resolve) => {
      this.#answered = resolve
    })
    this.#socket.write(request)
    return answer
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const answer = readAnswer(this.#received)
    if (answer === null) return
    // One request at a time is under way here, so nothing follows its answer.
    this.#received = NOTHING
    this.#answered(answer)
  }
}

const pool = Array.from({ length: connections }, () => new Connection())

async function askAll({ from, to, msMax, isOnce }: Extract<AskerMessage, { kind: 'ask' }>): Promise<AskerReport> {
  const latenciesMs: number[] = []
  const statuses: Record<number, number> = {}
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  let [next, bodyBytes] = [from, 0]
  const busy = async (connection: Connection): Promise<void> => {
    for (let at = startedAt; at - startedAt < msMax; ) {
      if (next === to && isOnce) return
      if (next === to) next = from
      const answer = await connection.ask(requests[next++] ?? NOTHING)
      const now = performance.now()
      latenciesMs.push(now - at)
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      bodyBytes = answer.bodyBytes
      at = now
    }
  }
  await Promise.all(pool.map(busy))
  const { user, system } = process.cpuUsage(cpuBefore)
  return { tookMs: performance.now() - startedAt, latenciesMs, statuses, bodyBytes, cpuMs: (user + system) / 1_000 }
}

process.on('message', async (message: AskerMessage) => {
  if (message.kind === 'ask') {
    process.send?.(await askAll(message))
    return
  }
  requests = message.requests.map(bytesOf)
  process.send?.('loaded')
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
