// Table of what a payment fact means.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decidePaymentFact, type KnownPayment, type PaymentDecision } from './decide-payment-fact.ts'
import { givenPaymentFact } from './testing/given-fact.ts'

const ORDER: KnownPayment['order'] = {
  id: 10_000_001,
  status: 'new',
  mode: 'default',
  currency_kind: 'real',
  currency: 'USD',
  amount: 199,
  accepted_payment_id: null,
}

const quiet = { isAccepted: false, isReturned: false, alarm: null }

interface Case {
  readonly name: string
  readonly fact?: Parameters<typeof givenPaymentFact>[0]
  readonly order?: Partial<KnownPayment['order']>
  readonly state?: string
  /** The order that the known payment belongs to, where it is not this one. */
  readonly paymentOrderId?: number
  readonly expected: PaymentDecision
}

const CASES: readonly Case[] = [
  { name: 'accepts the first payment', expected: { ...quiet, state: 'succeeded', note: 'applied', isAccepted: true } },
  {
    name: 'accepts a late payment of an expired order',
    order: { status: 'expired' },
    expected: { ...quiet, state: 'succeeded', note: 'applied', isAccepted: true },
  },
  {
    name: 'accepts money that was first declined under the same reference',
    state: 'failed',
    expected: { ...quiet, state: 'succeeded', note: 'applied', isAccepted: true },
  },
  {
    name: 'gives a second payment back',
    order: { status: 'paid', accepted_payment_id: 7 },
    expected: {
      state: 'succeeded',
      note: 'second_payment',
      isAccepted: false,
      isReturned: true,
      alarm: 'second_payment',
    },
  },
  {
    name: 'gives a payment after cancellation back',
    order: { status: 'canceled' },
    expected: {
      state: 'succeeded',
      note: 'payment_after_cancellation',
      isAccepted: false,
      isReturned: true,
      alarm: 'payment_after_cancellation',
    },
  },
  {
    name: 'keeps a wrong amount for review',
    fact: { amount: 198 },
    expected: { ...quiet, state: 'in_review', note: 'amount_mismatch', alarm: 'payment_amount_mismatch' },
  },
  {
    name: 'keeps a wrong currency for review',
    fact: { currency: 'EUR' },
    expected: { ...quiet, state: 'in_review', note: 'amount_mismatch', alarm: 'payment_amount_mismatch' },
  },
  {
    name: 'keeps test money for a live order for review',
    fact: { isSandbox: true },
    expected: { ...quiet, state: 'in_review', note: 'sandbox_mismatch', alarm: 'payment_sandbox_mismatch' },
  },
  {
    name: 'keeps live money for a test order for review',
    order: { mode: 'sandbox' },
    expected: { ...quiet, state: 'in_review', note: 'sandbox_mismatch', alarm: 'payment_sandbox_mismatch' },
  },
  {
    name: 'keeps money for a virtual-currency order for review',
    order: { currency_kind: 'virtual' },
    expected: { ...quiet, state: 'in_review', note: 'order_takes_no_payment', alarm: 'payment_order_takes_no_payment' },
  },
  { name: 'knows a repeated success', state: 'succeeded', expected: { ...quiet, state: null, note: 'duplicate' } },
  {
    name: 'ignores an authorisation after success',
    fact: { type: 'payment.authorized' },
    state: 'succeeded',
    expected: { ...quiet, state: null, note: 'late' },
  },
  {
    name: 'ignores a failure after success',
    fact: { type: 'payment.failed' },
    state: 'succeeded',
    expected: { ...quiet, state: null, note: 'late' },
  },
  {
    name: 'leaves a payment in review to a person',
    state: 'in_review',
    expected: { ...quiet, state: null, note: 'duplicate' },
  },
  {
    name: 'records an authorisation',
    fact: { type: 'payment.authorized' },
    expected: { ...quiet, state: 'authorized', note: 'recorded' },
  },
  {
    name: 'records a decline after an authorisation',
    fact: { type: 'payment.failed' },
    state: 'authorized',
    expected: { ...quiet, state: 'failed', note: 'recorded' },
  },
  {
    name: 'ignores an authorisation after a decline',
    fact: { type: 'payment.authorized' },
    state: 'failed',
    expected: { ...quiet, state: null, note: 'late' },
  },
  {
    name: 'knows a repeated decline',
    fact: { type: 'payment.failed' },
    state: 'failed',
    expected: { ...quiet, state: null, note: 'duplicate' },
  },
  {
    name: 'ignores a failure of a payment in review',
    fact: { type: 'payment.failed' },
    state: 'in_review',
    expected: { ...quiet, state: null, note: 'late' },
  },
  {
    name: 'keeps a second payment with a wrong amount for review',
    fact: { amount: 198 },
    order: { status: 'paid', accepted_payment_id: 7 },
    expected: { ...quiet, state: 'in_review', note: 'amount_mismatch', alarm: 'payment_amount_mismatch' },
  },
  {
    name: 'never pays with the payment of another order',
    state: 'authorized',
    paymentOrderId: 10_000_002,
    expected: { ...quiet, state: null, note: 'other_order', alarm: 'payment_other_order' },
  },
]

for (const { name, fact, order, state, paymentOrderId = ORDER.id, expected } of CASES) {
  test(name, () => {
    const payment = state === undefined ? null : { order_id: paymentOrderId, state }
    assert.deepEqual(decidePaymentFact(givenPaymentFact(fact), { order: { ...ORDER, ...order }, payment }), expected)
  })
}
