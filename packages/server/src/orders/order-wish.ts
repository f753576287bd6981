// A wish to buy, as it comes to the write side, and what becomes of it.
import type { CodeRefusal, OfferRefusal, PriceRefusal, PurchaseOffers } from '../catalog/index.ts'
import type { Party } from '../platform/http/index.ts'
import type { Command } from '../platform/store/index.ts'

/**
 * What is bought: one item, what is in a cart (`cartId` null: the default one), a list from the game's server, or what a
 * coupon gives.
 */
export type PurchaseSource =
  | { readonly kind: 'item'; readonly sku: string; readonly quantity: number }
  | { readonly kind: 'cart'; readonly cartId: string | null }
  | { readonly kind: 'list'; readonly lines: readonly { readonly sku: string; readonly quantity: number }[] }
  | { readonly kind: 'coupon'; readonly code: string }

/** What it is to be paid with; `sku` names the virtual currency. */
export type PaidWith =
  | { readonly kind: 'money' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'virtual_currency'; readonly sku: string }

/** Makes a request safe to repeat: the same key with the same hash gets the first answer again. */
export interface RequestKey {
  /** Whose key it is; keys of different callers never meet. */
  readonly scope: string
  readonly key: string
  readonly hash: string
}

/**
 * A wish to buy. `userDetails`, `customParameters` and `settings` are JSON texts as the columns of `orders` keep them.
 *
 * @property promoCode null: the cart's, where there is one
 * @property currency null: the cart's, else by country and project
 * @property token for orders that money pays; only its hash is kept, `sealed` serves a repeat of the request
 * @property requestKey null: a repeat of the request would make another order
 * @property offers what the game lets the buyer buy, asked before; absent: anything
 * @property actor the API key that asked; null for players
 */
export interface CreateOrderInput {
  readonly party: Party
  readonly source: PurchaseSource
  readonly paidWith: PaidWith
  readonly promoCode: string | null
  readonly currency: string | null
  readonly country: string | null
  readonly mode: 'default' | 'sandbox'
  readonly platform: string
  readonly email: string | null
  readonly userDetails: string
  readonly externalId: string | null
  readonly customParameters: string | null
  readonly settings: string
  readonly token: { readonly hash: string; readonly sealed: string | null } | null
  readonly requestKey: RequestKey | null
  readonly offers?: PurchaseOffers
  readonly actor: string | null
}

/** Why no order is made; `sku` names the item where it is one item's fault. */
export interface CreateRefusal {
  readonly kind: 'refused'
  readonly code:
    | PriceRefusal['code']
    | OfferRefusal['code']
    | CodeRefusal
    | 'item_is_free'
    | 'item_not_free'
    | 'virtual_currency_insufficient'
    | 'project_unknown'
  readonly sku: string | null
}

/** The answer that a repeated request gets again. */
export interface KeptAnswer {
  readonly orderId: number
  readonly sealedToken: string | null
}

/** `replayed`: the request was answered before, with this order. `key_reused`: its key came with another request. */
export type CreateOrderResult =
  | { readonly kind: 'created'; readonly orderId: number }
  | ({ readonly kind: 'replayed' } & KeptAnswer)
  | { readonly kind: 'key_reused' }
  | CreateRefusal

/** Creates one order. Two with one request key, or for one buyer's virtual currency, never share a transaction. */
export const createOrder: Command<CreateOrderInput, CreateOrderResult> = {
  name: 'orders.create',
  groupMax: 64,
  keys: ({ party, paidWith, requestKey }) => [
    ...(requestKey === null ? [] : [`request:${party.projectId}:${requestKey.scope}:${requestKey.key}`]),
    ...(paidWith.kind === 'virtual_currency' ? [`balances:${party.projectId}:${party.kind}:${party.id}`] : []),
  ],
}
