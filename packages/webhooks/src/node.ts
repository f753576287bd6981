// The door for node:http, and for every framework that hands out its request and response.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { WebhookAnswer } from './answer.ts'
import {
  answerBody,
  BODY_BYTES_MAX,
  type BodyRead,
  type HttpDoorOptions,
  type KeepsBody,
  keptBody,
  wrongMethod,
} from './http-door.ts'
import type { WebhookListener } from './listener.ts'

export type { HttpDoorOptions } from './http-door.ts'

// How much of a body that is too large is read and thrown away before its connection is cut.
const DISCARDED_BYTES_MAX = 8_388_608

/** A request listener of node:http; Express takes it as a route's handler. It never rejects. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * Puts the listener behind node:http.
 *
 * It reads the body itself. Where a framework already kept the raw bytes in `request.rawBody` or `request.body`, it
 * takes those; where the body was parsed, it answers 500 and reports what to change. Express and the API routes of
 * Next.js take it as it is.
 */
export function toNodeHandler(
  listener: WebhookListener,
  { bodyBytesMax = BODY_BYTES_MAX }: HttpDoorOptions = {},
): NodeHandler {
  return async (request, response) => {
    if (request.method !== 'POST') return send(response, wrongMethod())
    const body = await readBody(request, bodyBytesMax)
    if (body.kind === 'aborted') return
    const { headers, socket } = request
    send(response, await answerBody(listener, { headers, remoteAddress: socket.remoteAddress }, body))
  }
}

function send(response: ServerResponse, { status, headers, body }: WebhookAnswer): void {
  response.writeHead(status, { ...headers, ...(body === '' ? {} : { 'content-length': Buffer.byteLength(body) }) })
  response.end(body)
}

async function readBody(request: IncomingMessage & KeepsBody, bytesMax: number): Promise<BodyRead> {
  const kept = keptBody(request, bytesMax)
  if (kept !== undefined) return kept
  if (request.readableDidRead || request.readableEnded) return { kind: 'already_read' }
  // A middleware may have waited until the sender was gone; no event will tell it any more.
  if (request.destroyed) return { kind: 'aborted' }
  return collect(request, bytesMax)
}

/** Reads to the end also what is too large, because a sender that is cut off while writing may not see the answer. */
function collect(request: IncomingMessage, bytesMax: number): Promise<BodyRead> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size <= bytesMax) chunks.push(chunk)
      else if (size > bytesMax + DISCARDED_BYTES_MAX) {
        resolve({ kind: 'too_large' })
        request.destroy()
      }
    })
    request.once('end', () => {
      resolve(size > bytesMax ? { kind: 'too_large' } : { kind: 'bytes', bytes: Buffer.concat(chunks) })
    })
    request.once('error', () => resolve({ kind: 'aborted' }))
    request.once('close', () => resolve({ kind: 'aborted' }))
  })
}
