// What the HTTP doors (node, fetch) have in common: the limit of a body and the answers given before the listener.
import { errorAnswer, failedForNow, type WebhookAnswer } from './answer.ts'
import type { ReceivedWebhook, WebhookListener } from './listener.ts'
import { RAW_BODY_ADVICE } from './raw-body-advice.ts'

/** Settings of an HTTP door. */
export interface HttpDoorOptions {
  /** Largest body that is read, 1 MiB when absent. Larger ones are answered 413. */
  readonly bodyBytesMax?: number
}

/** A webhook is a few kilobytes; this leaves room for very long orders. */
export const BODY_BYTES_MAX = 1_048_576

/** What reading a body led to. */
export type BodyRead =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'already_read' }
  /** The sender went away in the middle; nobody is left to hear an answer. */
  | { readonly kind: 'aborted' }

/** The answer to anything but POST. */
export function wrongMethod(): WebhookAnswer {
  const answer = errorAnswer(405, 'INVALID_PARAMETER', 'Webhooks are sent with POST')
  return { ...answer, headers: { ...answer.headers, allow: 'POST' } }
}

/** Hands the body to the listener, or answers and reports why there is none. */
export async function answerBody(
  listener: WebhookListener,
  headers: ReceivedWebhook['headers'],
  body: BodyRead,
): Promise<WebhookAnswer> {
  if (body.kind === 'bytes') return listener.handle({ headers, rawBody: body.bytes })
  if (body.kind === 'too_large') {
    listener.report({ kind: 'body_too_large', sentence: 'A body was larger than bodyBytesMax; answered 413' })
    return errorAnswer(413, 'INVALID_PARAMETER', 'The body is too large')
  }
  if (body.kind === 'aborted') return failedForNow()
  // 500, because nothing is lost then: the sender tries again while the route is being mended.
  listener.report({ kind: 'body_already_read', sentence: RAW_BODY_ADVICE })
  return failedForNow(RAW_BODY_ADVICE)
}
