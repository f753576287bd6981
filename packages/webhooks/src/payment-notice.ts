// One shape for payment, refund, partial_refund and ps_declined, which speak of money and never of items.
import type { PartialRefundWebhook, PaymentWebhook, PsDeclinedWebhook, RefundWebhook } from '@ordertrail/core'
import { type RefundDetails, readRefundDetails } from './purchase.ts'
import { type InvalidBody, invalidBody, isInvalidBody } from './webhook-body.ts'
import {
  asDocumented,
  filledTextAt,
  numberAt,
  objectAt,
  textAt,
  type WireObject,
  wholeNumberAt,
} from './wire-fields.ts'

/** What every webhook about money tells. */
export interface MoneyFacts {
  readonly transactionId: string
  /** The id that the game gave to the payment, null when it gave none. */
  readonly externalId: string | null
  readonly userId: string | null
  /** Present only where the project has the order object switched on. */
  readonly orderId: number | null
  /** What the user paid, in units of the currency: 1.99. Null when absent. */
  readonly amount: number | null
  readonly currency: string | null
  /** A test payment: no money moved. */
  readonly isSandbox: boolean
}

/** A payment of separate mode. It says that money moved; what to grant comes with order_paid. */
export interface PaymentNotice extends MoneyFacts {
  /** The body as it came, parsed and otherwise untouched. */
  readonly raw: PaymentWebhook
}

/** Money that went back, or (ps_declined) never came. */
export interface RefundNotice<Raw = RefundWebhook | PartialRefundWebhook | PsDeclinedWebhook> extends MoneyFacts {
  readonly refund: RefundDetails | null
  /** The body as it came, parsed and otherwise untouched. */
  readonly raw: Raw
}

/** Reads payment, or says what is wrong with it. */
export function readPaymentNotice(body: WireObject): PaymentNotice | InvalidBody {
  const facts = readMoneyFacts(body)
  return isInvalidBody(facts) ? facts : { ...facts, raw: asDocumented(body) }
}

/** Reads refund, partial_refund and ps_declined, or says what is wrong with them. */
export function readRefundNotice<Raw = RefundNotice['raw']>(body: WireObject): RefundNotice<Raw> | InvalidBody {
  const facts = readMoneyFacts(body)
  if (isInvalidBody(facts)) return facts
  return { ...facts, refund: readRefundDetails(body), raw: asDocumented(body) }
}

function readMoneyFacts(body: WireObject): MoneyFacts | InvalidBody {
  const transaction = objectAt(body, 'transaction')
  const transactionId = filledTextAt(transaction, 'id')
  if (transactionId === null) return invalidBody('transaction.id is missing')
  const payment = objectAt(body, 'payment_details', 'payment')
  const total = objectAt(body, 'purchase', 'total')
  return {
    transactionId,
    externalId: filledTextAt(transaction, 'external_id'),
    userId: filledTextAt(objectAt(body, 'user'), 'id'),
    orderId: wholeNumberAt(objectAt(body, 'purchase', 'order'), 'id'),
    amount: numberAt(payment, 'amount') ?? numberAt(total, 'amount'),
    currency: textAt(payment, 'currency') ?? textAt(total, 'currency'),
    // Only a test payment carries dry_run 1; some senders write true.
    isSandbox: transaction.dry_run === 1 || transaction.dry_run === true,
  }
}
