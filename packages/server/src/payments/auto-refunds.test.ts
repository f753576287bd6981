// Money that goes back by itself when the game refused the order: only then, and only where the project wants it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, oneByOne, rareCommand } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { recordAttempt } from '../webhooks/attempt-report.ts'
import { type ClaimInput, claimDeliveries } from '../webhooks/claim-due-deliveries.ts'
import type { EndedDelivery } from '../webhooks/index.ts'

import { requestAutoRefunds } from './auto-refunds.ts'
import { ORDER_ID, openPayments, type Payments, PROJECT_ID } from './testing/payment-store.ts'

const requestAuto = rareCommand<readonly EndedDelivery[], null>('test.request-auto-refunds')
const commands = [
  bind(
    requestAuto,
    oneByOne(async (tx, ended) => {
      await requestAutoRefunds(tx, ended)
      return null
    }),
  ),
]

const on = { isAutoRefundOn: true }

function ended(changes: Partial<EndedDelivery> = {}): EndedDelivery {
  const delivery = {
    projectId: PROJECT_ID,
    deliveryId: 1,
    orderId: ORDER_ID,
    type: 'order_paid',
    mode: 'combined',
  } as const
  return { ...delivery, outcome: 'rejected', by: 'automatic', status: 409, ...changes }
}

/** The game answers every webhook that is due with `status`. */
async function answerWebhooks({ store }: Payments, status: number): Promise<void> {
  const free = { all: 10, retries: 10 }
  const input: ClaimInput = { owner: 'test', leaseMs: 1_000, free, perProject: [], perOtherProject: free }
  for (const delivery of await store.run(claimDeliveries, input)) {
    const { projectId, deliveryId, orderId, number, leaseToken, position, isLate } = delivery
    const exchange = {
      url: 'https://game.example/webhooks',
      startedAt: store.now(),
      durationMs: 1,
      answer: { kind: 'response', status },
      failure: null,
      requestHeaders: '{}',
      responseHeaders: null,
      responseBody: null,
    } as const
    const named = { projectId, deliveryId, orderId, number, leaseToken, position, isLate }
    await store.run(recordAttempt, { kind: 'automatic', ...named, exchange })
  }
}

eachStore((name, open) => {
  test(`${name}: an order_paid that the game refuses gives the money back and cancels the order`, async (t) => {
    const shop = await openPayments(t, open, { settings: on })
    await shop.tell()
    await answerWebhooks(shop, 409)
    assert.deepEqual(await shop.refunds(), [{ amount: 199, code: 10, state: 'requested' }])
    assert.equal(await shop.status(), 'paid')
    await shop.answerRefunds()
    assert.equal(await shop.status(), 'canceled')
  })

  for (const [what, answer, settings] of [
    ['where the project does not want it', 409, {}],
    ['while attempts go on', 500, on],
    ['for an order that was accepted', 204, on],
  ] as const) {
    test(`${name}: nothing goes back ${what}`, async (t) => {
      const shop = await openPayments(t, open, { settings })
      await shop.tell()
      await answerWebhooks(shop, answer)
      assert.deepEqual(await shop.refunds(), [])
    })
  }

  for (const [what, delivery, code] of [
    ['order_paid without an answer to the end', { outcome: 'exhausted', status: null }, 3],
    ['a separate payment webhook that is refused', { type: 'payment', mode: 'separate' }, 10],
    ['a manual attempt', { by: 'manual' }, null],
    ['order_canceled', { type: 'order_canceled' }, null],
    ['partial_refund', { type: 'partial_refund' }, null],
    ['an accepted webhook', { outcome: 'accepted' }, null],
  ] as const) {
    test(`${name}: ${code === null ? 'nothing goes' : 'money goes'} back after ${what}`, async (t) => {
      const shop = await openPayments(t, open, { settings: on, commands })
      await shop.tell()
      await shop.store.run(requestAuto, [ended(delivery)])
      assert.deepEqual(await shop.refunds(), code === null ? [] : [{ amount: 199, code, state: 'requested' }])
    })
  }

  test(`${name}: payment and order_paid that are refused together give the money back once`, async (t) => {
    const shop = await openPayments(t, open, { settings: on, commands })
    await shop.tell()
    const both = [ended({ type: 'payment', mode: 'separate' }), ended({ mode: 'separate' })]
    await shop.store.run(requestAuto, both)
    await shop.store.run(requestAuto, both)
    assert.deepEqual(await shop.refunds(), [{ amount: 199, code: 10, state: 'requested' }])
  })

  test(`${name}: only what earlier refunds have left goes back`, async (t) => {
    const shop = await openPayments(t, open, { settings: on, commands })
    await shop.tell()
    await shop.tellRefund({ amount: 150 })
    await shop.store.run(requestAuto, [ended()])
    assert.deepEqual((await shop.refunds()).at(-1), { amount: 49, code: 10, state: 'requested' })
  })

  test(`${name}: an order without real money has nothing to give back`, async (t) => {
    const order = { currency_kind: 'virtual', currency: 'gold', status: 'done' }
    const shop = await openPayments(t, open, { settings: on, commands, order })
    await shop.store.run(requestAuto, [ended()])
    assert.deepEqual(await shop.refunds(), [])
  })
})
