// A fact about money, from whichever door it came in: sandbox page, payment-events API, provider callback.
import type { PaymentDetails } from '../notifications/index.ts'

/** Everything that can be told about a payment. */
export const PAYMENT_FACT_TYPES = [
  'payment.pending',
  'payment.authorized',
  'payment.succeeded',
  'payment.failed',
  'payment.canceled',
  'refund.pending',
  'refund.succeeded',
  'refund.failed',
  'dispute.opened',
  'dispute.won',
  'dispute.lost',
] as const

/** Kind of a fact. */
export type PaymentFactType = (typeof PAYMENT_FACT_TYPES)[number]

/** How the sender names the order: our id, or the `settings.external_id` it was created with. */
export type OrderReference = { readonly id: number } | { readonly externalId: string }

/**
 * One fact; plain data.
 *
 * (`provider`, `eventId`) is told once: a repeat has no effect. `providerReference` names the payment, or the refund for refund facts,
 * whose payment is then `paymentReference` (null: the order's accepted payment). Amounts are minor units, `occurredAt` milliseconds.
 */
export interface PaymentFact {
  readonly projectId: number
  readonly provider: string
  readonly eventId: string
  readonly type: PaymentFactType
  readonly order: OrderReference
  readonly amount: number
  readonly currency: string
  readonly providerReference: string
  readonly paymentReference: string | null
  readonly method: { readonly id: number; readonly name: string }
  readonly occurredAt: number
  readonly isSandbox: boolean
  readonly reason: { readonly code: number | null; readonly text: string } | null
  /** What the provider tells besides, for the bodies of webhooks; absent: nothing new. */
  readonly details?: PaymentDetails | undefined
  /** What was received, as JSON text, for the record; secrets already taken out. */
  readonly raw: string
}

/**
 * What became of a fact; stable codes for the caller and the record.
 *
 * applied: it changed the order or a refund. recorded: it changed a payment only, or is kept for people (disputes). late: more was known
 * before. other_order: its reference belongs to the payment of another order.
 */
export type FactNote =
  | 'applied'
  | 'recorded'
  | 'duplicate'
  | 'late'
  | 'parked'
  | 'amount_mismatch'
  | 'sandbox_mismatch'
  | 'order_takes_no_payment'
  | 'other_order'
  | 'second_payment'
  | 'payment_after_cancellation'
  | 'refund_too_large'

/**
 * Answer to one fact. `isApplied` false: `note` says why it had no effect on the order. `order` null: nobody knows the order yet; else its
 * status when the transaction ended.
 */
export interface FactResult {
  readonly eventId: number
  readonly isApplied: boolean
  readonly order: { readonly id: number; readonly status: string } | null
  readonly note: FactNote
}

/** Facts about the payment itself; the others speak of refunds and disputes. */
export type PaymentStateFact = Extract<PaymentFactType, `payment.${string}`>

/** True for facts about the payment itself. */
export function isPaymentFact(type: PaymentFactType): type is PaymentStateFact {
  return type.startsWith('payment.')
}
