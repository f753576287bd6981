// Decides whether the bytes of a request were signed with one of our secrets.
import { equalBytes, parseSignatureHeader, sha1Signature, signatureHeader } from '@ordertrail/core'

/** Header fields as node:http gives them, or anything with the `get` of a fetch `Headers`. */
export type WebhookHeaders = Pick<Headers, 'get'> | Readonly<Record<string, string | readonly string[] | undefined>>

/** The value of the Authorization header whatever the case of its name; null when absent or sent more than once. */
export function authorizationOf(headers: WebhookHeaders): string | null {
  if (hasGet(headers)) return headers.get('authorization')
  const values = Object.entries(headers)
    .filter(([name]) => name.toLowerCase() === 'authorization')
    .flatMap(([, value]) => value ?? [])
  return values.length === 1 ? (values[0] ?? null) : null
}

// By shape and not by class: a framework may bring a Headers of its own.
function hasGet(headers: WebhookHeaders): headers is Pick<Headers, 'get'> {
  return typeof headers.get === 'function'
}

/**
 * Whether the header holds the signature of exactly these bytes under one of the secrets.
 *
 * Every secret is tried, also after one fits, so the time says nothing about which one it was.
 */
export async function isSigned(
  authorization: string | null,
  rawBody: Uint8Array,
  secrets: readonly string[],
): Promise<boolean> {
  const given = authorization === null ? undefined : parseSignatureHeader(authorization)
  if (given === undefined) return false
  const fits = await Promise.all(secrets.map((secret) => fitsSecret(given, rawBody, secret)))
  return fits.includes(true)
}

async function fitsSecret(given: Uint8Array, rawBody: Uint8Array, secret: string): Promise<boolean> {
  const wanted = parseSignatureHeader(signatureHeader(await sha1Signature(rawBody, secret)))
  return wanted !== undefined && equalBytes(given, wanted)
}
