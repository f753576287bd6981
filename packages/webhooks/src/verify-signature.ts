// Decides whether a webhook was signed with one of our secrets, as the documentation of the store says.
import { equalBytes, parseSignatureHeader } from '@ordertrail/core'
import { sha1Of } from './digest.ts'

/**
 * Which secret signed exactly these bytes: its place in `secrets`, -1 when none did.
 *
 * Every secret is tried, also after one fits, so the time says nothing about which one it was.
 */
export async function signingSecret(
  authorization: string | null,
  rawBody: Uint8Array,
  secrets: readonly string[],
): Promise<number> {
  const given = authorization === null ? undefined : parseSignatureHeader(authorization)
  if (given === undefined) return -1
  const fits = await Promise.all(secrets.map(async (secret) => equalBytes(given, await sha1Of(rawBody, secret))))
  return fits.indexOf(true)
}
