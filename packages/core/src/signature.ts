// The signature of a webhook: its header, its digest, and a comparison that tells nothing by its time.

const SCHEME = 'Signature'
// Lower case only: published receivers match the header with exactly this expression.
const HEADER_VALUE = /^[ \t]*Signature ([0-9a-f]{40})[ \t]*$/
const UTF8 = new TextEncoder()

/** Value of the Authorization header for a digest of 40 lower-case hex characters. */
export function signatureHeader(sha1Hex: string): string {
  return `${SCHEME} ${sha1Hex}`
}

/**
 * The digest inside an Authorization header.
 *
 * @returns 20 bytes; undefined unless the value is `Signature`, one space and exactly 40 lower-case hex characters.
 * Spaces around the whole value are tolerated, upper-case hex is refused.
 */
export function parseSignatureHeader(value: string): Uint8Array | undefined {
  const hex = HEADER_VALUE.exec(value)?.[1]
  return hex === undefined ? undefined : bytesFromHex(hex)
}

/**
 * Compares in a time that depends on the lengths only.
 *
 * @returns false for different lengths, which are no secret here
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let index = 0; index < a.length; index++) difference |= (a[index] ?? 0) ^ (b[index] ?? 0)
  return difference === 0
}

/**
 * Digest of a body: SHA-1 over the raw bytes followed by the secret in UTF-8, as 40 lower-case hex characters.
 *
 * Works where WebCrypto exists; servers that sign much use their platform's synchronous hash for the same bytes.
 *
 * Source: webhook guide, "signature". A plain hash, not an HMAC.
 */
export async function sha1Signature(body: Uint8Array, secret: string): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest('SHA-1', joined([body, UTF8.encode(secret)]))
  return hexFromBytes(new Uint8Array(digest))
}

/** The bytes that a Standard Webhooks signature covers: id, timestamp in whole seconds and body, joined by full stops. */
export function standardWebhookContent(message: {
  readonly id: string
  readonly timestampSeconds: number
  readonly body: Uint8Array
}): Uint8Array {
  return joined([UTF8.encode(`${message.id}.${message.timestampSeconds}.`), message.body])
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

function bytesFromHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2)
  // A loop, because it runs for every webhook: filling by a function takes three times as long.
  for (let index = 0; index < bytes.length; index++)
    bytes[index] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16)
  return bytes
}

function hexFromBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
