// The door for fetch runtimes: Hono, Next.js route handlers, Bun, Deno, Workers.
import type { WebhookAnswer } from './answer.ts'
import { answerBody, BODY_BYTES_MAX, type BodyRead, type HttpDoorOptions, wrongMethod } from './http-door.ts'
import type { WebhookListener } from './listener.ts'

export type { HttpDoorOptions } from './http-door.ts'

/** Settings of the door for fetch runtimes. */
export interface FetchDoorOptions extends HttpDoorOptions {
  /** The other end of the connection, for `sources`; a request does not say it by itself, the runtime does. */
  readonly remoteAddress?: (request: Request) => string | null | undefined
}

/** A fetch handler. It never rejects. */
export type FetchHandler = (request: Request) => Promise<Response>

/** Puts the listener behind a fetch runtime. Hand over the request before anything has read its body. */
export function toFetchHandler(
  listener: WebhookListener,
  { bodyBytesMax = BODY_BYTES_MAX, remoteAddress = () => null }: FetchDoorOptions = {},
): FetchHandler {
  return async (request) => {
    if (request.method !== 'POST') return toResponse(wrongMethod())
    const body = await readBody(request, bodyBytesMax)
    return toResponse(
      await answerBody(listener, { headers: request.headers, remoteAddress: remoteAddress(request) }, body),
    )
  }
}

function toResponse({ status, headers, body }: WebhookAnswer): Response {
  return new Response(body === '' ? null : body, { status, headers: { ...headers } })
}

async function readBody(request: Request, bytesMax: number): Promise<BodyRead> {
  if (request.bodyUsed) return { kind: 'already_read' }
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) return { kind: 'too_large' }
  return request.body === null ? { kind: 'bytes', bytes: new Uint8Array() } : collect(request.body, bytesMax)
}

async function collect(stream: ReadableStream<Uint8Array>, bytesMax: number): Promise<BodyRead> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    // Leaving the loop early cancels the stream.
    for await (const chunk of stream) {
      size += chunk.byteLength
      if (size > bytesMax) return { kind: 'too_large' }
      chunks.push(chunk)
    }
  } catch {
    return { kind: 'aborted' }
  }
  return { kind: 'bytes', bytes: joined(chunks, size) }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}
