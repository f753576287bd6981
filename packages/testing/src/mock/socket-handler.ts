// The socket of a mock store: greets a client, gives it the history, and pushes each new status.
import {
  decodeCommands,
  encodeReply,
  type Publication,
  type ReceivedCommand,
  type Reply,
  toRawJson,
} from '@ordertrail/centrifuge-protocol'
import { type WebSocketHandler, ws } from 'msw'
import type { MockOrder, MockOrders } from './mock-orders.ts'

/** What the socket works on. `stepMs` null: orders move by hand only. */
export interface SocketMockDeps {
  readonly orders: MockOrders
  readonly baseUrl: string
  /** From one status of an order to the next, while a client listens. */
  readonly stepMs: number | null
}

/** The handler, and how to forget what was published. */
export interface SocketMock {
  readonly handler: WebSocketHandler
  clear(): void
}

const CHANNEL = 'mock'
const EPOCH = 'mock'
const PATH = '/connection/websocket'
const UNKNOWN_METHOD = { code: 104, message: 'method not found' }

/** Makes it. */
export function socketMock({ orders, baseUrl, stepMs }: SocketMockDeps): SocketMock {
  const published: Publication[] = []
  const link = ws.link(baseUrl === '*' ? /\/connection\/websocket(\?.*)?$/ : baseUrl.replace(/^http/, 'ws') + PATH)
  const top = (): { readonly epoch: string; readonly offset: number } => ({ epoch: EPOCH, offset: published.length })

  const moveOnLater = (orderId: number): void => {
    if (stepMs !== null && link.clients.size > 0) setTimeout(() => orders.advance(orderId), stepMs)
  }
  orders.onStatus((order) => {
    const publication = publicationOf(order, published.length + 1)
    published.push(publication)
    const push = { kind: 'pub', channel: CHANNEL, body: publication } as const
    link.broadcast(encodeReply({ kind: 'push', push }, 'json'))
    moveOnLater(order.orderId)
  })
  const answer = (command: ReceivedCommand): Reply | null => {
    if (command.kind === 'pong') return null
    const { id } = command
    const method = command.kind === 'request' ? command.method : null
    if (method === 'connect') {
      const subs = new Map([[CHANNEL, { recoverable: true, positioned: true, ...top() }]])
      return { kind: 'result', id, method, result: { client: crypto.randomUUID(), subs, ping: 25, pong: true } }
    }
    if (method === 'history') {
      for (const { orderId } of orders.all()) moveOnLater(orderId)
      return { kind: 'result', id, method, result: { publications: published, ...top() } }
    }
    return { kind: 'error', id, error: UNKNOWN_METHOD }
  }
  return {
    handler: link.addEventListener('connection', ({ client }) => {
      client.addEventListener('message', ({ data }) => {
        const decoded = decodeCommands(String(data), 'json')
        if (!decoded.ok) client.close(decoded.code, decoded.reason)
        else
          for (const reply of decoded.commands.map(answer)) if (reply !== null) client.send(encodeReply(reply, 'json'))
      })
    }),
    clear: () => void published.splice(0),
  }
}

function publicationOf({ orderId, status }: MockOrder, offset: number): Publication {
  return { data: toRawJson({ order_id: orderId, status }), offset }
}
