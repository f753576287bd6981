// Decides what a fact about a payment means; pure.
import type { Row } from '../platform/store/index.ts'
import type { FactNote, PaymentFact, PaymentStateFact } from './payment-fact.ts'

/** State of a payment; `in_review` waits for a person. */
export type PaymentState = 'pending' | 'authorized' | 'failed' | 'canceled' | 'in_review' | 'succeeded'

/** A payment never goes back: a fact with a lower rank than what is known is late. No two are equal, so any order ends the same. */
const RANK: Readonly<Record<PaymentState, number>> = {
  pending: 1,
  authorized: 2,
  failed: 3,
  canceled: 4,
  in_review: 5,
  succeeded: 6,
}

/** What is known when the fact arrives; `payment` null: its reference was never seen. */
export interface KnownPayment {
  readonly order: Pick<
    Row<'orders'>,
    'id' | 'status' | 'mode' | 'currency_kind' | 'currency' | 'amount' | 'accepted_payment_id'
  >
  readonly payment: Pick<Row<'payments'>, 'order_id' | 'state'> | null
}

/**
 * What to do.
 *
 * @property state the state the payment gets; null: nothing of it changes
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

const STATE_OF_FACT: Readonly<Record<PaymentStateFact, PaymentState>> = {
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
export function decidePaymentFact(
  fact: PaymentFact & { readonly type: PaymentStateFact },
  { order, payment }: KnownPayment,
): PaymentDecision {
  if (payment !== null && payment.order_id !== order.id) {
    return { ...NOTHING, state: null, note: 'other_order', alarm: 'payment_other_order' }
  }
  const told = STATE_OF_FACT[fact.type]
  const state = payment?.state as PaymentState | undefined
  if (state !== undefined && !isProgress(state, told)) {
    return { ...NOTHING, state: null, note: told === state || told === 'succeeded' ? 'duplicate' : 'late' }
  }
  if (told !== 'succeeded') return { ...NOTHING, state: told, note: 'recorded' }
  const mismatch = mismatchOf(fact, order)
  if (mismatch !== null) return { ...NOTHING, state: 'in_review', note: mismatch, alarm: `payment_${mismatch}` }
  return decideSuccess(order)
}

/** A payment in review leaves it by being given back only, never by another fact about it. */
function isProgress(state: PaymentState, told: PaymentState): boolean {
  return state !== 'in_review' && RANK[told] > RANK[state]
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
