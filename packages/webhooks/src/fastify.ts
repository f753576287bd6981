// The door for Fastify: a plugin with a body parser of its own, so that all other routes still get JSON.
import type { WebhookAnswer } from './answer.ts'
import { answerBody, BODY_BYTES_MAX, type BodyRead, type HttpDoorOptions, keptBody } from './http-door.ts'
import type { WebhookListener } from './listener.ts'

export type { HttpDoorOptions } from './http-door.ts'

/** Settings of the plugin. */
export interface FastifyDoorOptions extends HttpDoorOptions {
  /** Where webhooks are sent, `/webhooks` when absent. */
  readonly path?: string
}

/** What the plugin uses of Fastify; described by shape, so that nobody else needs Fastify's types. */
export interface FastifyScope {
  removeAllContentTypeParsers(): unknown
  addContentTypeParser(
    contentType: string,
    options: { readonly parseAs: 'buffer' },
    parser: (request: unknown, body: unknown, done: (error: null, body: unknown) => void) => void,
  ): unknown
  setErrorHandler(handler: (error: unknown, request: unknown, reply: FastifyReplyLike) => unknown): unknown
  post(
    path: string,
    options: { readonly bodyLimit: number },
    handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>,
  ): unknown
}

/** What the plugin uses of a request. */
export interface FastifyRequestLike {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body?: unknown
  readonly rawBody?: unknown
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/** What the plugin uses of a reply. */
export interface FastifyReplyLike {
  code(status: number): this
  headers(headers: Record<string, string>): this
  send(body?: string): unknown
}

/** A plugin for `app.register(…)`. */
export type FastifyWebhookPlugin = (scope: FastifyScope, options: unknown, done: () => void) => void

/**
 * Puts the listener behind one POST route of Fastify.
 *
 * Register it as it is: wrapped in `fastify-plugin` it would take the JSON parser from all other routes.
 */
export function toFastifyPlugin(
  listener: WebhookListener,
  { path = '/webhooks', bodyBytesMax = BODY_BYTES_MAX }: FastifyDoorOptions = {},
): FastifyWebhookPlugin {
  return (scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body))
    // Reached by what Fastify refuses before the handler: the listener itself gives answers for all else.
    scope.setErrorHandler(async (error, _request, reply) => {
      if (!isTooLarge(error)) throw error
      return send(reply, await answerBody(listener, { headers: {} }, { kind: 'too_large' }))
    })
    scope.post(path, { bodyLimit: bodyBytesMax }, async (request, reply) => {
      const { headers, socket } = request
      const body = bodyOf(request, bodyBytesMax)
      return send(reply, await answerBody(listener, { headers, remoteAddress: socket.remoteAddress }, body))
    })
    done()
  }
}

function bodyOf(request: FastifyRequestLike, bytesMax: number): BodyRead {
  const kept = keptBody(request, bytesMax)
  if (kept !== undefined) return kept
  // Without a body no parser runs. Anything else is the work of a hook that parsed what it was given.
  return request.body === undefined ? { kind: 'bytes', bytes: '' } : { kind: 'already_read' }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && error.statusCode === 413
}

function send(reply: FastifyReplyLike, { status, headers, body }: WebhookAnswer): unknown {
  return reply
    .code(status)
    .headers({ ...headers })
    .send(body === '' ? undefined : body)
}
