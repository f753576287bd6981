// Everything a game does with orders, for one player.
import type { Endpoints } from './all-endpoints.ts'
import { type CheckResult, checkOrder } from './check-order.ts'
import type { Basket } from './create-order.ts'
import { type EventHandlers, type EventsHandled, handleEvents } from './handle-events.ts'
import { defaultLedger, type Ledger } from './ledger.ts'
import type { Outcome } from './outcome.ts'
import { type EventsFailed, type EventsFound, pendingEvents } from './pending-events.ts'
import { type PurchaseOptions, purchase } from './purchase.ts'
import type { TrackOptions } from './track-order.ts'
import { makeTracker, type Tracker, type TrackerOptions } from './tracker.ts'
import type { Tracking } from './tracking.ts'

/** Whom to act for, and where. */
export interface OrderTrailOptions extends TrackerOptions {
  readonly endpoints: Endpoints
  /** What remembers the orders that were granted. Default: localStorage, or memory where there is none. */
  readonly ledger?: Ledger
}

/** How a pending order is checked. */
export interface PendingOptions extends TrackOptions {
  /**
   * Whether the player takes part in the payment. True (default): by socket, as for real money. False: by polling alone, as for free
   * orders and those for a virtual currency, which are done at once.
   */
  readonly userInvolved?: boolean
}

/** A tracker that can also buy and look. */
export interface OrderTrail extends Tracker {
  /**
   * Creates an order, has the player pay it, and follows it to its end. Never rejects.
   *
   * Call it in the handler of a click: without `openPayment` it opens the window for the payment page at once, because browsers allow
   * that only then.
   */
  purchase(basket: Basket, options?: PurchaseOptions): Promise<Outcome>
  /** One look at an order: its status and content, or why there is none. Never rejects. */
  checkOrder(orderId: number): Promise<CheckResult>
  /** Follows an order that was created before, at the next start of the game for instance. */
  checkPendingOrder(orderId: number, options?: PendingOptions): Tracking
  /** What the events API has for this player and this project, oldest first; changes nothing. Never rejects. */
  pendingEvents(): Promise<EventsFound | EventsFailed>
  /**
   * Handles what the events API has, and marks it as processed. Each order is granted once, in however many tabs this is called, and also
   * where two notifications tell of one order. Never rejects.
   */
  handleEvents(handlers: EventHandlers): Promise<EventsHandled | EventsFailed>
}

/** @throws {TypeError} when an option makes no sense */
export function createOrderTrail(options: OrderTrailOptions): OrderTrail {
  const { tracker, deps, start } = makeTracker(options)
  const { endpoints, ledger = defaultLedger() } = options
  const parts = { ...deps, endpoints, start, ledger }
  return {
    ...tracker,
    purchase: (basket, purchaseOptions = {}) => purchase(parts, basket, purchaseOptions),
    checkOrder: (orderId) => checkOrder(deps, orderId),
    checkPendingOrder: (orderId, { userInvolved = true, ...trackOptions } = {}) =>
      tracker.trackOrder(orderId, userInvolved ? trackOptions : { ...trackOptions, socketMs: 0 }),
    pendingEvents: () => pendingEvents(parts),
    handleEvents: (handlers) => handleEvents(parts, handlers),
  }
}
