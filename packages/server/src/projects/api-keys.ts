// API keys: random texts of which only the hash is kept, and who a key speaks for.
import type { Kysely } from 'kysely'
import { sha256Hex } from '../platform/seal.ts'
import type { Tables } from '../platform/store/index.ts'
import { type RandomBytes, randomBase62 } from './random-text.ts'

const KEY_RANDOM_LENGTH = 40
/** Longer texts are not looked up. */
const KEY_CHARS_MAX = 256

/** What a key is known to be. `projectId` null: it speaks for every project of its merchant. */
export interface ApiKey {
  readonly merchantId: number
  readonly projectId: number | null
  readonly name: string
}

/** A fresh key and the hash that is kept of it. 238 bits, so a plain hash is enough. */
export function newApiKey(random?: RandomBytes): { readonly key: string; readonly keyHash: string } {
  const key = `otk_${randomBase62(KEY_RANDOM_LENGTH, random)}`
  return { key, keyHash: hashOfApiKey(key) }
}

/** What is kept of a key. */
export function hashOfApiKey(key: string): string {
  return sha256Hex(key)
}

/** Whether this may be a key at all. */
export function isApiKeyText(key: string): boolean {
  return key.length > 0 && key.length <= KEY_CHARS_MAX
}

/**
 * The key with this hash; undefined: unknown or revoked.
 *
 * Time of the look-up tells at most something about the hash, from which no key can be guessed.
 */
export async function findApiKey(db: Kysely<Tables>, keyHash: string): Promise<ApiKey | undefined> {
  const row = await db
    .selectFrom('api_keys')
    .where('key_hash', '=', keyHash)
    .where('revoked_at', 'is', null)
    .select(['merchant_id', 'project_id', 'name'])
    .executeTakeFirst()
  if (row === undefined) return undefined
  return { merchantId: row.merchant_id, projectId: row.project_id === 0 ? null : row.project_id, name: row.name }
}
