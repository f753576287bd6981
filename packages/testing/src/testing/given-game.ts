// A game's backend under test: a real listener that remembers what it granted.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createWebhookListener } from '@ordertrail/webhooks'
import { toNodeHandler } from '@ordertrail/webhooks/node'

/** The backend while it runs. */
export interface GivenGame extends AsyncDisposable {
  readonly url: string
  /** Orders that were granted, and those that were taken back as negative numbers, in order. */
  readonly granted: number[]
}

/** Starts one that knows every user but `stranger`. */
export async function givenGame(secret: string): Promise<GivenGame> {
  const granted: number[] = []
  const listener = createWebhookListener({
    secret,
    userExists: (userId) => userId !== 'stranger',
    onPaid: ({ orderId }) => void granted.push(orderId),
    onCanceled: ({ orderId }) => void granted.push(-orderId),
  })
  const server = createServer(toNodeHandler(listener))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    granted,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
