// Changes a cart: puts lines into it, takes one out, or empties it.
import type { Party } from '../platform/http/index.ts'
import { type Command, insertRows, rareCommand, runText, type Tx } from '../platform/store/index.ts'
import { type Cart, defaultCartId, lockCart } from './cart.ts'
import { type CartLine, LINES_MAX } from './price-lines.ts'

/** Carts of one party; clients use one, some use two. */
export const CARTS_PER_PARTY_MAX = 20

/**
 * What to do. A line that is put replaces the one of the same item; a quantity of 0 takes it out. A promo code replaces
 * the one that is there, null takes it out, and so does emptying the cart.
 */
export type CartChange =
  | { readonly kind: 'put'; readonly lines: readonly CartLine[]; readonly currency?: string; readonly country?: string }
  | { readonly kind: 'remove'; readonly sku: string }
  | { readonly kind: 'promo_code'; readonly code: string | null }
  | { readonly kind: 'clear' }

/** `cartId` null: the default cart. */
export interface ChangeCartInput {
  readonly party: Party
  readonly cartId: string | null
  readonly change: CartChange
}

/** The cart as it is now; `wasThere`: the line to remove was in it. */
export type ChangeCartResult =
  | { readonly kind: 'changed'; readonly cart: Cart; readonly wasThere: boolean }
  | { readonly kind: 'refused'; readonly code: 'too_many_carts' | 'too_many_lines' }

export const changeCart: Command<ChangeCartInput, ChangeCartResult> = rareCommand('carts.change')

/** Makes the cart at its first line or code; taking something out of a cart that was never filled writes nothing. */
export async function handleChangeCart(tx: Tx, { party, cartId, change }: ChangeCartInput): Promise<ChangeCartResult> {
  const id = cartId ?? defaultCartId(party)
  if (isFilling(change) && !(await makeCart(tx, party, id))) return { kind: 'refused', code: 'too_many_carts' }
  const before = await lockCart(tx, party, id)
  const wasThere = change.kind === 'remove' && before.lines.some(({ sku }) => sku === change.sku)
  const cart = changedCart(before, change)
  if (cart.lines.length > LINES_MAX) return { kind: 'refused', code: 'too_many_lines' }
  await tx.db
    .updateTable('carts')
    .set({
      items: JSON.stringify(cart.lines),
      currency: cart.currency,
      country: cart.country,
      promo_code: cart.promoCode,
      updated_at: tx.now,
    })
    .where('project_id', '=', party.projectId)
    .where('party_kind', '=', party.kind)
    .where('party_id', '=', party.id)
    .where('cart_id', '=', id)
    .execute()
  return { kind: 'changed', cart, wasThere }
}

function isFilling(change: CartChange): boolean {
  return change.kind === 'put' || (change.kind === 'promo_code' && change.code !== null)
}

function changedCart(cart: Cart, change: CartChange): Cart {
  switch (change.kind) {
    case 'clear':
      return { ...cart, lines: [], promoCode: null }
    case 'promo_code':
      return { ...cart, promoCode: change.code }
    case 'remove':
      return { ...cart, lines: cart.lines.filter(({ sku }) => sku !== change.sku) }
    case 'put': {
      const { currency = cart.currency, country = cart.country } = change
      return { ...cart, currency, country, lines: withLines(cart.lines, change.lines) }
    }
  }
}

/** Items that are there keep their place. */
function withLines(present: readonly CartLine[], put: readonly CartLine[]): readonly CartLine[] {
  const quantities = new Map(present.map(({ sku, quantity }) => [sku, quantity]))
  for (const { sku, quantity } of put) quantities.set(sku, quantity)
  return [...quantities].filter(([, quantity]) => quantity > 0).map(([sku, quantity]) => ({ sku, quantity }))
}

/** Makes an empty cart unless it is there, and locks those that are; false: the party has too many already. */
async function makeCart(tx: Tx, party: Party, cartId: string): Promise<boolean> {
  if (tx.engine === 'postgres') {
    // Two first lines at once would both see no cart; the lock is the party's own.
    await runText(tx, 'select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `cart ${party.projectId} ${party.kind} ${party.id}`,
    ])
  }
  const query = tx.db
    .selectFrom('carts')
    .where('project_id', '=', party.projectId)
    .where('party_kind', '=', party.kind)
    .where('party_id', '=', party.id)
    .select('cart_id')
  // Locked, or one that is there now could be forgotten before it is changed.
  const carts = await (tx.engine === 'postgres' ? query.forUpdate() : query).execute()
  if (carts.some((cart) => cart.cart_id === cartId)) return true
  if (carts.length >= CARTS_PER_PARTY_MAX) return false
  await insertRows(tx, 'carts', [
    {
      project_id: party.projectId,
      party_kind: party.kind,
      party_id: party.id,
      cart_id: cartId,
      is_default: Number(cartId === defaultCartId(party)),
      currency: null,
      country: null,
      items: '[]',
      created_at: tx.now,
      updated_at: tx.now,
      promo_code: null,
    },
  ])
  return true
}
