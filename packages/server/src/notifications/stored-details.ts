// JSON that payments and orders keep for the bodies of their webhooks, and the doors through which it is read.

/** `payments.details`: what a provider told about a payment; every member may be missing. Sums are minor units. */
export interface PaymentDetails {
  /** The payment method's own number of this payment; the provider's reference stands in where it is missing. */
  readonly paymentMethodOrderId?: string
  readonly agreement?: number
  readonly card?: { readonly bin?: string; readonly suffix?: string; readonly brand?: string }
  /** 0: not used, 1: saved by this payment, 2: an earlier saved one was used. */
  readonly savedMethod?: 0 | 1 | 2
  /** 1: once, 2: recurring. */
  readonly paymentType?: 1 | 2
  /** The saved account as it goes into `payment_account`. */
  readonly paymentAccount?: Readonly<Record<string, unknown>>
  readonly paymentMethodFee?: number
  readonly vat?: TaxDetails
  readonly salesTax?: TaxDetails
  /** Why the payment system declined: a refund code, and its words. */
  readonly declineCode?: number
  readonly declineReason?: string
}

/** A tax inside a payment: the sum in minor units, and the rate. */
export interface TaxDetails {
  readonly amount: number
  readonly percent: number
}

/** `orders.user_details`: what is known of the buyer beside e-mail and country, which have columns of their own. */
export interface UserDetails {
  readonly name?: string
  readonly phone?: string
  readonly ip?: string
  readonly zip?: string
}

/** Members of `promotions` of orders and order items: sums in minor units of the order's currency. */
export interface AppliedPromotion {
  readonly amountWithoutDiscount: number
  readonly amountWithDiscount: number
  /** Promotions apply one after the other; the first is 1. */
  readonly sequence: number
  /** Which promotion of the catalog it was, and its name among the team; absent where it is none of the catalog's. */
  readonly id?: number
  readonly technicalName?: string
}

/** Members of `promocodes` and `coupons` of orders. */
export interface UsedCode {
  readonly code: string
  readonly externalId: string
}

/** JSON of our own columns; the writer beside each column is its schema. `null` in the column reads as undefined. */
export function readStored<Stored>(text: string | null): Stored | undefined {
  return text === null ? undefined : (JSON.parse(text) as Stored)
}
