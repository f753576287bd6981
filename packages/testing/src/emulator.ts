// What a test gets: a whole order system of its own, and its hands on it.

import type { Endpoints } from '@ordertrail/client'
import type { OrderStatus } from '@ordertrail/core'
import type { Faults } from './faults.ts'
import type { OrderWish, PlacedOrder } from './order-wish.ts'
import type { SentWebhook } from './sent-webhook.ts'
import type { OrderTrail } from './wait-for-order.ts'
import type { WebhookWish } from './wait-for-webhook.ts'

/** How an emulator is started. Nothing is needed. */
export interface EmulatorOptions {
  /** Your listener on this machine, `http://127.0.0.1:3000/webhooks`. Default: webhooks go nowhere, and paid orders are done at once. */
  readonly webhookUrl?: string
  /** A catalog file as text (JSON or YAML) or as an object, instead of the demo catalog. */
  readonly catalog?: string | object
  /** Settings of the project that differ from the defaults, by their names on the wire: `{ webhook_mode: 'separate' }`. */
  readonly settings?: Readonly<Record<string, unknown>>
  /** Default: a free one. */
  readonly port?: number
  /** Gets one line for everything that happens. Default: nothing is written. */
  readonly logger?: (line: string) => void
  /** True: everything that happens is written to standard error. */
  readonly verbose?: boolean
  /** How long waits wait unless they say it themselves. Default 5 s. */
  readonly timeoutMs?: number
}

/** More about a user whose token is issued. */
export interface UserDetails {
  readonly email?: string
  readonly name?: string
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country?: string
  /** Default: a day. */
  readonly lifeSeconds?: number
}

/** How a payment ended. `message` is for the player. */
export interface PaymentEnd {
  readonly result: 'paid' | 'pending' | 'declined' | 'closed' | 'refused' | 'returned' | 'unheard'
  readonly status: string
  readonly message: string | null
}

/** What to give back. */
export interface RefundWish {
  /** In the smallest unit of the currency: 50 is 0.50 USD. Default: all that is left. */
  readonly amount?: number
  /** Documented reason, 1 to 13. Default: 1, asked for by the player or the game. */
  readonly code?: number
  readonly reason?: string
}

/** An order as the order search shows it; times are ISO 8601. */
export interface FoundOrder {
  readonly order_id: number
  readonly status: string
  readonly [member: string]: unknown
}

/** An unprocessed event of the events API. */
export interface UnprocessedEvent {
  readonly id: number
  readonly created_at: string
  /** The body of the webhook that would have been sent. */
  readonly data: Readonly<Record<string, unknown>>
}

/** An order system in this process, with one demo project. `await using` stops it. */
export interface Emulator extends Faults, AsyncDisposable {
  /** `http://127.0.0.1:` and its port. */
  readonly url: string
  readonly projectId: number
  readonly merchantId: number
  /** Key of the project, for Basic auth with `projectId` before it. */
  readonly apiKey: string
  /** Signs the webhooks. */
  readonly webhookSecret: string
  /** Signs user tokens (HS256). */
  readonly loginSecret: string
  /** For `createOrderTrail({ projectId, token, endpoints })` of @ordertrail/client. */
  readonly endpoints: Endpoints

  /** A user JWT, as a login gives one. */
  userToken(userId?: string, details?: UserDetails): Promise<string>
  /** Sends webhooks to `url` from now on; null: switches them off, and paid orders wait. */
  listenAt(url: string | null): Promise<void>
  /** Changes settings of the project, by their names on the wire. */
  changeSettings(settings: Readonly<Record<string, unknown>>): Promise<void>
  /** Replaces the catalog by a catalog file, as text (JSON or YAML) or as an object. */
  setCatalog(catalog: string | object): Promise<void>

  createOrder(wish?: OrderWish): Promise<PlacedOrder>
  /** Pays an order, whoever created it. @throws {EmulatorError} when the payment ends in another way, because the listener refused the user for instance */
  pay(orderId: number): Promise<void>
  /** Lets the payment system say no. @throws {EmulatorError} when the payment ends in another way */
  decline(orderId: number): Promise<void>
  /** Ends a payment as told and says how it really ended. `paid_later`: it succeeds some minutes later, which `skipTime` brings near. */
  tryToPay(orderId: number, outcome?: 'paid' | 'declined' | 'paid_later' | 'closed'): Promise<PaymentEnd>
  /** Asks for a refund; it is made at once, and a whole one cancels the order. */
  refund(orderId: number, wish?: RefundWish): Promise<void>
  /** Cancels an unpaid order, or revokes a free or virtual one. */
  cancel(orderId: number): Promise<void>
  /** Says that the game has delivered, where the project's `fulfilment` is `api`. */
  fulfil(orderId: number): Promise<void>
  /** Sends the last webhook of an order again. */
  resend(orderId: number): Promise<void>

  /**
   * Moves the emulator's time; everything that falls due on the way has happened afterwards.
   *
   * @param duration `25m`, `12h`, `1h30m`, or milliseconds
   * @returns the emulator's time
   */
  skipTime(duration: string | number): Promise<Date>
  /** Resolves when nothing is due or under way. */
  settle(): Promise<void>

  /** Resolves when the order has reached the status, or had reached it before. @throws {EmulatorError} that tells what was seen instead */
  waitFor(orderId: number, status: OrderStatus, options?: { readonly timeoutMs?: number }): Promise<OrderTrail>
  /** Resolves with the first webhook that fits, sent before or not. @throws {EmulatorError} that tells what was sent instead */
  waitForWebhook(wish?: WebhookWish): Promise<SentWebhook>

  /** Every delivery attempt and user_validation so far (of the last 10,000 happenings), in the order in which they were answered. */
  webhooks(): readonly SentWebhook[]
  /** Every order, newest first. */
  orders(): Promise<readonly FoundOrder[]>
  /** What the events API gives a user, where `is_events_api_on` is set. */
  events(userId?: string): Promise<readonly UnprocessedEvent[]>

  /** Everything as it was after the start, on the same port; only where webhooks go stays. About a tenth of a second. */
  reset(): Promise<void>
  /** Ends it and everything it opened. Safe to call twice. */
  stop(): Promise<void>
}
