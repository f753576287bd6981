// What is owed at the end of an order depends on what its game was told before, by whichever way, on every store.
import assert from 'node:assert/strict'
import test from 'node:test'
import { bind, type Command, oneByOne, rareCommand } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { changeProjectSettings, putWebhookSettings } from '../projects/index.ts'
import { recordAttempt } from '../webhooks/attempt-report.ts'
import { beginManualAttempt } from '../webhooks/begin-manual-attempt.ts'
import { type ClaimedDelivery, claimDeliveries } from '../webhooks/claim-due-deliveries.ts'
import { openPayments, type Payments, PROJECT_ID } from './testing/payment-store.ts'

const ROOM = { all: 8, retries: 6 }
const CLAIM = { owner: 'tester', leaseMs: 60_000, free: ROOM, perProject: [], perOtherProject: ROOM }
const WEBHOOK = {
  url: 'https://game.example/',
  secret: 'sealed',
  isEnabled: true,
  version: null,
  overlapMs: 0,
} as const

const forgetWebhook: Command<null, null> = rareCommand('test.forget-webhook')
const boundForgetWebhook = bind(
  forgetWebhook,
  oneByOne(async (tx) => {
    await tx.db.deleteFrom('webhook_settings').execute()
    return null
  }),
)

eachStore((name, open) => {
  test(`${name}: a held order_paid is void for good when the order is canceled while the events API is on`, async (t) => {
    const payments = await openPayments(t, open, { settings: { webhookMode: 'separate' } })
    await payments.tell()
    await answerClaimed(payments, 422)
    assert.deepEqual(await line(payments), ['payment rejected', 'order_paid held'])
    await setEventsApi(payments, true)
    await payments.tellRefund()
    assert.deepEqual(await line(payments), ['payment rejected', 'order_paid void'])
    assert.deepEqual(await events(payments), ['refund'])

    await setEventsApi(payments, false)
    await resendFirst(payments, 200)
    assert.deepEqual(await line(payments), ['payment accepted', 'order_paid void'])
  })

  test(`${name}: an order_paid that was claimed when its order was canceled and not sent after all is void`, async (t) => {
    const payments = await openPayments(t, open)
    await payments.tell()
    const [claimed] = await payments.store.run(claimDeliveries, CLAIM)
    await payments.tellRefund()
    assert.deepEqual(await line(payments), ['order_paid claimed', 'order_canceled blocked'])
    await tellUnsent(payments, claimed as ClaimedDelivery)
    assert.deepEqual(await line(payments), ['order_paid void', 'order_canceled void'])
  })

  test(`${name}: an order_paid that was sent once goes on after the cancellation`, async (t) => {
    const payments = await openPayments(t, open, { settings: { schedules: { order_paid: [0, 1] } } })
    await payments.tell()
    await answerClaimed(payments, 503)
    await payments.store.skipTime(60_000)
    const [claimed] = await payments.store.run(claimDeliveries, CLAIM)
    await payments.tellRefund()
    await tellUnsent(payments, claimed as ClaimedDelivery)
    assert.deepEqual(await line(payments), ['order_paid due', 'order_canceled blocked'])
  })

  test(`${name}: a declined payment is not news that the order was paid`, async (t) => {
    const settings = { toggles: { psDeclined: true } }
    const payments = await openPayments(t, open, { settings, commands: [boundForgetWebhook] })
    await payments.store.run(forgetWebhook, null)
    await payments.tell()
    await payments.store.run(putWebhookSettings, { projectId: PROJECT_ID, ...WEBHOOK, actor: 'test' })
    await payments.tell({ type: 'payment.failed', eventId: 'evt-2', providerReference: 'pay-2' })
    await payments.tellRefund()
    assert.deepEqual([await payments.status(), await payments.told()], ['canceled', ['ps_declined']])
  })
})

async function answerClaimed({ store }: Payments, status: number): Promise<void> {
  for (const claimed of await store.run(claimDeliveries, CLAIM)) {
    const { projectId, orderId, deliveryId, number, position, leaseToken, isLate, claimedAt } = claimed
    const attempt = { projectId, orderId, deliveryId, number, position, leaseToken, isLate }
    await store.run(recordAttempt, { kind: 'automatic', ...attempt, exchange: exchangeOf(claimedAt, status) })
  }
}

async function tellUnsent({ store }: Payments, claimed: ClaimedDelivery): Promise<void> {
  const { projectId, orderId, deliveryId, number, leaseToken, isFirst } = claimed
  const unsent = { projectId, orderId, deliveryId, number, leaseToken, isFirst, waitMs: 1_000 }
  await store.run(recordAttempt, { kind: 'unsent', ...unsent })
}

async function resendFirst({ store }: Payments, status: number): Promise<void> {
  const { id } = await store.read.selectFrom('deliveries').select('id').orderBy('line').executeTakeFirstOrThrow()
  const begun = await store.run(beginManualAttempt, { projectId: PROJECT_ID, deliveryId: id })
  if (begun.kind !== 'begun') throw new Error(`The resend was refused: ${JSON.stringify(begun)}`)
  const { orderId, deliveryId, number, begunAt } = begun.attempt
  const attempt = { projectId: PROJECT_ID, orderId, deliveryId, number, requestedBy: 'test' }
  await store.run(recordAttempt, { kind: 'manual', ...attempt, exchange: exchangeOf(begunAt, status) })
}

function exchangeOf(startedAt: number, status: number) {
  const nothing = { failure: null, requestHeaders: '{}', responseHeaders: '{}', responseBody: '' }
  const answer = { kind: 'response', status } as const
  return { url: 'https://game.example/', startedAt, durationMs: 1, answer, ...nothing }
}

function setEventsApi({ store }: Payments, isEventsApiOn: boolean): Promise<unknown> {
  return store.run(changeProjectSettings, { projectId: PROJECT_ID, patch: { isEventsApiOn }, actor: 'test' })
}

async function line({ store }: Payments): Promise<readonly string[]> {
  const rows = await store.read.selectFrom('deliveries').select(['type', 'state']).orderBy('line').execute()
  return rows.map(({ type, state }) => `${type} ${state}`)
}

async function events({ store }: Payments): Promise<readonly string[]> {
  const rows = await store.read.selectFrom('events_state').select('type').orderBy('id').execute()
  return rows.map(({ type }) => type)
}
