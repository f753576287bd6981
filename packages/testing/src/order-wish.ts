// What an order is to be made of, and the documented call that makes it.

/** An order to create. All of it may be left out: one pack of gold for player-1, for real money. */
export interface OrderWish {
  /** Default: player-1. */
  readonly userId?: string
  /** Default: gold_100 of the demo catalog. */
  readonly sku?: string
  /** Default: 1. */
  readonly quantity?: number
  /** Several lines at once instead of `sku`; the order is then made as a game's own server makes one. */
  readonly items?: readonly { readonly sku: string; readonly quantity?: number }[]
  /** SKU of the virtual currency to pay with; the order is done at once. */
  readonly virtualCurrency?: string
  /** True: an order of an item that costs nothing; it is done at once. */
  readonly isFree?: boolean
  /** True: a test order, whose webhooks say so. Default: false. */
  readonly isSandbox?: boolean
  readonly promoCode?: string
  readonly customParameters?: Readonly<Record<string, unknown>>
}

/** A created order. */
export interface PlacedOrder {
  readonly orderId: number
  readonly userId: string
  /** Payment token; null: there is nothing to pay. */
  readonly token: string | null
  /** The page on which a player pays; null: there is nothing to pay. */
  readonly payUrl: string | null
}

/** A call: who makes it, and what is sent. `path` goes behind the project. */
export interface OrderCall {
  readonly by: 'player' | 'project'
  readonly version: 'v2' | 'v3'
  readonly path: string
  readonly body: object
}

/** The user of an order that names none. */
export const DEFAULT_USER = 'player-1'
const DEFAULT_SKU = 'gold_100'

/** The call that creates such an order. */
export function orderCall(wish: OrderWish): OrderCall {
  if (wish.items !== undefined) return serverCall(wish, wish.items)
  const { sku = DEFAULT_SKU, quantity, promoCode } = wish
  const item = encodeURIComponent(sku)
  return {
    by: 'player',
    version: 'v2',
    path: playerPath(wish, item),
    body: {
      ...shared(wish),
      ...(quantity === undefined ? {} : { quantity }),
      ...(promoCode && { promo_code: promoCode }),
    },
  }
}

function playerPath({ virtualCurrency, isFree = false }: OrderWish, item: string): string {
  if (isFree) return `/free/item/${item}`
  const virtual = virtualCurrency === undefined ? '' : `/virtual/${encodeURIComponent(virtualCurrency)}`
  return `/payment/item/${item}${virtual}`
}

function serverCall(wish: OrderWish, items: NonNullable<OrderWish['items']>): OrderCall {
  const lines = items.map(({ sku, quantity = 1 }) => ({ sku, quantity }))
  return {
    by: 'project',
    version: 'v3',
    path: '/admin/payment/token',
    body: {
      user: { id: { value: wish.userId ?? DEFAULT_USER }, country: { value: 'US' } },
      purchase: { items: lines, ...(wish.promoCode && { promo_codes: [wish.promoCode] }) },
      ...shared(wish),
    },
  }
}

function shared({ isSandbox = false, customParameters }: OrderWish): object {
  return { sandbox: isSandbox, ...(customParameters && { custom_parameters: customParameters }) }
}
