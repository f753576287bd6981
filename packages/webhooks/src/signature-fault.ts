// Finds the likely reason why a signature did not fit, for the developer's log. The answer never tells it.
import { isSigned } from './verify-signature.ts'

/** Why a signature was not accepted, as far as it can be told. */
export type SignatureFault = 'missing_header' | 'upper_case_hex' | 'malformed_header' | 'rewritten_body' | 'mismatch'

/** What to do about each fault. */
export const FAULT_SENTENCES: Readonly<Record<SignatureFault, string>> = {
  missing_header: 'No single Authorization header came. A proxy may drop it, or this is no webhook.',
  upper_case_hex: 'The signature is written in upper-case hex; it must be lower-case.',
  malformed_header: 'The Authorization header is not "Signature " and 40 lower-case hex digits.',
  rewritten_body:
    'The signature fits this JSON in another spelling: something parsed the body and wrote it again. Hand over the bytes as they came.',
  mismatch: 'The signature does not fit: another secret than ours signed it, or the body was changed on its way.',
}

// Anyone can send a bad signature, so looking for its cause must stay cheap.
const EXAMINED_BYTES_MAX = 65_536

/** The likely fault of a signature that `isSigned` has refused. */
export async function findSignatureFault(
  authorization: string | null,
  rawBody: Uint8Array,
  secrets: readonly string[],
): Promise<SignatureFault> {
  if (authorization === null) return 'missing_header'
  const text = authorization.trim()
  if (/^Signature\s+[0-9a-f]{40}$/.test(text)) {
    return (await isRewritten(text, rawBody, secrets)) ? 'rewritten_body' : 'mismatch'
  }
  return /^Signature\s+[0-9a-f]{40}$/i.test(text) ? 'upper_case_hex' : 'malformed_header'
}

/** Tries the compact spelling, which is what senders write; a body middleware often adds or drops white space. */
async function isRewritten(authorization: string, rawBody: Uint8Array, secrets: readonly string[]): Promise<boolean> {
  if (rawBody.byteLength > EXAMINED_BYTES_MAX) return false
  try {
    const compact = JSON.stringify(JSON.parse(new TextDecoder().decode(rawBody)))
    return await isSigned(authorization, new TextEncoder().encode(compact), secrets)
  } catch {
    return false
  }
}
