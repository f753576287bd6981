// Carts: what a player means to buy, kept until it is bought or changed.
import type { Kysely } from 'kysely'
import type { Party } from '../platform/http/index.ts'
import { sha256Hex } from '../platform/seal.ts'
import { type Row, runText, type Tables, type Tx } from '../platform/store/index.ts'
import type { CartLine } from './price-lines.ts'

/**
 * A cart. `currency` and `country` are set by server-side filling only; null: they follow the player. `promoCode` was
 * redeemed into it; null: none.
 */
export interface Cart {
  readonly cartId: string
  readonly isDefault: boolean
  readonly currency: string | null
  readonly country: string | null
  readonly promoCode: string | null
  readonly lines: readonly CartLine[]
}

const CART_ID_LENGTH = 32

/** Id of the cart that a party has without naming one. It is derived, so that reading a cart never has to write one. */
export function defaultCartId(party: Party): string {
  return sha256Hex(`cart ${party.projectId} ${party.kind} ${party.id}`).slice(0, CART_ID_LENGTH)
}

/**
 * A party's cart.
 *
 * @param cartId null: the default cart
 * @returns an empty cart where none was filled yet; another party's cart with the same id is another cart
 */
export async function loadCart(db: Kysely<Tables>, party: Party, cartId: string | null): Promise<Cart> {
  const id = cartId ?? defaultCartId(party)
  const row = await db
    .selectFrom('carts')
    .where('project_id', '=', party.projectId)
    .where('party_kind', '=', party.kind)
    .where('party_id', '=', party.id)
    .where('cart_id', '=', id)
    .selectAll()
    .executeTakeFirst()
  return row === undefined ? emptyCartOf(party, id) : cartOfRow(row)
}

/** The same inside a transaction, and nobody else changes the cart before it ends. */
export async function lockCart(tx: Tx, party: Party, cartId: string | null): Promise<Cart> {
  const id = cartId ?? defaultCartId(party)
  if (tx.engine === 'postgres') {
    const key = 'project_id = $1 and party_kind = $2 and party_id = $3 and cart_id = $4'
    await runText(tx, `select 1 from carts where ${key} for update`, [party.projectId, party.kind, party.id, id])
  }
  return loadCart(tx.db, party, id)
}

function emptyCartOf(party: Party, cartId: string): Cart {
  const isDefault = cartId === defaultCartId(party)
  return { cartId, isDefault, currency: null, country: null, promoCode: null, lines: [] }
}

function cartOfRow(row: Row<'carts'>): Cart {
  const lines = JSON.parse(row.items) as CartLine[]
  const { cart_id: cartId, currency, country, promo_code: promoCode } = row
  return { cartId, isDefault: row.is_default === 1, currency, country, promoCode, lines }
}
