// The HTTP server as a service: a route table that listens from start to stop.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import { type Service, service } from '../service.ts'
import type { Access } from './caller.ts'
import type { Authenticate, Route } from './endpoint.ts'
import type { Listener } from './listener.ts'
import type { RateLimitMode } from './rate-limits.ts'

/** Takes over a connection that asks for another protocol. */
export type OnUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** What became of a request before the routes saw it. `cut`: its connection is to be closed without an answer. */
export type Intercepted =
  | { readonly kind: 'pass' | 'cut' }
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
    }

/** Comes before authentication and routes. */
export type Intercept = (request: IncomingMessage) => Promise<Intercepted>

/** What an HTTP server is made of. */
export interface HttpServerOptions {
  readonly routes: readonly Route[]
  readonly authenticators: Readonly<Record<Access, Authenticate>>
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  readonly logger: Logger
  readonly metrics: Metrics
  /** Networks whose X-Forwarded-For is believed; default none. */
  readonly trustedProxies?: readonly string[]
  /** Default: off. */
  readonly rateLimits?: RateLimitMode
  readonly onUpgrade?: OnUpgrade
  /** Default: every request passes. */
  readonly intercept?: Intercept
  /** Time in which the headers of a request must have arrived; default HEADERS_MS_MAX. */
  readonly headersMsMax?: number
  /** How long a stop waits for requests under way; default STOP_GRACE_MS. */
  readonly graceMs?: number
}

/** Where a server listens; `url` is how a client on this machine reaches it. */
export interface HttpAddress {
  readonly host: string
  readonly port: number
  readonly url: string
}

/** A server that is a service: start listens, stop drains. */
export interface HttpServer extends Service {
  /** @throws {Error} before start and after stop */
  address(): HttpAddress
}

/**
 * Makes a server of a route table. The framework is loaded at start, so that whoever only names endpoints (the write side in its
 * worker thread) does not pay for it.
 *
 * Start throws AppError config_invalid when the address is taken, and Error when two routes share method and path, or two endpoints
 * an operationId.
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  let listener: Listener | undefined
  const running = service('http', {
    async start() {
      const { openListener } = await import('./listener.ts')
      listener = await openListener(options)
    },
    async stop() {
      await listener?.close()
      listener = undefined
    },
  })
  return {
    ...running,
    address() {
      if (listener === undefined) throw new Error('The HTTP server does not listen.')
      return listener.address
    },
  }
}

/**
 * Compiles every request schema of the routes, which otherwise happens at their first use.
 *
 * @throws {Error} of the first schema that is none, naming its operation
 */
export async function compileSchemas(routes: readonly Route[]): Promise<void> {
  const { prepareRoute } = await import('./prepared-route.ts')
  for (const route of routes) {
    try {
      prepareRoute(route).compile()
    } catch (cause) {
      throw new Error(`A schema of ${route.endpoint.operationId} does not compile.`, { cause })
    }
  }
}
