// Givens for tests of HTTP: a server of a few routes on a free port, and raw bytes over a socket.
import { connect } from 'node:net'
import type { TestContext } from 'node:test'
import { silentLogger } from '../../logger.ts'
import { noMetrics } from '../../metrics.ts'
import type { Access, Caller } from '../caller.ts'
import { createHttpServer, type HttpServer, type HttpServerOptions } from '../create-http-server.ts'
import type { Authenticate, Endpoint, Route } from '../endpoint.ts'

/** Lets everybody in as what the route asks for. */
export const anyoneMay: Readonly<Record<Access, Authenticate>> = {
  anyone: async () => ({ kind: 'anyone' }),
  player: async ({ projectId }) => player(projectId ?? 0),
  cart: async ({ projectId }) => player(projectId ?? 0),
  project: async ({ projectId }) => ({ kind: 'key', merchantId: 1, projectId, keyName: 'test' }),
  merchant: async ({ merchantId }) => ({ kind: 'key', merchantId: merchantId ?? 0, projectId: null, keyName: 'test' }),
  installation: async () => ({ kind: 'installation' }),
  dev: async () => ({ kind: 'installation' }),
}

function player(projectId: number): Caller {
  const party = { projectId, kind: 'user', id: 'player-1' } as const
  return { kind: 'player', party, details: {}, proof: 'jwt', orderId: null }
}

/** A route to an endpoint; without more it is `GET /v1/<operationId>` for anyone, with our own errors. */
export function givenRoute(endpoint: Endpoint, row: Partial<Omit<Route, 'endpoint'>> = {}): Route {
  const path = `/v1/${endpoint.operationId}`
  return { method: 'GET', path, access: 'anyone', errors: 'problem', ...row, endpoint }
}

/** A started server on a free port of this machine; it stops with the test. */
export async function givenServer(
  t: TestContext,
  routes: readonly Route[],
  options: Partial<HttpServerOptions> = {},
): Promise<HttpServer & { readonly url: string }> {
  const server = createHttpServer({
    routes,
    authenticators: anyoneMay,
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    metrics: noMetrics,
    graceMs: 1_000,
    ...options,
  })
  t.after(() => server.stop())
  await server.start()
  return { ...server, url: server.address().url }
}

/** Sends `bytes` over a new connection and gives everything that comes back until the server closes it. */
export function sendRaw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    let received = ''
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      received += text
    })
    socket.on('close', () => resolve(received))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve(received) : reject(error),
    )
    socket.write(bytes)
  })
}
