// What the HTTP doors (node, fetch, fastify, nest) have in common: the limit of a body and the answers given before the listener.
import { errorAnswer, failedForNow, type WebhookAnswer } from './answer.ts'
import type { WebhookListener } from './listener.ts'
import { RAW_BODY_ADVICE } from './raw-body-advice.ts'
import { isBytes, type ReceivedWebhook } from './received-webhook.ts'

/** Settings of an HTTP door. */
export interface HttpDoorOptions {
  /** Largest body that is read, 1 MiB when absent. Larger ones are answered 413. */
  readonly bodyBytesMax?: number
}

/** A webhook is a few kilobytes; this leaves room for very long orders. */
export const BODY_BYTES_MAX = 1_048_576

/** What reading a body led to. */
export type BodyRead =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array | string }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'already_read' }
  /** The sender went away in the middle; nobody is left to hear an answer. */
  | { readonly kind: 'aborted' }

/** The answer to anything but POST. */
export function wrongMethod(): WebhookAnswer {
  const answer = errorAnswer(405, 'INVALID_PARAMETER', 'Webhooks are sent with POST')
  return { ...answer, headers: { ...answer.headers, allow: 'POST' } }
}

/** Raw bytes, or their text, that a body parser kept; undefined for anything that was parsed. */
export function keptBody(request: KeepsBody, bytesMax: number): BodyRead | undefined {
  const bytes = [request.rawBody, request.body].find(isRaw)
  if (bytes === undefined) return undefined
  return bytes.length > bytesMax ? { kind: 'too_large' } : { kind: 'bytes', bytes }
}

/** Where frameworks leave what they read of a request. */
export interface KeepsBody {
  readonly rawBody?: unknown
  readonly body?: unknown
}

function isRaw(kept: unknown): kept is Uint8Array | string {
  // An empty text is what some leave that read nothing.
  return isBytes(kept) || (typeof kept === 'string' && kept !== '')
}

/** Hands the body to the listener, or answers and reports why there is none. */
export async function answerBody(
  listener: WebhookListener,
  request: Omit<ReceivedWebhook, 'rawBody'>,
  body: BodyRead,
): Promise<WebhookAnswer> {
  if (body.kind === 'bytes') return listener.handle({ ...request, rawBody: body.bytes })
  if (body.kind === 'too_large') {
    listener.report({ kind: 'body_too_large', sentence: 'A body was larger than bodyBytesMax; answered 413' })
    return errorAnswer(413, 'INVALID_PARAMETER', 'The body is too large')
  }
  if (body.kind === 'aborted') return failedForNow()
  // 500, because nothing is lost then: the sender tries again while the route is being mended.
  listener.report({ kind: 'body_already_read', sentence: RAW_BODY_ADVICE })
  return failedForNow(RAW_BODY_ADVICE)
}
