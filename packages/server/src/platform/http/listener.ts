// The listener behind the HTTP server: Fastify routes; authentication, validation and answers are ours.
import { randomUUID } from 'node:crypto'
import type { AddressInfo, ListenOptions } from 'node:net'
import type { Duplex } from 'node:stream'
import { AppError } from '@ordertrail/core'
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import { isError } from '../is-error.ts'
import { answerClientError } from './answer-client-error.ts'
import { appErrorOf, writeError } from './answer-error.ts'
import type { HttpAddress, HttpServerOptions, OnUpgrade } from './create-http-server.ts'
import { assertFree, canShareAddress, type DoorPlace, type Doors, openDoors } from './doors.ts'
import { type ShapeOfUrl, shapeByPath } from './error-shape.ts'
import {
  BODY_BYTES_MAX,
  HEADER_BYTES_MAX,
  HEADERS_MS_MAX,
  KEEP_ALIVE_MS,
  PARAM_CHARS_MAX,
  REQUEST_MS_MAX,
  SLOW_CLIENT_CHECK_MS,
  STOP_GRACE_MS,
  WAITING_CONNECTIONS_MAX,
} from './limits.ts'
import { prepareRoute } from './prepared-route.ts'
import { createRateLimits } from './rate-limits.ts'
import { registerRoutes } from './register-routes.ts'

/** An open listener. */
export interface Listener {
  readonly address: HttpAddress
  /** Takes no more connections, ends those that ask for nothing, waits for requests under way, then ends what is left by force. */
  close(): Promise<void>
}

/** Registers the routes and listens. */
export async function openListener(options: HttpServerOptions): Promise<Listener> {
  const shapeOfUrl = shapeByPath(options.routes)
  const app = makeFastify(options, shapeOfUrl)
  registerRoutes(app, options.routes.map(prepareRoute), {
    authenticators: options.authenticators,
    rateLimits: createRateLimits(options.rateLimits ?? 'off'),
    logger: options.logger,
    metrics: options.metrics,
    shapeOfUrl,
    intercept: options.intercept,
  })
  const upgraded = new Set<Duplex>()
  const silent = trackSilent(app)
  if (options.onUpgrade !== undefined) app.server.on('upgrade', trackUpgrades(upgraded, options.onUpgrade))
  await listen(app, options)
  const address = addressOfServer(app, options.host)
  const { host } = options
  const doors = await openDoors(app.server, { host, port: address.port, backlog: WAITING_CONNECTIONS_MAX })
  return {
    address,
    close: () => {
      const closed = closeWithin(app, doors, upgraded, options.graceMs ?? STOP_GRACE_MS)
      for (const socket of silent) socket.destroy()
      return closed
    },
  }
}

async function listen(app: FastifyInstance, options: HttpServerOptions): Promise<void> {
  try {
    const place: DoorPlace = { host: options.host, port: options.port, backlog: WAITING_CONNECTIONS_MAX }
    await assertFree(place)
    // The framework hands on to the runtime what it does not know itself.
    const shared: ListenOptions = { ...place, reusePort: canShareAddress }
    await app.listen(shared)
  } catch (cause) {
    await app.close()
    throw listenFailed(options, cause)
  }
}

function makeFastify(options: HttpServerOptions, shapeOfUrl: ShapeOfUrl): FastifyInstance {
  const { headersMsMax = HEADERS_MS_MAX } = options
  return fastify({
    logger: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: headersMsMax,
      connectionsCheckingInterval: Math.min(SLOW_CLIENT_CHECK_MS, headersMsMax),
    },
    routerOptions: { maxParamLength: PARAM_CHARS_MAX, ignoreTrailingSlash: true },
    trustProxy:
      options.trustedProxies === undefined || options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    genReqId: () => randomUUID().replaceAll('-', ''),
    forceCloseConnections: 'idle',
    clientErrorHandler: answerClientError,
    // Paths that cannot be decoded; they reach neither hooks nor the error handler.
    frameworkErrors: (error, request, reply) =>
      void writeError(reply as FastifyReply, appErrorOf(error), shapeOfUrl(request.url)),
  })
}

/**
 * Connections that have asked nothing yet, as browsers and pools open them in advance. The server takes them for busy ones, and a stop
 * would wait for them.
 */
function trackSilent({ server }: FastifyInstance): ReadonlySet<Duplex> {
  const silent = new Set<Duplex>()
  server.on('connection', (socket: Duplex) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  const speaks = ({ socket }: { readonly socket: Duplex }): boolean => silent.delete(socket)
  server.on('request', speaks)
  server.on('upgrade', speaks)
  return silent
}

/** Upgraded connections are no longer the server's own: it neither closes them nor counts them, so they are remembered here. */
function trackUpgrades(upgraded: Set<Duplex>, onUpgrade: OnUpgrade): OnUpgrade {
  return (request, socket, head) => {
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
    // A peer that vanishes is no fault; whoever takes the connection over listens for itself.
    socket.on('error', () => undefined)
    onUpgrade(request, socket, head)
  }
}

/** Waits for requests under way, then ends what is left by force. */
async function closeWithin(
  app: FastifyInstance,
  doors: Doors,
  upgraded: ReadonlySet<Duplex>,
  graceMs: number,
): Promise<void> {
  const endByForce = setTimeout(() => {
    app.server.closeAllConnections()
    for (const socket of upgraded) socket.destroy()
  }, graceMs)
  await Promise.all([app.close(), doors.close()])
  clearTimeout(endByForce)
  for (const socket of upgraded) socket.destroy()
}

function addressOfServer(app: FastifyInstance, host: string): HttpAddress {
  const bound: AddressInfo | string | null = app.server.address()
  if (bound === null || typeof bound === 'string') throw new Error('The HTTP server does not listen.')
  const isAnyHost = bound.address === '::' || bound.address === '0.0.0.0'
  const shown = isAnyHost ? 'localhost' : bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
  return { host, port: bound.port, url: `http://${shown}:${bound.port}` }
}

function listenFailed(options: HttpServerOptions, cause: unknown): AppError {
  const code: unknown = isError(cause) && 'code' in cause ? cause.code : ''
  const why =
    code === 'EADDRINUSE'
      ? 'another process listens there; stop it or choose another port'
      : `the system says ${String(code)}`
  return new AppError('config_invalid', {
    message: `The server cannot listen on ${options.host}:${options.port}: ${why}.`,
    details: { host: options.host, port: options.port },
    cause,
  })
}
