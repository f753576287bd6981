// Finds the likely reason why a signature did not fit, by trying what usually goes wrong.
import { sha1Of, webHmac } from './digest.ts'
import { type FoundFault, foundFault } from './signature-fault.ts'
import { spellingsOf } from './spellings.ts'
import { signingSecret } from './verify-signature.ts'
import { digestOfSecret, isSignedBy, type StandardFault } from './verify-standard.ts'

/** Anyone can send a bad signature, so looking for its cause must stay cheap: longer bodies are not examined. */
const EXAMINED_BYTES_MAX = 65_536

/** Of these many secrets, newest first, other spellings are tried. */
const EXAMINED_SECRETS_MAX = 4

/** Held by everybody who runs the emulator, and by nobody's shop. */
const EMULATOR_SECRET = 'dev_webhook_secret_for_your_own_machine_only'

/** What a diagnosis may try: secrets that are accepted, and by their names those that only explain. */
export interface KnownSecrets {
  readonly secrets: readonly string[]
  readonly otherSecrets: Readonly<Record<string, string>>
}

/** Whether a secret signed these bytes. */
type Fits = (body: Uint8Array, secret: string) => Promise<boolean>

/** The likely fault of an Authorization header that fitted no secret. */
export async function diagnoseDocumented(
  authorization: string | null,
  rawBody: Uint8Array,
  known: KnownSecrets,
): Promise<FoundFault> {
  if (authorization === null) return foundFault('missing_header')
  const text = authorization.trim()
  if (/^Signature [0-9a-f]{40}$/.test(text)) {
    const fits: Fits = async (body, secret) => (await signingSecret(text, body, [secret])) === 0
    const found = await diagnoseMismatch(fits, rawBody, known)
    if (found.fault !== 'mismatch' || rawBody.byteLength > EXAMINED_BYTES_MAX) return found
    const examined = known.secrets.slice(0, EXAMINED_SECRETS_MAX)
    return (await isOtherAlgorithm(text.slice(10), rawBody, examined)) ? foundFault('other_algorithm') : found
  }
  if (/^Signature +[0-9A-F]{40}$/i.test(text)) return foundFault('upper_case_hex')
  return foundFault(/^(Bearer|Basic|Digest|Negotiate|AWS4\S*)\b/i.test(text) ? 'other_scheme' : 'malformed_header')
}

/** The likely fault of headers of Standard Webhooks that did not pass. */
export async function diagnoseStandard(
  found: StandardFault,
  rawBody: Uint8Array,
  known: KnownSecrets,
): Promise<FoundFault> {
  if (found.kind === 'standard_time') {
    const { offBySeconds } = found
    return foundFault(found.kind, ` It is ${Math.abs(offBySeconds)} s ${offBySeconds > 0 ? 'old' : 'ahead of us'}.`)
  }
  if (found.kind !== 'standard_mismatch') return foundFault(found.kind)
  return diagnoseMismatch(
    (body, secret) => isSignedBy(digestOfSecret(secret), { ...found.message, body }, found.given),
    rawBody,
    known,
  )
}

async function diagnoseMismatch(
  fits: Fits,
  rawBody: Uint8Array,
  { secrets, otherSecrets }: KnownSecrets,
): Promise<FoundFault> {
  if (rawBody.byteLength === 0) return foundFault('empty_body')
  for (const [name, secret] of Object.entries({ 'ordertrail dev': EMULATOR_SECRET, ...otherSecrets })) {
    if (await fits(rawBody, secret)) return foundFault('other_known_secret', ` It is that of ${name}.`)
  }
  const examined = secrets.slice(0, EXAMINED_SECRETS_MAX)
  for (const secret of examined) {
    const [, unquoted = secret] = /^["'](.*)["']$/.exec(secret) ?? []
    if (unquoted !== secret && (await fits(rawBody, unquoted))) return foundFault('secret_quotes')
    for (const pasted of [`${secret}\n`, `${secret}\r\n`, `${secret} `, ` ${secret}`]) {
      if (await fits(rawBody, pasted)) return foundFault('secret_white_space')
    }
  }
  if (rawBody.byteLength > EXAMINED_BYTES_MAX) return foundFault('mismatch')
  for (const body of spellingsOf(rawBody)) {
    for (const secret of examined) if (await fits(body, secret)) return foundFault('rewritten_body')
  }
  return foundFault('mismatch')
}

/** What own senders make by mistake: an HMAC, or the secret in front. */
async function isOtherAlgorithm(given: string, rawBody: Uint8Array, secrets: readonly string[]): Promise<boolean> {
  for (const secret of secrets) {
    const bytes = new TextEncoder().encode(secret)
    const wrong = [await webHmac('SHA-1', bytes, rawBody), await sha1Of(bytes, new TextDecoder().decode(rawBody))]
    if (wrong.some((digest) => hexOf(digest) === given)) return true
  }
  return false
}

function hexOf(digest: Uint8Array): string {
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
