// The contract of a payment service provider: what a make of it must do, whichever company it is.
//
// Written with Stripe, Adyen and PayPal in mind: all of them repeat callbacks, send them in any order and before our own row exists, and
// may take a refund without answering. So nothing here returns a status of an order: a provider only ever tells facts.
import type { PaymentDetails } from '../notifications/index.ts'
import type { PaymentFact } from './payment-fact.ts'

/** A payment to be made; `paymentReference` is ours and repeats are recognised by it. */
export interface PaymentRequest {
  readonly projectId: number
  readonly orderId: number
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  readonly paymentReference: string
  /** Slug of the chosen method, one of `methods`. */
  readonly method: string
  /** What the player entered; its shape is the provider's own. */
  readonly entered: Readonly<Record<string, string>>
}

/** Answer to an authorisation. `pending`: the player pays elsewhere or later, and a callback will tell. */
export type Authorisation =
  | { readonly kind: 'authorised'; readonly providerReference: string }
  | { readonly kind: 'pending'; readonly providerReference: string }
  | { readonly kind: 'declined'; readonly providerReference: string; readonly reason: string }

/** A refund to be made; `refundId` is the idempotency key at the provider, so a repeat asks what became of it. */
export interface RefundRequest {
  readonly projectId: number
  readonly refundId: number
  readonly paymentReference: string
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  readonly reason: string
}

/** Answer to a refund. `unknown`: nothing was heard; the same request will be repeated with the same id. */
export type RefundAnswer =
  | { readonly kind: 'succeeded'; readonly providerReference: string }
  | { readonly kind: 'pending'; readonly providerReference: string }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }

/** A callback as it came: the signature covers the raw bytes. */
export interface Callback {
  readonly projectId: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly rawBody: Uint8Array
  /** Wall time in milliseconds, for the age of the signature. */
  readonly receivedAt: number
}

/** What a callback holds; `ignored` for kinds of events that concern nobody here. */
export type CallbackAnswer =
  | { readonly kind: 'facts'; readonly facts: readonly PaymentFact[] }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'refused'; readonly reason: string }

/** A way to pay as the player sees it. `id` and `name` go into webhooks (payment_method, payment_method_name). */
export interface PaymentMethod {
  readonly slug: string
  readonly id: number
  readonly name: string
  /** What is known of every payment by it, for webhooks. */
  readonly details?: PaymentDetails
}

/**
 * One provider.
 *
 * @property slug stable name; payments.provider holds it
 * @property canHold true where an authorisation can be voided: the player is then validated once more between it and the capture;
 *   otherwise the last validation happens when Pay is pressed
 *
 * No method is ever called inside a transaction. Every method may be repeated with the same reference or id and must then have one
 * effect. None throws for what a provider can answer; a rejection means that nothing was heard.
 */
export interface Psp {
  readonly slug: string
  readonly canHold: boolean
  readonly methods: readonly PaymentMethod[]
  authorise(request: PaymentRequest): Promise<Authorisation>
  capture(request: PaymentRequest & { readonly providerReference: string }): Promise<Authorisation>
  /** Gives back what was authorised and not captured. */
  void(request: PaymentRequest & { readonly providerReference: string }): Promise<void>
  refund(request: RefundRequest): Promise<RefundAnswer>
  /** What became of a refund that was pending; asked when its callback stays away. */
  lookUpRefund(request: RefundRequest & { readonly providerReference: string }): Promise<RefundAnswer>
  /** Verifies and reads a callback; synchronous work on bytes, constant-time compares. */
  readCallback(callback: Callback): Promise<CallbackAnswer>
}

/** The providers of this installation by slug. */
export type Psps = ReadonlyMap<string, Psp>
