// Puts the route table into the router: each route, its 405 and OPTIONS neighbours, what is nowhere, and the shape of errors.
import { Readable } from 'node:stream'
import { AppError } from '@ordertrail/core'
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics.ts'
import { appErrorOf, writeError } from './answer-error.ts'
import type { Caller } from './caller.ts'
import { CORS_HEADERS, preflightHeaders } from './cors.ts'
import type { Intercept } from './create-http-server.ts'
import type { ErrorShape, ShapeOfUrl } from './error-shape.ts'
import { parseBody } from './parse-body.ts'
import { type PreparedRoute, routerPath } from './prepared-route.ts'
import { clientOfAddress } from './rate-limits.ts'
import { addressOf } from './request-address.ts'
import { createRequestLog } from './request-log.ts'
import { authenticate, type RunDeps, runRoute, writeAnswer } from './run-route.ts'
import { watchStream } from './watch-stream.ts'

/** What is known of a request beyond the framework: who calls, and what went wrong. */
interface RequestState {
  caller: Caller | undefined
  error: AppError | undefined
  isStream: boolean
  /** Its answer was made up, and nobody has to look into it. */
  isIntercepted: boolean
}

declare module 'fastify' {
  interface FastifyContextConfig {
    prepared?: PreparedRoute
    shape?: ErrorShape
  }
  interface FastifyRequest {
    state: RequestState
  }
}

/** What the router needs besides the routes. */
export interface RegisterDeps extends RunDeps {
  readonly logger: Logger
  readonly metrics: Metrics
  readonly shapeOfUrl: ShapeOfUrl
  readonly intercept: Intercept | undefined
}

const ALL_METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Fills `app` with the routes. Throws when two of them collide. */
export function registerRoutes(app: FastifyInstance, routes: readonly PreparedRoute[], deps: RegisterDeps): void {
  refuseRepeatedIds(routes)
  const shapeOf = (request: FastifyRequest): ErrorShape =>
    request.routeOptions.config.shape ?? deps.shapeOfUrl(request.url)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, readBody)
  addHooks(app, deps, shapeOf)
  for (const route of routes) addRoute(app, route, deps)
  for (const [path, ofPath] of Map.groupBy(routes, ({ route }) => route.path)) addNeighbours(app, path, ofPath)
  app.setNotFoundHandler(() => {
    throw new AppError('not_found')
  })
}

function refuseRepeatedIds(routes: readonly PreparedRoute[]): void {
  const seen = new Set<string>()
  for (const { route } of routes) {
    const { operationId } = route.endpoint
    if (seen.has(operationId)) throw new Error(`Two endpoints have the operationId ${operationId}.`)
    seen.add(operationId)
  }
}

async function readBody(request: FastifyRequest, bytes: Buffer): Promise<unknown> {
  const schema = request.routeOptions.config.prepared?.route.endpoint.schema
  return schema === undefined ? undefined : parseBody(bytes, request.headers['content-type'], schema)
}

function addHooks(app: FastifyInstance, deps: RegisterDeps, shapeOf: (request: FastifyRequest) => ErrorShape): void {
  const record = createRequestLog(deps.logger, deps.metrics)
  app.addHook('onRequest', async (request, reply) => {
    request.state = { caller: undefined, error: undefined, isStream: false, isIntercepted: false }
    reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    if (shapeOf(request) === 'store') reply.headers(CORS_HEADERS)
    deps.rateLimits.take('address', clientOfAddress(addressOf(request)))
  })
  if (deps.intercept !== undefined) addIntercept(app, deps.intercept)
  app.setErrorHandler((thrown, request, reply) => {
    const error = appErrorOf(thrown)
    request.state.error = error
    return writeError(reply, error, shapeOf(request))
  })
  app.addHook('onResponse', async (request, reply) => {
    const { caller, error, isStream, isIntercepted } = request.state
    if (isIntercepted) return
    const operationId = request.routeOptions.config.prepared?.route.endpoint.operationId ?? 'none'
    record(request, reply, { operationId, caller, error, code: error?.code, isStream })
  })
}

/** After the headers that every answer has, so that browsers read a made-up one as well. */
function addIntercept(app: FastifyInstance, intercept: Intercept): void {
  app.addHook('onRequest', async (request, reply) => {
    const intercepted = await intercept(request.raw)
    if (intercepted.kind === 'pass') return undefined
    request.state.isIntercepted = true
    if (intercepted.kind === 'answer') {
      return reply.code(intercepted.status).headers(intercepted.headers).send(intercepted.body)
    }
    reply.hijack()
    request.raw.socket.destroy()
    return reply
  })
}

function addRoute(app: FastifyInstance, prepared: PreparedRoute, deps: RegisterDeps): void {
  const { route } = prepared
  const { bodyBytesMax } = route.endpoint.schema
  app.route({
    method: route.method,
    url: routerPath(route.path),
    config: { prepared, shape: route.errors },
    ...(bodyBytesMax === undefined ? {} : { bodyLimit: bodyBytesMax }),
    onRequest: async (request) => {
      request.state.caller = await authenticate(deps, prepared, request)
    },
    handler: async (request, reply) => {
      const answer = await runRoute(prepared, request, request.state.caller ?? { kind: 'anyone' })
      request.state.isStream = answer.body instanceof Readable
      if (answer.body instanceof Readable) watchStream(request.method, reply.raw, answer.body)
      return writeAnswer(reply, answer, prepared.responseOf(answer.status))
    },
  })
}

/** The methods that a path does not have: OPTIONS tells which it has, the others are refused. */
function addNeighbours(app: FastifyInstance, path: string, routes: readonly PreparedRoute[]): void {
  const own = new Set<HTTPMethods>(routes.map(({ route }) => route.method))
  if (own.has('GET')) own.add('HEAD')
  const told = [...own, 'OPTIONS']
  const shape = routes[0]?.route.errors ?? 'problem'
  app.route({
    method: ALL_METHODS.filter((method) => !own.has(method)),
    url: routerPath(path),
    config: { shape },
    handler: async (request, reply) => {
      reply.header('allow', told.join(', '))
      return request.method === 'OPTIONS' ? answerOptions(reply, shape, told) : refuseMethod(told)
    },
  })
}

function answerOptions(reply: FastifyReply, shape: ErrorShape, methods: readonly string[]): FastifyReply {
  return reply
    .code(204)
    .headers(shape === 'store' ? preflightHeaders(methods) : {})
    .send()
}

function refuseMethod(methods: readonly string[]): never {
  throw new AppError('method_not_allowed', {
    message: `Method is not allowed. Method must be one of: ${methods.join(', ')}`,
  })
}
