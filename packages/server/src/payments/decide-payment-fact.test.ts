// Table of what a payment fact means.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decidePaymentFact, type KnownPayment, type PaymentDecision } from './decide-payment-fact.ts'
import { givenFact } from './testing/given-fact.ts'

const ORDER: KnownPayment['order'] = {
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
  readonly fact?: Parameters<typeof givenFact>[0]
  readonly order?: Partial<KnownPayment['order']>
  readonly state?: string
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
]

for (const { name, fact, order, state, expected } of CASES) {
  test(name, () => {
    const payment = state === undefined ? null : { id: 5, state }
    assert.deepEqual(decidePaymentFact(givenFact(fact), { order: { ...ORDER, ...order }, payment }), expected)
  })
}
