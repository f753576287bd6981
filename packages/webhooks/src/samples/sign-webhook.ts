// Signs a body as the sender does, in the documented way and as Standard Webhooks.
import { sha1Signature, signatureHeader, standardWebhookContent } from '@ordertrail/core'

/** A body and the headers that go with it, ready for `fetch(url, { method: 'POST', ...signed })` or `listener.handle`. */
export interface SignedWebhook {
  readonly body: Uint8Array<ArrayBuffer>
  readonly headers: Readonly<
    Record<
      'accept' | 'content-type' | 'authorization' | 'webhook-id' | 'webhook-timestamp' | 'webhook-signature',
      string
    >
  >
}

/** What the Standard Webhooks headers say. */
export interface SignWebhookOptions {
  /** The same for every attempt of one webhook. Default: a new one. */
  readonly id?: string
  /** When it was sent. Default: now. */
  readonly sentAt?: Date
}

const STANDARD_SECRET_PREFIX = 'whsec_'
const MS_PER_SECOND = 1000

/**
 * Signs a webhook for a test of your listener.
 *
 * @param body bytes and text are sent as they are; anything else is written as compact JSON
 * @param secret the webhook secret of the project; of several, newest first, the documented header carries the first
 * and Standard Webhooks all of them
 */
export async function signWebhook(
  body: string | Uint8Array | object,
  secret: string | readonly string[],
  options: SignWebhookOptions = {},
): Promise<SignedWebhook> {
  const bytes = bytesOf(body)
  const secrets = typeof secret === 'string' ? [secret] : secret
  const id = options.id ?? `msg_${globalThis.crypto.randomUUID()}`
  const timestampSeconds = Math.floor((options.sentAt?.getTime() ?? Date.now()) / MS_PER_SECOND)
  const content = standardWebhookContent({ id, timestampSeconds, body: bytes })
  const signatures = await Promise.all(secrets.map((each) => standardSignature(content, each)))
  return {
    body: bytes,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      authorization: signatureHeader(await sha1Signature(bytes, secrets[0] ?? '')),
      'webhook-id': id,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signatures.join(' '),
    },
  }
}

function bytesOf(body: string | Uint8Array | object): Uint8Array<ArrayBuffer> {
  if (body instanceof Uint8Array) return new Uint8Array(body)
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
}

async function standardSignature(content: Uint8Array, secret: string): Promise<string> {
  const { subtle } = globalThis.crypto
  const key = await subtle.importKey('raw', keyBytes(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const digest = new Uint8Array(await subtle.sign('HMAC', key, new Uint8Array(content)))
  return `v1,${btoa(String.fromCharCode(...digest))}`
}

/** A secret in the standard's own form is base64; any other text is its bytes. */
function keyBytes(secret: string): Uint8Array<ArrayBuffer> {
  if (!secret.startsWith(STANDARD_SECRET_PREFIX)) return new TextEncoder().encode(secret)
  const decoded = atob(secret.slice(STANDARD_SECRET_PREFIX.length))
  return Uint8Array.from(decoded, (character) => character.charCodeAt(0))
}
