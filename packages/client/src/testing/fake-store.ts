// A store without a network: orders, their socket and Get order, and everything that can go wrong with them.
import type { Runtime, SocketLike } from '../runtime.ts'
import type { TrackerOptions } from '../tracker.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'

/** An answer of Get order; `body` undefined: no JSON; `never`: none comes. */
export type FakeAnswer =
  | {
      readonly status: number
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
      /** Comes so late. */
      readonly afterMs?: number
    }
  | 'fails'
  | 'never'

/** How a new socket behaves: as it should, not opening, silent after it opened, or ending with a code. */
export type SocketManner = 'live' | 'dead' | 'silent' | { readonly code: number } | { readonly error: number }

/** A socket as the client holds it, and its other end. */
export interface FakeSocket extends SocketLike {
  onopen: (() => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onclose: ((event: { readonly code: number }) => void) | null
  onerror: (() => void) | null
  readonly url: string
  readonly sent: readonly string[]
  isOpen: boolean
  /** Sends a frame to the client. */
  push(frame: unknown): void
  /** The server or the network ends it. */
  end(code: number): void
}

/** A request that was made; `body` is there where it had one. */
export interface FakeRequest {
  readonly url: string
  readonly authorization: string
  readonly body?: unknown
}

/** The store and its surroundings. */
export interface FakeStore {
  readonly clock: FakeClock
  readonly options: TrackerOptions
  readonly sockets: readonly FakeSocket[]
  readonly requests: readonly FakeRequest[]
  readonly debugged: readonly string[]
  /** How often the token was asked for. */
  readonly tokensGiven: number
  /** For sockets that are made from now on. */
  manner: SocketManner
  /** Answers Get order instead of the store, first to last, then the store again. */
  readonly answers: FakeAnswer[]
  /** Whether history is answered with what was published, with nothing, or with an error. */
  history: 'kept' | 'empty' | 'refused' | 'never'
  /** Tokens that are not taken any more. */
  readonly expired: Set<string>
  /** Moves an order; sockets that are open learn of it. */
  move(orderId: number, status: string): void
  /** Moves an order, and no socket learns of it. */
  moveSilently(orderId: number, status: string): void
  readonly page: { tell(isAway: boolean): void; readonly watchers: number }
  readonly openSockets: number
}

/** Makes a store with the given orders and their statuses. */
export function fakeStore(
  orders: Readonly<Record<number, string>> = { 1: 'new' },
  given: Partial<Runtime> = {},
): FakeStore {
  const clock = createFakeClock()
  const statuses = new Map(Object.entries(orders).map(([id, status]) => [Number(id), status]))
  const published: { data: { order_id: number; status: string }; offset: number }[] = []
  const sockets: FakeSocket[] = []
  const requests: FakeRequest[] = []
  const debugged: string[] = []
  const pages = new Set<(isAway: boolean) => void>()
  let tokensGiven = 0
  let created = 0
  const publish = (orderId: number, status: string): void => {
    published.push({ data: { order_id: orderId, status }, offset: published.length + 1 })
  }
  for (const [orderId, status] of statuses) publish(orderId, status)

  const store: FakeStore = {
    clock,
    sockets,
    requests,
    debugged,
    get tokensGiven() {
      return tokensGiven
    },
    manner: 'live',
    answers: [],
    history: 'kept',
    expired: new Set(),
    move(orderId, status) {
      store.moveSilently(orderId, status)
      const pub = published.at(-1)
      for (const socket of sockets) if (socket.isOpen) socket.push({ push: { channel: 'c', pub } })
    },
    moveSilently(orderId, status) {
      statuses.set(orderId, status)
      publish(orderId, status)
    },
    page: {
      tell: (isAway) => {
        for (const tell of pages) tell(isAway)
      },
      get watchers() {
        return pages.size
      },
    },
    get openSockets() {
      return sockets.filter(({ isOpen }) => isOpen).length
    },
    options: {
      projectId: 44056,
      token: () => {
        tokensGiven += 1
        return `token-${tokensGiven}`
      },
      endpoints: { store: 'https://store.example/api', socket: 'wss://socket.example/connection/websocket' },
      debug: (line) => void debugged.push(line),
      runtime: {
        now: clock.now,
        setTimeout: clock.setTimeout,
        clearTimeout: clock.clearTimeout,
        random: () => 0,
        fetch: async (url, { headers = {}, signal, method, body }) => {
          const authorization = headers.authorization ?? ''
          requests.push({ url, authorization, ...(body === undefined ? {} : { body: JSON.parse(body) }) })
          const orderId = Number(url.split('/').at(-1))
          const answer =
            store.answers.shift() ?? (method === 'POST' ? create(url) : storeAnswer(orderId, authorization))
          if (answer === 'fails') throw new TypeError('fetch failed')
          if (answer === 'never') {
            return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))))
          }
          const { afterMs } = answer
          if (afterMs !== undefined) await new Promise<void>((resolve) => clock.setTimeout(resolve, afterMs))
          return response(answer)
        },
        WebSocket: socketClass(),
        watchPage(tell) {
          pages.add(tell)
          return () => void pages.delete(tell)
        },
        ...given,
      },
    },
  }

  /** Orders are numbered from 11; those without a payment are done at once. */
  function create(url: string): Exclude<FakeAnswer, string> {
    const orderId = 11 + created
    created += 1
    const isPaid = !/free|virtual/.test(url)
    store.moveSilently(orderId, isPaid ? 'new' : 'done')
    return { status: 200, body: { order_id: orderId, ...(isPaid ? { token: `pay-${orderId}` } : {}) } }
  }

  function storeAnswer(orderId: number, authorization: string): Exclude<FakeAnswer, string> {
    if (store.expired.has(authorization.replace('Bearer ', ''))) return { status: 401, body: { errorCode: 1501 } }
    const status = statuses.get(orderId)
    if (status === undefined) return { status: 404, body: { statusCode: 404, errorCode: 9001 } }
    return { status: 200, body: { order_id: orderId, status, content: contentOf(orderId) } }
  }

  function socketClass(): new (url: string) => SocketLike {
    return class implements FakeSocket {
      onopen: (() => void) | null = null
      onmessage: ((event: { readonly data: unknown }) => void) | null = null
      onclose: ((event: { readonly code: number }) => void) | null = null
      onerror: (() => void) | null = null
      readonly url: string
      readonly sent: string[] = []
      readonly #manner: SocketManner
      #isGone = false
      isOpen = false
      constructor(url: string) {
        this.url = url
        this.#manner = store.manner
        sockets.push(this)
        void Promise.resolve().then(() => {
          if (this.#isGone) return
          if (this.#manner === 'dead') this.onerror?.()
          else {
            this.isOpen = true
            this.onopen?.()
          }
        })
      }
      send(text: string): void {
        this.sent.push(text)
        if (this.#manner !== 'silent') void Promise.resolve().then(() => this.#answer(JSON.parse(text)))
      }
      close(): void {
        this.#isGone = true
        this.isOpen = false
      }
      push(frame: unknown): void {
        this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) })
      }
      end(code: number): void {
        this.isOpen = false
        this.onclose?.({ code })
      }
      #answer(command: { id: number; connect?: { data: { auth: string } }; history?: object }): void {
        const manner = this.#manner
        if (command.connect) {
          if (typeof manner === 'object' && 'code' in manner) this.end(manner.code)
          else if (typeof manner === 'object') this.push({ id: 1, error: { code: manner.error } })
          else if (store.expired.has(command.connect.data.auth)) this.end(3500)
          else
            this.push({
              id: command.id,
              connect: { client: 'x', ping: 25, pong: true, subs: { c: { offset: published.length } } },
            })
        } else if (command.history && store.history === 'refused') {
          this.push({ id: command.id, error: { code: 103 } })
        } else if (command.history && store.history !== 'never') {
          const publications = store.history === 'kept' ? published : []
          this.push({ id: command.id, history: { publications, epoch: 'e', offset: published.length } })
        }
      }
    }
  }
  return store
}

/** What is in every order of a fake store. */
export function contentOf(orderId: number): {
  readonly items: readonly { readonly sku: string; readonly quantity: number }[]
} {
  return { items: [{ sku: `sword-${orderId}`, quantity: 1 }] }
}

function response({ status, body, headers = {} }: Exclude<FakeAnswer, string>): Awaited<ReturnType<Runtime['fetch']>> {
  return {
    status,
    headers: { get: (name) => headers[name] ?? null },
    json: async () => {
      if (body === undefined) throw new SyntaxError('no JSON')
      return body
    },
  }
}
