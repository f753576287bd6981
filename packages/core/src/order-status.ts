// The words for an order's status and for the kind of money it is paid with.

/** Every status an order can have in the store, in the order of a life. */
export const ORDER_STATUSES = ['new', 'paid', 'done', 'canceled', 'expired'] as const

/** Status of an order in the store. */
export type OrderStatus = (typeof ORDER_STATUSES)[number]

/** The statuses every published client knows; `expired` is sent only to projects that ask for it. */
export const WIRE_STATUSES = ['new', 'paid', 'done', 'canceled'] as const

/** Status that any client understands. */
export type WireStatus = (typeof WIRE_STATUSES)[number]

/** What an order is paid with: money, a virtual currency of the game, or nothing. */
export const CURRENCY_KINDS = ['real', 'virtual', 'free'] as const

/** Kind of money of an order. */
export type CurrencyKind = (typeof CURRENCY_KINDS)[number]

/** True when `text` is one of the five statuses; upper case is not. */
export function isOrderStatus(text: string): text is OrderStatus {
  return (ORDER_STATUSES as readonly string[]).includes(text)
}

/** True for the statuses at which trackers end: done and canceled. An expired order can still be paid late. */
export function isFinalStatus(status: OrderStatus): boolean {
  return status === 'done' || status === 'canceled'
}

/**
 * The status as Get order and the socket tell it.
 *
 * @param options.expiredOptIn true where the project asked to see `expired`; otherwise it reads `new`, because the
 * engine SDKs know four statuses only
 */
export function wireStatus(status: OrderStatus, options: { readonly expiredOptIn: boolean }): OrderStatus {
  return status === 'expired' && !options.expiredOptIn ? 'new' : status
}
