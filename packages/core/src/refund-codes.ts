// The documented reasons of a refund.

/** Number of a refund reason on the wire. */
export type RefundCode = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13

/** What a refund code says: its reason in words, and whether a part of a payment may be refunded for it. */
export interface RefundReason {
  readonly reason: string
  readonly partialAllowed: boolean
}

/** Every refund code. Source: refund webhook, refund_details.code. */
export const REFUND_CODES: Readonly<Record<RefundCode, RefundReason>> = {
  1: { reason: 'Asked for by the player or the game in the console', partialAllowed: true },
  2: { reason: 'Chargeback', partialAllowed: false },
  3: { reason: 'Integration error', partialAllowed: true },
  4: { reason: 'Potential fraud', partialAllowed: false },
  5: { reason: 'Test payment', partialAllowed: true },
  6: { reason: 'Invoice expired', partialAllowed: false },
  7: { reason: 'Fraud notice of the payment system', partialAllowed: true },
  8: { reason: 'Request of the payment system', partialAllowed: false },
  9: { reason: 'Request of the player', partialAllowed: true },
  10: { reason: 'Request of the game', partialAllowed: true },
  11: { reason: 'Account holder reports fraud', partialAllowed: false },
  12: { reason: 'Friendly fraud', partialAllowed: false },
  13: { reason: 'Duplicate payment', partialAllowed: false },
}

/** Code of refunds that we start by ourselves: a second payment, or one for a canceled order. */
export const DUPLICATE_REFUND_CODE: RefundCode = 13

/** True for the whole numbers 1 to 13. */
export function isRefundCode(value: number): value is RefundCode {
  return Object.hasOwn(REFUND_CODES, value)
}
