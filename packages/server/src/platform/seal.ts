// Secrets at rest: sealed texts (AES-256-GCM, keys can rotate), hashes of keys and tokens, and comparison in constant time.
import { createCipheriv, createDecipheriv, createHash, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { AppError } from '@ordertrail/core'

const ALGORITHM = 'aes-256-gcm'
const FORMAT = 'v1'
const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const KEY_ID_CHARS = 8

/** Seals and unseals texts. */
export interface Seal {
  /**
   * `v1.<key id>.<iv>.<text and tag>`, different at every call.
   *
   * @param context what the text belongs to, for instance `webhook-secret:44056`: unsealing asks for the same, so that a sealed text
   *   cannot be moved to another row
   */
  seal(text: string, context?: string): string
  /** @throws {AppError} secret_unreadable when no key fits, or the text was changed or belongs to another context */
  unseal(sealed: string, context?: string): string
  /** Whether the newest key sealed it; false: seal it again at the next write. */
  isCurrent(sealed: string): boolean
}

/**
 * A seal of one or more keys.
 *
 * @param keys 32 bytes each, current first; the others only unseal what they sealed before a rotation
 */
export function createSeal(keys: readonly Uint8Array[]): Seal {
  const byId = new Map(keys.map((key) => [keyId(key), key]))
  const [current] = byId
  if (current === undefined || keys.some((key) => key.length !== KEY_BYTES)) {
    throw new AppError('config_invalid', { message: `A seal needs at least one key of ${KEY_BYTES} bytes.` })
  }
  const [currentId, currentKey] = current
  return {
    seal(text, context = '') {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv(ALGORITHM, currentKey, iv, { authTagLength: TAG_BYTES }).setAAD(
        Buffer.from(context),
      )
      const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return [FORMAT, currentId, iv.toString('base64url'), bytes.toString('base64url')].join('.')
    },
    unseal(sealed, context = '') {
      const [format, id = '', iv = '', bytes = ''] = sealed.split('.')
      const key = format === FORMAT ? byId.get(id) : undefined
      if (key === undefined) throw unsealFailed(`it was sealed with key ${JSON.stringify(id)}, which is not configured`)
      return open(key, Buffer.from(iv, 'base64url'), Buffer.from(bytes, 'base64url'), context)
    },
    isCurrent: (sealed) => sealed.startsWith(`${FORMAT}.${currentId}.`),
  }
}

/** What `seal` opens of `sealed`; null where it cannot be read. */
export function unsealed(seal: Seal, sealed: string, context?: string): string | null {
  try {
    return seal.unseal(sealed, context)
  } catch (error) {
    if (error instanceof AppError && error.code === 'secret_unreadable') return null
    throw error
  }
}

function open(key: Uint8Array, iv: Buffer, bytes: Buffer, context: string): string {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(context))
      .setAuthTag(bytes.subarray(-TAG_BYTES))
    return decipher.update(bytes.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  } catch (cause) {
    throw unsealFailed('it was changed, or belongs to something else', cause)
  }
}

function unsealFailed(why: string, cause?: unknown): AppError {
  return new AppError('secret_unreadable', {
    message: `A secret in the store cannot be opened: ${why}. Start with the secret key it was sealed with, as ORDERTRAIL_SECRET_KEY or among ORDERTRAIL_SECRET_KEYS_OLD.`,
    cause,
  })
}

/** Names a key without telling it. */
function keyId(key: Uint8Array): string {
  return createHash('sha256').update('ordertrail seal key ').update(key).digest('hex').slice(0, KEY_ID_CHARS)
}

/** A secret key from 32 bytes in base64, base64url or hex; undefined when `text` is neither. */
export function parseSecretKey(text: string): Uint8Array | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  const bytes = /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64url') : undefined
  return bytes?.length === KEY_BYTES ? bytes : undefined
}

/** SHA-256 in hex: what the store keeps of API keys and tokens, which are random and long, so a plain hash does. */
export function sha256Hex(text: string | Uint8Array): string {
  return hash('sha256', text, 'hex')
}

/** Whether two texts are equal, in time that tells nothing about where they differ or how long the other one is. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}
