// One webhook as an HTTP server received it.
import type { WebhookHeaders } from './webhook-headers.ts'

/** What an HTTP door hands to the listener. */
export interface ReceivedWebhook {
  readonly headers: WebhookHeaders
  /** The body exactly as it came: bytes (a Buffer is fine), or its text where nothing but UTF-8 was decoded. */
  readonly rawBody: Uint8Array | string
  /** The other end of the connection; only `sources` looks at it. */
  readonly remoteAddress?: string | null | undefined
}

/**
 * The bytes of a raw body.
 *
 * @throws {TypeError} with advice when it is something else, most likely a body that was parsed
 */
export async function bytesOfBody(rawBody: unknown): Promise<Uint8Array> {
  if (isBytes(rawBody)) return rawBody
  if (typeof rawBody === 'string') return new TextEncoder().encode(rawBody)
  const { RAW_BODY_ADVICE } = await import('./raw-body-advice.ts')
  throw new TypeError(RAW_BODY_ADVICE)
}

/** Whether a value is bytes; those of another realm (a test runner's) are no instance of our Uint8Array. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value)
}
