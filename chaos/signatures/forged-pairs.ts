// Pairs of body and signature that differ from a signed one in at least a byte.
import type { SignedWebhook } from '@ordertrail/webhooks/testing'
import { below, pick } from './pick.ts'

type Random = () => number
type Headers = Readonly<Record<string, string>>

/** What somebody without the secret may send who has seen signed webhooks. */
export interface ForgedPair {
  readonly rawBody: Uint8Array
  readonly headers: Headers
}

/** Signed webhooks, of which forgers take parts. */
export type Seen = readonly SignedWebhook[]

const HEX = '0123456789abcdef'
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** A pair whose body, signature, or both are not those of `signed`. */
export function forgedPair(random: Random, seen: Seen): ForgedPair {
  const signed = pick(random, seen)
  const what = pick(random, ['body', 'signature', 'both'] as const)
  const rawBody = what === 'signature' ? signed.body : otherBody(random, signed, seen)
  const headers = what === 'body' ? signed.headers : otherHeaders(random, signed, seen)
  // Both taken from one other webhook would be that webhook.
  const isReal = seen.some((real) => real.headers === headers && isSame(real.body, rawBody))
  return isReal ? forgedPair(random, seen) : { rawBody, headers }
}

function otherBody(random: Random, { body }: SignedWebhook, seen: Seen): Uint8Array {
  const at = below(random, body.length)
  const byte = body[at] ?? 0
  const changed = pick(random, [
    () => body.with(at, byte ^ (1 << below(random, 8))),
    () => body.with(at, below(random, 256)),
    () => joined(body.slice(0, at), body.slice(at + 1)),
    () => joined(body.slice(0, at), Uint8Array.of(below(random, 256)), body.slice(at)),
    () => body.slice(0, at),
    () => joined(body, Uint8Array.of(pick(random, [0, 10, 13, 32, 125, 128]))),
    () => joined(Uint8Array.of(0xef, 0xbb, 0xbf), body),
    () => joined(body.slice(0, at), body.slice(below(random, at + 1), at), body.slice(at)),
    () => pick(random, seen).body,
    () => new TextEncoder().encode(JSON.stringify(JSON.parse(new TextDecoder().decode(body)), null, 1)),
  ])()
  return isSame(changed, body) ? otherBody(random, { body } as SignedWebhook, seen) : changed
}

/** Every signature of the request is another one, or unreadable. */
function otherHeaders(random: Random, { headers, body }: SignedWebhook, seen: Seen): Headers {
  const other = pick(random, seen)
  const isOther = !isSame(other.body, body)
  if (isOther && random() < 0.2) return other.headers
  return {
    ...headers,
    authorization: changedText(random, headers.authorization, 'Signature '.length, HEX),
    'webhook-signature': changedText(random, headers['webhook-signature'], 'v1,'.length, BASE64),
    ...(random() < 0.1 ? { 'webhook-id': `${headers['webhook-id']}0` } : {}),
  }
}

/** Another digit behind the prefix; or one less, one more, none. The last digits of base64 hold bits that do not count. */
function changedText(random: Random, text: string, from: number, digits: string): string {
  const at = from + below(random, text.length - from - 4)
  const digit = pick(
    random,
    [...digits].filter((known) => known !== text[at]),
  )
  return pick(random, [
    () => `${text.slice(0, at)}${digit}${text.slice(at + 1)}`,
    () => `${text.slice(0, at)}${text.slice(at + 1)}`,
    () => `${text.slice(0, at)}${digit}${text.slice(at)}`,
    () => text.slice(0, from),
    () => `${text.slice(0, from)}${Array.from(text.slice(from), () => pick(random, [...digits])).join('')}`,
  ])()
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
