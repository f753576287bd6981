// The digests of a signed request: SHA-1 over body and secret, and the HMACs of Standard Webhooks, over bytes that are laid out once.
import { hash } from 'node:crypto'

const STANDARD_SECRET_PREFIX = 'whsec_'

/** SHA-256 works on blocks of so many bytes, and gives so many. */
const BLOCK_BYTES = 64
const SHA256_BYTES = 32

/** What is signed. `secrets` are current first: the documented header can carry only that one, Standard Webhooks carry all. */
export interface SignedContent {
  readonly body: Uint8Array
  readonly secrets: readonly string[]
  /** What Standard Webhooks sign before the body: id and timestamp, each with a full stop; ASCII. */
  readonly standardStart: string
}

/** Digests of one message. */
export interface Digests {
  /** Hex SHA-1 over the body followed by the current secret; a plain hash, as the documented header asks. */
  readonly sha1: string
  /** Base64 HMAC-SHA-256 over start and body, one for each secret. */
  readonly standard: readonly string[]
}

/**
 * Signs.
 *
 * The HMAC is made of two one-shot hashes (RFC 2104), because the object that node:crypto makes for one costs several times the hashing:
 * its first block, the start, the body and the secret lie in one buffer, and each digest covers a part of it.
 */
export function signContent({ body, secrets, standardStart }: SignedContent): Digests {
  const current = keyOf(secrets[0] ?? '')
  const bodyAt = BLOCK_BYTES + standardStart.length
  const bodyEnd = bodyAt + body.length
  const bytes = Buffer.allocUnsafe(bodyEnd + current.secret.length)
  bytes.write(standardStart, BLOCK_BYTES, 'latin1')
  bytes.set(body, bodyAt)
  bytes.set(current.secret, bodyEnd)
  const inner = bytes.subarray(0, bodyEnd)
  return {
    sha1: hash('sha1', bytes.subarray(bodyAt), 'hex'),
    standard: secrets.map((secret) => hmacOf(keyOf(secret), inner)),
  }
}

/** `inner` begins with room for the first block. */
function hmacOf({ innerBlock, outer }: SigningKey, inner: Buffer): string {
  inner.set(innerBlock, 0)
  outer.write(hash('sha256', inner, 'binary'), BLOCK_BYTES, 'latin1')
  return hash('sha256', outer, 'base64')
}

/** A secret as its digests need it. `outer` has room for the inner digest behind its block. */
interface SigningKey {
  readonly secret: Buffer
  readonly innerBlock: Buffer
  readonly outer: Buffer
}

/** Keys of the secrets used last. */
const keys = new Map<string, SigningKey>()
const KEYS_MAX = 1_000

function keyOf(secret: string): SigningKey {
  const known = keys.get(secret)
  if (known !== undefined) return known
  if (keys.size >= KEYS_MAX) keys.clear()
  const key = makeKey(secret)
  keys.set(secret, key)
  return key
}

function makeKey(secret: string): SigningKey {
  const key = keyBytes(secret)
  const block = Buffer.alloc(BLOCK_BYTES)
  block.set(key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key)
  const outer = Buffer.alloc(BLOCK_BYTES + SHA256_BYTES)
  outer.set(block.map((byte) => byte ^ 0x5c))
  return { secret: Buffer.from(secret, 'utf8'), innerBlock: Buffer.from(block.map((byte) => byte ^ 0x36)), outer }
}

/** A secret in the standard's own form is base64; any other text is its bytes. */
function keyBytes(secret: string): Buffer {
  return secret.startsWith(STANDARD_SECRET_PREFIX)
    ? Buffer.from(secret.slice(STANDARD_SECRET_PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8')
}
