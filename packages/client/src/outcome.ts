// What the game is told about an order: statuses on the way, and one outcome at the end.

/** Price of an order or of one of its lines, as the store words it. */
export interface OrderPrice {
  /** Decimal text, `"1.99"`. */
  readonly amount: string
  readonly amount_without_discount: string
  /** ISO 4217, the SKU of a virtual currency, or null for a free order. */
  readonly currency: string | null
}

/** One line of an order. */
export interface OrderItem {
  readonly sku: string
  readonly quantity: number
  readonly is_free?: boolean
  readonly price?: OrderPrice
  readonly virtual_price?: OrderPrice
}

/** What is in an order, with the names of the wire. */
export interface OrderContent {
  readonly items: readonly OrderItem[]
  readonly is_free?: boolean
  /** Absent where the order is paid with a virtual currency. */
  readonly price?: OrderPrice
  readonly virtual_price?: OrderPrice
}

/** An order as Get order answers it. */
export interface Order {
  readonly orderId: number
  /** `new`, `paid`, `done`, `canceled`; `expired` where the project shows it; more words may come. */
  readonly status: string
  readonly content: OrderContent
}

/** How a status was learned: pushed, read again after a connect, or asked for. */
export type Via = 'socket' | 'history' | 'poll'

/** A status of an order that was not told before. */
export interface StatusUpdate {
  readonly kind: 'status'
  readonly orderId: number
  readonly status: string
  readonly via: Via
}

/** Why something failed for good. The README says what each means. */
export type FailureCode =
  | 'order_not_found'
  | 'unauthorized'
  | 'refused'
  | 'unreachable'
  | 'purchase_refused'
  | 'window_blocked'
  | 'no_window'

/** The order is paid and delivered. */
export interface Done {
  readonly kind: 'done'
  readonly orderId: number
  readonly status: 'done'
  /** Null: Get order could not be had in time; the status is certain nevertheless. */
  readonly order: Order | null
}

/** The order was canceled, and money that was paid goes back. */
export interface Canceled {
  readonly kind: 'canceled'
  readonly orderId: number
  readonly status: 'canceled'
  /** As in `Done`. */
  readonly order: Order | null
}

/** The time of the tracking is over; the order may still be paid later. */
export interface TimedOut {
  readonly kind: 'timeout'
  readonly orderId: number
  /** The last status that was seen; null: none. */
  readonly status: string | null
  /** The last thing that went wrong; undefined: nothing did. */
  readonly cause: unknown
}

/** Tracking was given up on this side; the order itself is untouched. */
export interface Aborted {
  readonly kind: 'aborted'
  readonly orderId: number
  readonly status: string | null
  /** The signal was aborted; the payment window was closed and nothing was paid; the client was closed. */
  readonly reason: 'signal' | 'window_closed' | 'client_closed'
}

/** Tracking cannot go on. */
export interface Failed {
  readonly kind: 'failed'
  /** Null: no order was created. */
  readonly orderId: number | null
  readonly status: string | null
  readonly code: FailureCode
  /** One sentence: what the developer should do. */
  readonly advice: string
  /** What was answered or thrown; never holds the token. */
  readonly cause: unknown
}

/** How a tracking ends: exactly one of these. */
export type Outcome = Done | Canceled | TimedOut | Aborted | Failed
