// What happens to one request of a route: who calls, is it valid, handle it, write the answer.
import { Readable } from 'node:stream'
import { AppError } from '@ordertrail/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Access, Caller } from './caller.ts'
import type { Answer, Authenticate, Call } from './endpoint.ts'
import type { PreparedResponse, PreparedRoute } from './prepared-route.ts'
import { clientOfAddress, clientOfCaller, type RateLimits } from './rate-limits.ts'
import { addressOf } from './request-address.ts'
import type { ValidationFault } from './validate-request.ts'

/** What routes are run with. */
export interface RunDeps {
  readonly authenticators: Readonly<Record<Access, Authenticate>>
  readonly rateLimits: RateLimits
}

const REFUSED_STATUS = 401

/**
 * Proves who calls, before the body is read.
 *
 * @throws {AppError} what the authentication throws, and rate_limited
 */
export async function authenticate(deps: RunDeps, prepared: PreparedRoute, request: FastifyRequest): Promise<Caller> {
  const ip = addressOf(request)
  const params = request.params as Readonly<Record<string, string>>
  const identity = {
    headers: request.headers,
    query: request.query as Readonly<Record<string, unknown>>,
    projectId: idParam(params, 'project_id'),
    merchantId: idParam(params, 'merchant_id'),
    ip,
  }
  const caller = await deps.authenticators[prepared.route.access](identity).catch((error: unknown) => {
    if (error instanceof AppError && error.status === REFUSED_STATUS)
      deps.rateLimits.take('refused', clientOfAddress(ip))
    throw error
  })
  const client = clientOfCaller(caller)
  if (client !== undefined) deps.rateLimits.take(...client)
  return caller
}

/** A positive whole number of the path; an id that is none belongs to nobody, which is told like an unknown path. */
function idParam(params: Readonly<Record<string, string>>, name: string): number | null {
  const text = params[name]
  if (text === undefined) return null
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new AppError('not_found', {
    message: `${name} in the path must be a whole number, got ${JSON.stringify(text.slice(0, 40))}.`,
  })
}

/** Validates a request and has its endpoint answer it. */
export async function runRoute(prepared: PreparedRoute, request: FastifyRequest, caller: Caller): Promise<Answer> {
  const { endpoint } = prepared.route
  const body = bodyOf(prepared, request)
  refuseFault(prepared.params?.(request.params))
  refuseFault(prepared.query?.(request.query))
  refuseFault(prepared.body?.(body))
  const call = {
    params: request.params,
    query: request.query,
    body,
    rawBody: endpoint.schema.bodyBytes === true ? ((request.body as Buffer | undefined) ?? Buffer.alloc(0)) : null,
    headers: request.headers,
    caller,
    ip: addressOf(request),
    requestId: request.id,
  }
  // The validators above are what makes the schema's types true.
  return endpoint.handle(call as Call)
}

/** An absent body is an empty object: a call whose members are all optional needs none. A body of `null` is not absent. */
function bodyOf(prepared: PreparedRoute, request: FastifyRequest): unknown {
  if (prepared.body === undefined) return undefined
  return request.body === undefined ? {} : request.body
}

function refuseFault(fault: ValidationFault | undefined): void {
  if (fault === undefined) return
  throw new AppError('unprocessable', {
    message: `${fault.sentence}.`,
    details: { reason: fault.sentence, errors: [fault] },
  })
}

/** Writes an answer. JSON goes through the schema of its status, so that nothing undeclared leaves the server. */
export function writeAnswer(reply: FastifyReply, answer: Answer, response: PreparedResponse): FastifyReply {
  reply.code(answer.status)
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (value !== undefined) reply.header(name, value)
  }
  const { body } = answer
  if (body === undefined || body === null) return reply.send()
  if (typeof body === 'string' || body instanceof Uint8Array || body instanceof Readable) {
    if (!reply.hasHeader('content-type'))
      reply.type(response.kind === 'text' ? response.contentType : 'application/json')
    return reply.send(body)
  }
  if (response.kind !== 'json') throw new TypeError(`The answer ${answer.status} has a body but no schema.`)
  return reply.type('application/json').send(reply.serializeInput(body as Record<string, unknown>, response.schema))
}
