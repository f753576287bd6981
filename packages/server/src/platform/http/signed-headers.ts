// Headers of a signed request: the documented signature, and Standard Webhooks beside it.
import { signatureHeader } from '@ordertrail/core'
import { signContent } from './sign-message.ts'

const USER_AGENT = 'OrderTrail-Webhooks/1'
const HIDDEN = '(hidden)'

/** Most characters of a header value. */
const HEADER_VALUE_CHARS_MAX = 4096

/** What is sent. `secrets` are current first, see SignedContent. */
export interface SignedMessage {
  readonly body: Uint8Array
  readonly secrets: readonly string[]
  /** ASCII. */
  readonly webhookId: string
  /** Unskipped wall time: receivers hold it against their own clock. */
  readonly now: number
}

/**
 * Headers of a signed request in the order in which they are sent.
 *
 * @param extra own headers of a project; reserved and malformed ones are left out, see checkRequestHeader
 */
export function signedHeaders(
  { body, secrets, webhookId, now }: SignedMessage,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000))
  const { sha1, standard } = signContent({ body, secrets, standardStart: `${webhookId}.${timestamp}.` })
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'User-Agent': USER_AGENT,
  }
  for (const name in extra) {
    const value = extra[name] ?? ''
    if (checkRequestHeader(name, value).ok) headers[name] = value
  }
  headers.Authorization = signatureHeader(sha1)
  headers['webhook-id'] = webhookId
  headers['webhook-timestamp'] = timestamp
  headers['webhook-signature'] = standard.map((signature) => `v1,${signature}`).join(' ')
  return headers
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
