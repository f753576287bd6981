// Payment tokens: opaque texts that open one order, or one party's orders, until they expire.
import type { Kysely } from 'kysely'
import type { Party } from '../platform/http/index.ts'
import { sha256Hex } from '../platform/seal.ts'
import { insertRows, type Row, type Tables, type Tx } from '../platform/store/index.ts'
import { type RandomBytes, randomBase62 } from './random-text.ts'

/** Letters of the random part: 190 bits, and the 32 characters that clients of the documented system know. */
const RANDOM_LENGTH = 32
const TOKEN_FORM = /^p([0-9a-z]{1,8})t([0-9A-Za-z]{32})$/

/** A fresh token of `projectId`; only the hash is ever stored. The project stands in it so that one look-up by key finds it. */
export function newPaymentToken(
  projectId: number,
  random?: RandomBytes,
): { readonly token: string; readonly tokenHash: string } {
  const token = `p${projectId.toString(36)}t${randomBase62(RANDOM_LENGTH, random)}`
  return { token, tokenHash: sha256Hex(token) }
}

/** The project that a text of a token's form names; undefined: not a payment token. It proves nothing. */
export function projectOfPaymentToken(text: string): number | undefined {
  const found = TOKEN_FORM.exec(text)
  return found?.[1] === undefined ? undefined : Number.parseInt(found[1], 36)
}

/** Keeps tokens inside the transaction that made what they open. */
export async function insertPaymentTokens(tx: Tx, rows: readonly Row<'payment_tokens'>[]): Promise<void> {
  await insertRows(tx, 'payment_tokens', rows)
}

/** What a token opens. `orderId` null: all orders of the party. */
export type FoundPaymentToken =
  | {
      readonly kind: 'found'
      readonly projectId: number
      readonly orderId: number | null
      readonly party: Party
      readonly expiresAt: number
    }
  | { readonly kind: 'expired'; readonly projectId: number; readonly orderId: number | null; readonly party: Party }
  | { readonly kind: 'unknown' }

/**
 * Looks a token up.
 *
 * @param now wall time, skipped time included, because the life of a token is a wall time like any other
 */
export async function findPaymentToken(db: Kysely<Tables>, token: string, now: number): Promise<FoundPaymentToken> {
  const projectId = projectOfPaymentToken(token)
  if (projectId === undefined) return { kind: 'unknown' }
  const row = await db
    .selectFrom('payment_tokens')
    .where('project_id', '=', projectId)
    .where('token_hash', '=', sha256Hex(token))
    .selectAll()
    .executeTakeFirst()
  if (row === undefined) return { kind: 'unknown' }
  const party: Party = { projectId, kind: row.party_kind === 'visitor' ? 'visitor' : 'user', id: row.party_id }
  const opened = { projectId, orderId: row.order_id, party }
  return row.expires_at > now ? { kind: 'found', ...opened, expiresAt: row.expires_at } : { kind: 'expired', ...opened }
}
