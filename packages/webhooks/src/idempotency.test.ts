import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { test } from 'node:test'
import type { WebhookAnswer } from './answer.ts'
import { refuse } from './answer.ts'
import { ACCEPTED, deliver, givenListener, refusal, SECRET, TEMPORARY } from './given-listener.test.fixture.ts'
import type { IdempotencyStore } from './idempotency-store.ts'
import { memoryIdempotencyStore } from './memory-idempotency-store.ts'
import { sampleOrderCanceled, sampleOrderPaid, samplePayment, sampleRefund, signWebhook } from './testing.ts'

const AT_ONCE = 50
const REPEATS = 1_000

test('calls the handler once for 50 repeats at once, and accepts them all', async () => {
  let running = 0
  const { listener, calls } = givenListener({
    onPaid: async ({ orderId }) => {
      calls.push(`paid ${orderId}, ${++running} at once`)
      await new Promise(setImmediate)
      running--
    },
  })
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => deliver(listener, sampleOrderPaid())))
  assert.deepEqual(answers, Array(AT_ONCE).fill(ACCEPTED))
  assert.deepEqual(calls, ['paid 59614241, 1 at once'])
})

test('calls the handler once for 1,000 repeats, one after the other', async () => {
  const { listener, calls } = givenListener()
  const { headers, body: rawBody } = await signWebhook(sampleOrderPaid(), SECRET)
  for (let time = 0; time < REPEATS; time++) assert.deepEqual(await listener.handle({ headers, rawBody }), ACCEPTED)
  assert.deepEqual(calls, ['paid 59614241'])
})

test('lets the second of two at once try when the first fails', async () => {
  let attempts = 0
  const { listener } = givenListener({
    onPaid: async () => {
      await new Promise(setImmediate)
      if (++attempts === 1) throw new Error('away')
    },
  })
  const answers = await Promise.all([deliver(listener, sampleOrderPaid()), deliver(listener, sampleOrderPaid())])
  // Signatures are checked in parallel, so either may be the first.
  assert.deepEqual(
    answers.toSorted((a, b) => b.status - a.status),
    [TEMPORARY, ACCEPTED],
  )
  assert.equal(attempts, 2)
})

for (const { name, first, answer } of [
  { name: 'failed', first: () => Promise.reject(new Error('away')), answer: TEMPORARY },
  { name: 'refused', first: () => refuse('INVALID_USER'), answer: refusal('INVALID_USER', 'Invalid user') },
]) {
  test(`calls the handler again after it ${name}, until it succeeded once`, async () => {
    let attempts = 0
    const { listener } = givenListener({ onPaid: () => (++attempts === 1 ? first() : undefined) })
    const answers: WebhookAnswer[] = []
    for (let time = 0; time < 3; time++) answers.push(await deliver(listener, sampleOrderPaid()))
    assert.deepEqual(answers, [answer, ACCEPTED, ACCEPTED])
    assert.equal(attempts, 2)
  })
}

test('grants nothing when order_paid comes after order_canceled of the same order', async () => {
  const { listener, calls } = givenListener()
  const bodies = [sampleOrderCanceled(), sampleOrderPaid(), sampleOrderPaid({ orderId: 2, transactionId: 3 })]
  for (const body of bodies) assert.deepEqual(await deliver(listener, body), ACCEPTED)
  assert.deepEqual(calls, ['canceled 59614241', 'paid 2'])
})

test('grants when the order_canceled before it failed', async () => {
  const { listener, calls } = givenListener({ onCanceled: () => Promise.reject(new Error('away')) })
  await deliver(listener, sampleOrderCanceled())
  assert.deepEqual(await deliver(listener, sampleOrderPaid()), ACCEPTED)
  assert.deepEqual(calls, ['paid 59614241'])
})

test('lets order_canceled wait for the order_paid of its order', async () => {
  const granting = new EventEmitter()
  const { listener, calls } = givenListener({
    onPaid: async () => {
      calls.push('paid begins')
      granting.emit('begun')
      await once(granting, 'finish')
      calls.push('paid ends')
    },
  })
  const begun = once(granting, 'begun')
  const paid = deliver(listener, sampleOrderPaid())
  await begun
  const canceled = deliver(listener, sampleOrderCanceled())
  // Another order is answered meanwhile, and so the cancellation had its chance to overtake.
  assert.deepEqual(await deliver(listener, sampleOrderCanceled({ orderId: 2 })), ACCEPTED)
  granting.emit('finish')
  assert.deepEqual(await Promise.all([paid, canceled]), [ACCEPTED, ACCEPTED])
  assert.deepEqual(calls, ['paid begins', 'canceled 2', 'paid ends', 'canceled 59614241'])
})

test('grants an order once although its payment and mode change between repeats', async () => {
  const { listener, calls } = givenListener()
  await deliver(listener, sampleOrderPaid({ mode: 'separate' }))
  await deliver(listener, sampleOrderPaid({ mode: 'combined', transactionId: 7 }))
  assert.deepEqual(calls, ['paid 59614241'])
})

test('grants an order once although the secret is rotated between repeats', async () => {
  const idempotency = memoryIdempotencyStore()
  const before = givenListener({ secrets: ['old'], idempotency })
  const after = givenListener({ secrets: ['new', 'old'], idempotency })
  await deliver(before.listener, sampleOrderPaid(), 'old')
  assert.deepEqual(await deliver(after.listener, sampleOrderPaid(), 'new'), ACCEPTED)
  assert.deepEqual([before.calls, after.calls], [['paid 59614241'], []])
})

test('keeps the orders of two projects apart in one store', async () => {
  const idempotency = memoryIdempotencyStore()
  const one = givenListener({ projectId: 1, idempotency })
  const two = givenListener({ projectId: 2, idempotency })
  for (const [projectId, { listener }] of [one, two].entries()) {
    await deliver(listener, sampleOrderPaid({ projectId: projectId + 1 }))
  }
  assert.deepEqual([one.calls, two.calls], [['paid 59614241'], ['paid 59614241']])
})

test('handles payment, refund and ps_declined once for each transaction', async () => {
  const { listener, calls } = givenListener({
    onPayment: ({ transactionId }) => void calls.push(`payment ${transactionId}`),
    onRefund: ({ transactionId }) => void calls.push(`refund ${transactionId}`),
    onDeclined: ({ transactionId }) => void calls.push(`declined ${transactionId}`),
  })
  const declined = { ...sampleRefund(), notification_type: 'ps_declined', transaction: { id: '2105129134' } }
  for (const body of [samplePayment(), sampleRefund(), declined, samplePayment({ transactionId: 8 })]) {
    for (let time = 0; time < 2; time++) assert.deepEqual(await deliver(listener, body), ACCEPTED)
  }
  assert.deepEqual(calls, ['payment 2105129134', 'refund 2105129134', 'declined 2105129134', 'payment 8'])
})

test('tells partial refunds of one transaction apart by date and amount', async () => {
  const { listener, calls } = givenListener({
    onPartialRefund: ({ amount, refund }) => void calls.push(`${amount} at ${refund?.date}`),
  })
  for (const body of [partialRefund('10:00', 1), partialRefund('10:00', 2), partialRefund('11:00', 1)]) {
    for (let time = 0; time < 2; time++) assert.deepEqual(await deliver(listener, body), ACCEPTED)
  }
  assert.deepEqual(calls, ['1 at 10:00', '2 at 10:00', '1 at 11:00'])
})

function partialRefund(date: string, amount: number): object {
  const refund = sampleRefund()
  return {
    ...refund,
    notification_type: 'partial_refund',
    payment_details: { ...refund.payment_details, payment: { currency: 'USD', amount } },
    refund_details: { ...refund.refund_details, date },
  }
}

test('forgets the oldest key beyond the limit', async () => {
  const { listener, calls } = givenListener({ idempotency: memoryIdempotencyStore({ limit: 2 }) })
  for (const orderId of [1, 2, 3, 3, 2, 1]) await deliver(listener, sampleOrderPaid({ orderId }))
  assert.deepEqual(calls, ['paid 1', 'paid 2', 'paid 3', 'paid 1'])
})

for (const limit of [0, -1, 1.5, Number.NaN]) {
  test(`refuses ${limit} as a limit of the memory store`, () => {
    assert.throws(() => memoryIdempotencyStore({ limit }), RangeError)
  })
}

test('answers 500 when the idempotency store is away, without calling the handler', async () => {
  const away = new Error('store away')
  const { listener, calls, problems } = givenListener({ idempotency: { runOnce: () => Promise.reject(away) } })
  assert.deepEqual(await deliver(listener, sampleOrderPaid()), TEMPORARY)
  assert.deepEqual(calls, [])
  assert.deepEqual(
    problems.map((problem) => 'cause' in problem && problem.cause),
    [away],
  )
})

test('hands the transaction of the store to the handler', async () => {
  const seen: unknown[] = []
  const idempotency: IdempotencyStore<string> = {
    runOnce: async (_entry, work) => ({ kind: 'ran', answer: (await work('tx 1')).answer }),
  }
  const { listener } = givenListener({
    idempotency,
    onPaid: (_purchase, { tx, notificationType }) => void seen.push([tx, notificationType]),
  })
  assert.deepEqual(await deliver(listener, sampleOrderPaid()), ACCEPTED)
  assert.deepEqual(seen, [['tx 1', 'order_paid']])
})
