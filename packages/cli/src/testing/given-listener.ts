// A listener that answers every webhook with one status.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** A listener on a free port; `status` may be changed while it runs. */
export interface Listener {
  readonly url: string
  status: number
}

/** Starts a listener that answers 204; it is stopped after the test. */
export async function givenListener(t: TestContext): Promise<Listener> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(listener.status).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const listener = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`, status: 204 }
  return listener
}
