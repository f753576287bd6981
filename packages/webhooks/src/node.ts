// The door for node:http, and for every framework that hands out its request and response.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { WebhookAnswer } from './answer.ts'
import { answerBody, BODY_BYTES_MAX, type BodyRead, type HttpDoorOptions, wrongMethod } from './http-door.ts'
import { isBytes, type WebhookListener } from './listener.ts'

export type { HttpDoorOptions } from './http-door.ts'

/** A request listener of node:http; Express takes it as a route's handler. It never rejects. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * Puts the listener behind node:http.
 *
 * It reads the body itself. Where a framework already kept the raw bytes in `request.rawBody` or `request.body`, it
 * takes those; where the body was parsed, it answers 500 and reports what to change.
 */
export function toNodeHandler(
  listener: WebhookListener,
  { bodyBytesMax = BODY_BYTES_MAX }: HttpDoorOptions = {},
): NodeHandler {
  return async (request, response) => {
    if (request.method !== 'POST') return send(response, wrongMethod())
    const body = await readBody(request, bodyBytesMax)
    if (body.kind === 'aborted') return
    const answer = await answerBody(listener, request.headers, body)
    if (body.kind === 'too_large') giveUpReading(request, response)
    send(response, answer)
  }
}

/** The rest is thrown away and not waited for, so the connection cannot be used again. */
function giveUpReading(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  if (request.httpVersionMajor === 1) response.setHeader('connection', 'close')
}

function send(response: ServerResponse, { status, headers, body }: WebhookAnswer): void {
  response.writeHead(status, { ...headers, ...(body === '' ? {} : { 'content-length': Buffer.byteLength(body) }) })
  response.end(body)
}

async function readBody(request: IncomingMessage, bytesMax: number): Promise<BodyRead> {
  const kept = keptBytes(request)
  if (kept !== undefined) return kept.byteLength > bytesMax ? { kind: 'too_large' } : { kind: 'bytes', bytes: kept }
  if (request.readableDidRead || request.readableEnded) return { kind: 'already_read' }
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return { kind: 'too_large' }
  return collect(request, bytesMax)
}

/** Raw bytes that a body parser of the framework left on the request. */
function keptBytes(request: IncomingMessage): Uint8Array | undefined {
  const { rawBody, body } = request as IncomingMessage & { readonly rawBody?: unknown; readonly body?: unknown }
  return [rawBody, body].find(isBytes)
}

function collect(request: IncomingMessage, bytesMax: number): Promise<BodyRead> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size <= bytesMax) chunks.push(chunk)
      else resolve({ kind: 'too_large' })
    })
    request.once('end', () => resolve({ kind: 'bytes', bytes: Buffer.concat(chunks) }))
    request.once('error', () => resolve({ kind: 'aborted' }))
    request.once('close', () => resolve({ kind: 'aborted' }))
  })
}
