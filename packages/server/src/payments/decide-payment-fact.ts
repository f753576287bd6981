// Decides what a fact about a payment means; pure.
import type { Row } from '../platform/store/index.ts'
import type { FactNote, PaymentFact } from './payment-fact.ts'

/** State of a payment; `in_review` waits for a person. */
export type PaymentState = 'pending' | 'authorized' | 'failed' | 'canceled' | 'in_review' | 'succeeded'

/** A payment never goes back: a fact with a lower rank than what is known is late. */
const RANK: Readonly<Record<PaymentState, number>> = {
  pending: 1,
  authorized: 2,
  failed: 3,
  canceled: 3,
  in_review: 4,
  succeeded: 5,
}

/** What is known when the fact arrives; `payment` null: its reference was never seen. */
export interface KnownPayment {
  readonly order: Pick<
    Row<'orders'>,
    'status' | 'mode' | 'currency_kind' | 'currency' | 'amount' | 'accepted_payment_id'
  >
  readonly payment: Pick<Row<'payments'>, 'id' | 'state'> | null
}

/**
 * What to do.
 *
 * @property state the state the payment gets; null: it stays as it is
 * @property isAccepted this payment pays the order
 * @property isReturned the money goes back by itself (reason code 13)
 * @property alarm code of the alarm that a person must see
 */
export interface PaymentDecision {
  readonly state: PaymentState | null
  readonly note: FactNote
  readonly isAccepted: boolean
  readonly isReturned: boolean
  readonly alarm: string | null
}

const NOTHING = { isAccepted: false, isReturned: false, alarm: null } as const

const STATE_OF_FACT: Readonly<Record<string, PaymentState>> = {
  'payment.pending': 'pending',
  'payment.authorized': 'authorized',
  'payment.failed': 'failed',
  'payment.canceled': 'canceled',
  'payment.succeeded': 'succeeded',
}

/**
 * Decides a payment fact.
 *
 * A wrong amount, currency or mode never moves the order: the payment waits in review. A second payment, and one for a canceled
 * order, is recorded and given back.
 */
export function decidePaymentFact(fact: PaymentFact, known: KnownPayment): PaymentDecision {
  const told = STATE_OF_FACT[fact.type] as PaymentState
  const state = known.payment?.state as PaymentState | undefined
  if (state !== undefined && RANK[told] <= RANK[state]) {
    return { ...NOTHING, state: null, note: told === state ? 'duplicate' : 'late' }
  }
  // A payment in review leaves it by a person's decision only.
  if (state === 'in_review') return { ...NOTHING, state: null, note: 'duplicate' }
  if (told !== 'succeeded') return { ...NOTHING, state: told, note: 'recorded' }
  const mismatch = mismatchOf(fact, known.order)
  if (mismatch !== null) return { ...NOTHING, state: 'in_review', note: mismatch, alarm: `payment_${mismatch}` }
  return decideSuccess(known.order)
}

function decideSuccess(order: KnownPayment['order']): PaymentDecision {
  if (order.accepted_payment_id !== null) return givenBack('second_payment')
  if (order.status === 'canceled') return givenBack('payment_after_cancellation')
  return { ...NOTHING, state: 'succeeded', note: 'applied', isAccepted: true }
}

function givenBack(note: 'second_payment' | 'payment_after_cancellation'): PaymentDecision {
  return { state: 'succeeded', note, isAccepted: false, isReturned: true, alarm: note }
}

function mismatchOf(fact: PaymentFact, order: KnownPayment['order']): FactNote | null {
  if (order.currency_kind !== 'real') return 'order_takes_no_payment'
  if (fact.amount !== order.amount || fact.currency !== order.currency) return 'amount_mismatch'
  return fact.isSandbox === (order.mode === 'sandbox') ? null : 'sandbox_mismatch'
}
