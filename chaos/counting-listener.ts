// A game backend that accepts every signed webhook and remembers which.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createWebhookListener } from '@ordertrail/webhooks'
import { toNodeHandler } from '@ordertrail/webhooks/node'

/** What the backend has accepted. */
export interface CountingListener {
  readonly url: string
  /** Orders whose order_paid was granted, with how often; exactly once each is what the library promises. */
  readonly grants: ReadonlyMap<number, number>
  stop(): Promise<void>
}

/** Starts the backend on a free port. */
export async function startCountingListener(secret: string): Promise<CountingListener> {
  const grants = new Map<number, number>()
  const listener = createWebhookListener({
    secret,
    userExists: () => true,
    onPaid: ({ orderId }) => {
      grants.set(orderId, (grants.get(orderId) ?? 0) + 1)
    },
    onCanceled: () => undefined,
  })
  const handle = toNodeHandler(listener)
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/webhooks`, grants, stop: () => close(server) }
}

function close(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
