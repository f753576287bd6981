// A game client that watches its orders over WebSocket with the official Centrifuge library, as the documentation shows it.
import { Centrifuge, type StreamPosition } from 'centrifuge'

/** What the server publishes on every change of an order. */
export interface OrderMessage {
  readonly order_id: number
  readonly status: string
}

/** Where to connect and as whom; names as in the documentation. */
export interface WatchOptions {
  readonly connectionURL: string
  readonly user_external_id: string
  /** User JWT or payment token. */
  readonly auth: string
  readonly project_id: number
  /** Called for every message: live ones and, after a reconnect, those of the history again. */
  readonly onMessage: (message: OrderMessage, via: 'live' | 'history') => void
  readonly onError?: (sentence: string) => void
}

/** A running watcher. `subscribed` resolves when history has been read once; `stop` closes the socket. */
export interface Watcher {
  readonly subscribed: Promise<void>
  stop(): void
}

/** Connects and reports every status of the user's orders until it is stopped. */
export function watchOrders(options: WatchOptions): Watcher {
  const { connectionURL, user_external_id, auth, project_id } = options
  const client = new Centrifuge(connectionURL, { data: { user_external_id, auth, project_id } })
  const ready = Promise.withResolvers<void>()

  client.on('publication', (ctx) => {
    options.onMessage(ctx.data, 'live')
  })

  client.on('subscribed', (ctx) => {
    // The documentation names no epoch: the whole retained stream is wanted, whichever it is.
    const since = { offset: 0 } as StreamPosition
    client.history(ctx.channel, { limit: -1, since, reverse: false }).then(
      (resp) => {
        for (const publication of resp.publications) options.onMessage(publication.data, 'history')
        ready.resolve()
      },
      (error: { readonly message: string }) => options.onError?.(error.message),
    )
  })

  client.on('disconnected', (ctx) => {
    if (ctx.code !== 0) ready.reject(new Error(`the socket was closed for good: ${ctx.code} ${ctx.reason}`))
  })

  client.connect()
  return { subscribed: ready.promise, stop: () => client.disconnect() }
}
