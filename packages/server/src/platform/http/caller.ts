// Who calls: the result of authentication, handed to every endpoint.

/** A buyer: the owner of orders, carts and a channel. Rights are always checked against it, never against an id in a path. */
export interface Party {
  readonly projectId: number
  readonly kind: 'user' | 'visitor'
  readonly id: string
}

/** What a token or header told about the player, for the order's snapshot; absent members are unknown. */
export interface PlayerDetails {
  readonly email?: string
  readonly name?: string
  readonly country?: string
}

/** The one who made a request. */
export type Caller =
  | { readonly kind: 'anyone' }
  | {
      readonly kind: 'player'
      readonly party: Party
      readonly details: PlayerDetails
      /** How it was proved; `orderId` where a payment token was made for one order. */
      readonly proof: 'jwt' | 'payment_token' | 'visitor_header'
      readonly orderId: number | null
    }
  /** A merchant's or project's API key; `projectId` is the project of the path where there is one. */
  | { readonly kind: 'key'; readonly merchantId: number; readonly projectId: number | null; readonly keyName: string }
  /** The installation's own admin key, or anyone on loopback in dev. */
  | { readonly kind: 'installation' }

/** Who may call a route. `cart` = player or visitor; */
export type Access = 'anyone' | 'player' | 'cart' | 'project' | 'merchant' | 'installation' | 'dev'
