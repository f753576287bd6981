// Decides whether a webhook was signed with one of our secrets as Standard Webhooks has it, and lately.
import { equalBytes } from '@ordertrail/core'
import { type StandardDigest, type StandardMessage, standardDigest } from './digest.ts'
import { headerValue, type WebhookHeaders } from './webhook-headers.ts'

/** How far the sender's clock and ours may be apart, as the standard's own libraries have it. */
export const TOLERANCE_SECONDS = 300

/** More signatures than anybody rotates secrets; the rest of the header is not looked at. */
const SIGNATURES_MAX = 16

const BASE64_OF_32_BYTES = /^[A-Za-z0-9+/]{43}=$/
const WHOLE_SECONDS = /^\d{1,12}$/
const UTF8 = new TextEncoder()

/** What to hold a webhook against. */
export interface StandardCheck {
  /** One for each secret, by `digestOfSecret`. */
  readonly digests: readonly StandardDigest[]
  readonly nowSeconds: number
  readonly toleranceSeconds: number
}

/** Why a webhook does not pass; `offBySeconds` is above 0 where its time lies in the past. */
export type StandardFault =
  | { readonly kind: 'standard_headers' }
  | { readonly kind: 'standard_version' }
  | { readonly kind: 'standard_mismatch'; readonly message: StandardMessage; readonly given: readonly Uint8Array[] }
  | { readonly kind: 'standard_time'; readonly offBySeconds: number }

/**
 * Which secret signed these bytes with this id and time: its place in `digests`, or why it was none.
 *
 * The signature goes before the time: that a webhook is late means something only when it is a real one.
 */
export async function signingSecretOfStandard(
  headers: WebhookHeaders,
  body: Uint8Array,
  { digests, nowSeconds, toleranceSeconds }: StandardCheck,
): Promise<number | StandardFault> {
  const id = headerValue(headers, 'webhook-id')
  const time = headerValue(headers, 'webhook-timestamp')
  const signatures = headerValue(headers, 'webhook-signature')
  if (!id || time === null || !WHOLE_SECONDS.test(time) || signatures === null) return { kind: 'standard_headers' }
  const given = signaturesIn(signatures)
  if (given.length === 0) return { kind: 'standard_version' }
  const message = { id, timestampSeconds: Number(time), body }
  const fits = await Promise.all(digests.map((digest) => isSignedBy(digest, message, given)))
  const place = fits.indexOf(true)
  if (place < 0) return { kind: 'standard_mismatch', message, given }
  const offBySeconds = nowSeconds - message.timestampSeconds
  return Math.abs(offBySeconds) <= toleranceSeconds ? place : { kind: 'standard_time', offBySeconds }
}

/** Whether one of the signatures was made with the secret of the digest; all of them are compared. */
export async function isSignedBy(
  digest: StandardDigest,
  message: StandardMessage,
  given: readonly Uint8Array[],
): Promise<boolean> {
  const wanted = await digest(message)
  return given.map((signature) => equalBytes(signature, wanted)).includes(true)
}

/** The signatures of version 1, decoded; others are made with keys that we do not have. */
function signaturesIn(header: string): readonly Uint8Array[] {
  return header
    .split(' ', SIGNATURES_MAX)
    .filter((part) => part.startsWith('v1,') && BASE64_OF_32_BYTES.test(part.slice(3)))
    .map((part) => bytesFromBase64(part.slice(3)))
}

/** A secret in the standard's own form is base64; any other text is its bytes, as our sender takes it. */
export function digestOfSecret(secret: string): StandardDigest {
  return standardDigest(secret.startsWith('whsec_') ? bytesFromBase64(secret.slice(6)) : UTF8.encode(secret))
}

function bytesFromBase64(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text)
  const bytes = new Uint8Array(letters.length)
  for (let index = 0; index < bytes.length; index++) bytes[index] = letters.charCodeAt(index)
  return bytes
}
