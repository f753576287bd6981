// Headers of a signed request: the documented signature, and Standard Webhooks beside it.
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'
import { signatureHeader, standardWebhookContent } from '@ordertrail/core'

const USER_AGENT = 'OrderTrail-Webhooks/1'
const STANDARD_SECRET_PREFIX = 'whsec_'
const HIDDEN = '(hidden)'

/** Most characters of a header value. */
const HEADER_VALUE_CHARS_MAX = 4096

/** What is signed. `secrets` are current first: the documented header can carry only that one, Standard Webhooks carry all. */
export interface SignedMessage {
  readonly body: Uint8Array
  readonly secrets: readonly string[]
  readonly webhookId: string
  /** Unskipped wall time: receivers hold it against their own clock. */
  readonly now: number
}

/**
 * Headers of a signed request in the order in which they are sent.
 *
 * @param extra own headers of a project; reserved and malformed ones are left out, see checkRequestHeader
 */
export function signedHeaders(message: SignedMessage, extra: Readonly<Record<string, string>>): Record<string, string> {
  const timestampSeconds = Math.floor(message.now / 1000)
  return {
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'User-Agent': USER_AGENT,
    ...allowedOnly(extra),
    Authorization: signatureHeader(sha1Hex(message)),
    'webhook-id': message.webhookId,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': standardSignatures(message, timestampSeconds),
  }
}

/** Hex SHA-1 over the body followed by the secret; a plain hash, as the documented header asks. */
function sha1Hex(message: SignedMessage): string {
  return hash('sha1', Buffer.concat([message.body, Buffer.from(message.secrets[0] ?? '', 'utf8')]), 'hex')
}

function standardSignatures(message: SignedMessage, timestampSeconds: number): string {
  const content = standardWebhookContent({ id: message.webhookId, timestampSeconds, body: message.body })
  const signatures = message.secrets.map((secret) =>
    createHmac('sha256', keyOf(secret)).update(content).digest('base64'),
  )
  return signatures.map((signature) => `v1,${signature}`).join(' ')
}

/** Keys of the secrets used last: making one from bytes costs three times the HMAC itself. */
const keys = new Map<string, KeyObject>()
const KEYS_MAX = 1_000

function keyOf(secret: string): KeyObject {
  const known = keys.get(secret)
  if (known !== undefined) return known
  if (keys.size >= KEYS_MAX) keys.clear()
  const key = createSecretKey(keyBytes(secret))
  keys.set(secret, key)
  return key
}

/** A secret in the standard's own form is base64; any other text is its bytes. */
function keyBytes(secret: string): Buffer {
  return secret.startsWith(STANDARD_SECRET_PREFIX)
    ? Buffer.from(secret.slice(STANDARD_SECRET_PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8')
}

/** The headers as the attempt log keeps them: whoever reads the log learns no signature to guess a secret from. */
export function hideSignatures(headers: Readonly<Record<string, string>>): Record<string, string> {
  return { ...headers, Authorization: `Signature ${HIDDEN}`, 'webhook-signature': `v1,${HIDDEN}` }
}

/** Headers that belong to the sender, the connection or a browser. */
const RESERVED_HEADER =
  /^(accept|accept-encoding|authorization|connection|content-.*|cookie|date|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|user-agent|via|webhook-.*|x-forwarded-.*)$/i

/** Why an own header is refused. */
export type HeaderCheck = { readonly ok: true } | { readonly ok: false; readonly sentence: string }

/** Whether a project may add this header to its webhooks; asked when settings are saved, and again when they are sent. */
export function checkRequestHeader(name: string, value: string): HeaderCheck {
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/.test(name)) {
    return { ok: false, sentence: `${JSON.stringify(name)} is not a header name.` }
  }
  if (RESERVED_HEADER.test(name)) return { ok: false, sentence: `The header ${name} is set by the sender.` }
  if (!/^[\x20-\x7e]*$/.test(value) || value.length > HEADER_VALUE_CHARS_MAX) {
    return {
      ok: false,
      sentence: `The value of ${name} must be up to ${HEADER_VALUE_CHARS_MAX} printable ASCII characters.`,
    }
  }
  return { ok: true }
}

function allowedOnly(extra: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(extra).filter(([name, value]) => checkRequestHeader(name, value).ok))
}
