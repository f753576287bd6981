// Facts of one order in any order, and told more than once: the end is always the same.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openTestStore, type TestStoreOptions } from '../platform/store/testing/index.ts'
import type { PaymentFact } from './payment-fact.ts'
import { openPayments } from './testing/payment-store.ts'

type Told = Partial<PaymentFact>

const payment = (type: PaymentFact['type']): Told => ({ type, eventId: type })
const refund = (eventId: string, amount: number, more: Told = {}): Told => {
  return { type: 'refund.succeeded', eventId, providerReference: eventId, paymentReference: 'pay-1', amount, ...more }
}

const PAYMENT = ['payment.pending', 'payment.authorized', 'payment.failed', 'payment.canceled', 'payment.succeeded']
const facts = PAYMENT.map((type) => payment(type as PaymentFact['type']))

interface Case {
  readonly name: string
  readonly facts: readonly Told[]
  readonly end: object
}

const succeeded = { provider_reference: 'pay-1', state: 'succeeded' }

const CASES: readonly Case[] = [
  {
    name: 'a payment that succeeded in the end',
    facts,
    end: { status: 'paid', payments: [succeeded], refunds: [], told: ['order_paid'] },
  },
  {
    name: 'a payment that never succeeded',
    facts: facts.slice(0, 4),
    end: { status: 'new', payments: [{ ...succeeded, state: 'canceled' }], refunds: [], told: [] },
  },
  {
    name: 'a payment and its whole refund',
    facts: [...facts.slice(1), refund('re-1', 199)],
    end: {
      status: 'canceled',
      payments: [succeeded],
      refunds: [{ amount: 199, code: 8, state: 'succeeded' }],
      told: ['order_paid'],
    },
  },
  {
    name: 'a payment and the states of its refund',
    facts: [
      ...facts.slice(3),
      refund('re-1', 199),
      refund('re-1', 199, { type: 'refund.pending', eventId: 'pending' }),
      refund('re-1', 199, { type: 'refund.failed', eventId: 'failed' }),
    ],
    end: {
      status: 'canceled',
      payments: [succeeded],
      refunds: [{ amount: 199, code: 8, state: 'succeeded' }],
      told: ['order_paid'],
    },
  },
]

/** Tells `told` one after the other and gives what is left. */
async function endOf(told: readonly Told[]): Promise<object> {
  const ends: (() => Promise<void>)[] = []
  const open = (options?: TestStoreOptions) => openTestStore('sqlite memory', options)
  const shop = await openPayments({ after: (end) => void ends.push(end) }, open)
  try {
    for (const each of told) await shop.tell(each)
    return {
      status: await shop.status(),
      payments: await shop.payments(),
      refunds: await shop.refunds(),
      told: await shop.told(),
    }
  } finally {
    for (const end of ends) await end()
  }
}

for (const { name, facts, end } of CASES) {
  test(`${name} ends the same in any order`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...facts], { minLength: facts.length }), async (told) => {
        assert.deepEqual(await endOf(told), end)
      }),
      { numRuns: 20 },
    )
  })

  test(`${name} ends the same when facts are repeated`, async () => {
    const repeated = fc.array(fc.constantFrom(...facts), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(repeated, fc.shuffledSubarray([...facts], { minLength: facts.length }), async (some, all) => {
        assert.deepEqual(await endOf([...some, ...all]), end)
      }),
      { numRuns: 12 },
    )
  })
}

test('two parts of a refund add up to the whole in any order', async () => {
  const told = [payment('payment.succeeded'), refund('re-1', 50), refund('re-2', 149)]
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(told, { minLength: told.length }), async (shuffled) => {
      const { status, told: notifications } = (await endOf(shuffled)) as { status: string; told: string[] }
      assert.deepEqual([status, notifications], ['canceled', ['order_paid']])
    }),
    { numRuns: 12 },
  )
})

test('of two payments one is accepted and the other goes back, whichever comes first', async () => {
  const two = [payment('payment.succeeded'), { eventId: 'evt-2', providerReference: 'pay-2' }]
  for (const told of [two, two.toReversed()]) {
    const end = await endOf(told)
    assert.deepEqual(
      { ...end, payments: null },
      {
        status: 'paid',
        payments: null,
        refunds: [{ amount: 199, code: 13, state: 'requested' }],
        told: ['order_paid'],
      },
    )
  }
})
