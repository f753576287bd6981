// A game client that watches its orders with the official Centrifuge library, as the documentation shows it.
import type { TestContext } from 'node:test'
import { Centrifuge, type StreamPosition } from 'centrifuge'

/** Whom to connect as. */
export interface WatchOptions {
  readonly url: string
  readonly auth: string
  readonly projectId: number
  readonly userExternalId?: string
}

/** What the client was told so far. */
export interface StatusWatcher {
  /** Every status of an order in the order in which it came, live ones and those of the history, repeats left out. */
  statusesOf(orderId: number): readonly string[]
  /** Orders that anything was told about. */
  orders(): readonly number[]
  /** Resolves when the order has that status. */
  reached(orderId: number, status: string): Promise<void>
  /** Whole messages as they came live. */
  readonly live: readonly unknown[]
}

interface OrderMessage {
  readonly order_id: number
  readonly status: string
}

/** Connects and resolves when the history has been read; the socket is closed with the test. */
export async function watchStatuses(t: TestContext, options: WatchOptions): Promise<StatusWatcher> {
  const { url, auth, projectId, userExternalId } = options
  const data = {
    ...(userExternalId === undefined ? {} : { user_external_id: userExternalId }),
    auth,
    project_id: projectId,
  }
  const client = new Centrifuge(`${url.replace(/^http/, 'ws')}/connection/websocket`, { data })
  t.after(() => client.disconnect())
  const told = new Map<number, string[]>()
  const live: unknown[] = []
  const waiting = new Set<() => void>()
  const tell = ({ order_id, status }: OrderMessage): void => {
    const statuses = told.get(order_id) ?? []
    if (!statuses.includes(status)) told.set(order_id, [...statuses, status])
    for (const look of waiting) look()
  }
  client.on('publication', (ctx) => {
    live.push(ctx.data)
    tell(ctx.data)
  })
  await new Promise<void>((resolve, reject) => {
    client.on('disconnected', ({ code, reason }) => reject(new Error(`The socket was closed: ${code} ${reason}`)))
    client.on('subscribed', (ctx) => {
      // The documentation names no epoch: the whole retained stream is wanted, whichever it is.
      const since = { offset: 0 } as StreamPosition
      client.history(ctx.channel, { limit: -1, since, reverse: false }).then(({ publications }) => {
        for (const publication of publications) tell(publication.data)
        resolve()
      }, reject)
    })
    client.connect()
  })
  return {
    live,
    statusesOf: (orderId) => told.get(orderId) ?? [],
    orders: () => [...told.keys()],
    reached: (orderId, status) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!(told.get(orderId) ?? []).includes(status)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}
