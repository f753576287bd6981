// The test kit: signs a body as the sender does.
import { sha1Signature, signatureHeader } from '@ordertrail/core'

/** A body and the headers that go with it, ready for `fetch(url, { method: 'POST', ...signed })` or `listener.handle`. */
export interface SignedWebhook {
  readonly body: Uint8Array<ArrayBuffer>
  readonly headers: Readonly<Record<'accept' | 'content-type' | 'authorization', string>>
}

/**
 * Signs a webhook for a test of your listener.
 *
 * @param body bytes and text are sent as they are; anything else is written as compact JSON
 * @param secret the webhook secret of the project
 */
export async function signWebhook(body: string | Uint8Array | object, secret: string): Promise<SignedWebhook> {
  const bytes = bytesOf(body)
  return {
    body: bytes,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: signatureHeader(await sha1Signature(bytes, secret)),
    },
  }
}

function bytesOf(body: string | Uint8Array | object): Uint8Array<ArrayBuffer> {
  if (body instanceof Uint8Array) return new Uint8Array(body)
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
}
