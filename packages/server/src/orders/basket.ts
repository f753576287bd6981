// What somebody means to buy: the lines of an item, a list or a cart, with the wishes that go with them.
import { type Cart, type DealAsk, loadCart } from '../catalog/index.ts'
import type { Tx } from '../platform/store/index.ts'
import type { CreateOrderInput } from './order-wish.ts'

/** What an input asks for, with its cart's own wishes filled in. */
export interface Basket {
  readonly input: CreateOrderInput
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[]
  readonly currency: string | null
  readonly country: string | null
  readonly code: string | null
}

/** The basket of `input`, as this transaction sees its cart. */
export async function basketOf(tx: Tx, input: CreateOrderInput): Promise<Basket> {
  const { source, currency, country, promoCode: code } = input
  const wishes = { input, currency, country, code }
  if (source.kind === 'item') return { ...wishes, lines: [{ sku: source.sku, quantity: source.quantity }] }
  if (source.kind === 'list') return { ...wishes, lines: source.lines }
  if (source.kind === 'coupon') return { ...wishes, lines: [], code: source.code }
  const cart: Cart = await loadCart(tx.db, input.party, source.cartId)
  return {
    input,
    lines: cart.lines,
    currency: currency ?? cart.currency,
    country: country ?? cart.country,
    code: code ?? cart.promoCode,
  }
}

/** What a basket may ask of promotions; nothing where a virtual currency pays. */
export function dealAsksOf({ input: { party, source, paidWith }, lines, country, code }: Basket): readonly DealAsk[] {
  if (paidWith.kind === 'virtual_currency') return []
  const kind = source.kind === 'coupon' ? 'coupon' : 'promo_code'
  return [{ kind, projectId: party.projectId, party, country, skus: lines.map(({ sku }) => sku), code }]
}
