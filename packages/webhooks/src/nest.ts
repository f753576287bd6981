// The door for NestJS: one handler for controllers, whichever of Express and Fastify is below.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerBody, BODY_BYTES_MAX, type HttpDoorOptions, keptBody } from './http-door.ts'
import type { WebhookListener } from './listener.ts'
import { toNodeHandler } from './node.ts'

export type { HttpDoorOptions } from './http-door.ts'

/** Takes what `@Req()` and `@Res()` give. It never rejects. */
export type NestHandler = (request: NestRequest, response: NestResponse) => Promise<void>

/** The request of Express, or of Fastify, which has that of Node in `raw`. */
export type NestRequest = IncomingMessage | (FastifyRequestOfNest & { readonly raw: IncomingMessage })

/** The response of Express, or the reply of Fastify. */
export type NestResponse = ServerResponse | FastifyReplyOfNest

/** What is used of Fastify's request. */
export interface FastifyRequestOfNest {
  readonly body?: unknown
  readonly rawBody?: unknown
}

/** What is used of Fastify's reply. */
export interface FastifyReplyOfNest {
  code(status: number): this
  headers(headers: Record<string, string>): this
  send(body?: string): unknown
}

/**
 * Makes the handler of a POST route: `handle(@Req() request, @Res() response)` calls it with both.
 *
 * Create the application with `{ rawBody: true }`; without it the body was parsed before any controller, which is
 * answered 500 and reported.
 */
export function toNestHandler(
  listener: WebhookListener,
  { bodyBytesMax = BODY_BYTES_MAX }: HttpDoorOptions = {},
): NestHandler {
  const onNode = toNodeHandler(listener, { bodyBytesMax })
  return async (request, response) => {
    if (!('raw' in request)) return onNode(request, response as ServerResponse)
    const { headers, socket } = request.raw
    const body = keptBody(request, bodyBytesMax) ?? ({ kind: 'already_read' } as const)
    const answer = await answerBody(listener, { headers, remoteAddress: socket.remoteAddress }, body)
    const reply = response as FastifyReplyOfNest
    reply
      .code(answer.status)
      .headers({ ...answer.headers })
      .send(answer.body === '' ? undefined : answer.body)
  }
}
