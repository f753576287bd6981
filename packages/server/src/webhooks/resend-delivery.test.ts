// Resends on every store: what a manual attempt may change and what it may not.
import assert from 'node:assert/strict'
import test from 'node:test'
import { silentLogger } from '../platform/logger.ts'
import { noMetrics } from '../platform/metrics.ts'
import { eachStore, openTestStore } from '../platform/store/testing/index.ts'
import { putWebhookSettings } from '../projects/index.ts'
import { skipTime } from '../skip-time.ts'
import { createFaultInjection } from './fault-injection.ts'
import { makeResend, type ResendResult } from './resend-delivery.ts'
import { openStage, PROJECT_ID, type Stage } from './testing/stage.ts'

const REQUESTED_BY = 'key:support'

/** Resends the delivery at `index` of the order's line. */
async function resend(stage: Stage, orderId: number, index = 0): Promise<ResendResult> {
  const deliveryId = (await stage.deliveries(orderId))[index]?.id ?? 0
  return resenderOf(stage)({ projectId: PROJECT_ID, deliveryId, requestedBy: REQUESTED_BY })
}

function resenderOf({ store, directory, sender }: Stage) {
  return makeResend({
    store,
    directory,
    sender,
    faults: null,
    logger: silentLogger,
    metrics: noMetrics,
    deadlineMs: 5_000,
  })
}

function shown(result: ResendResult): unknown {
  return result.kind === 'sent' ? [result.number, result.verdict, result.ended] : result
}

async function log(stage: Stage, orderId: number): Promise<readonly unknown[]> {
  const attempts = await stage.attempts(orderId)
  return attempts.map(({ number, kind, outcome, requested_by: by }) => [number, kind, outcome, by])
}

eachStore((name, open) => {
  test(`${name}: a 2xx to a resend ends a rejected delivery with all its effects`, async (t) => {
    const stage = await openStage(t, open)
    stage.listener.behave(400)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    stage.listener.behave(200)
    assert.deepEqual(shown(await resend(stage, orderId)), [2, 'accepted', true])
    assert.deepEqual(await stage.line(orderId), ['order_paid accepted'])
    assert.deepEqual(
      stage.ended.map(({ outcome, by }) => [outcome, by]),
      [
        ['rejected', 'automatic'],
        ['accepted', 'manual'],
      ],
    )
    assert.deepEqual(await log(stage, orderId), [
      [1, 'automatic', 'rejected', null],
      [2, 'manual', 'accepted', REQUESTED_BY],
    ])
  })

  test(`${name}: any other answer to a resend changes nothing, and no promised time is shifted`, async (t) => {
    const stage = await openStage(t, open)
    stage.listener.behave(503)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    const [before] = await stage.deliveries(orderId)
    stage.listener.behave(400)
    assert.deepEqual(shown(await resend(stage, orderId)), [2, 'rejected', false])
    const [after] = await stage.deliveries(orderId)
    assert.deepEqual(after, { ...before, attempt_count: 2 })
    assert.equal(stage.ended.length, 0)

    stage.listener.behave(503)
    await skipTime({ store: stage.store, work: [stage.dispatcher] }, 6 * 60_000)
    assert.deepEqual(await log(stage, orderId), [
      [1, 'automatic', 'retry', null],
      [2, 'manual', 'rejected', REQUESTED_BY],
      [3, 'automatic', 'retry', null],
    ])
  })

  test(`${name}: a 2xx to a resend of the payment releases the order_paid that was held`, async (t) => {
    const stage = await openStage(t, open, { settings: { webhookMode: 'separate' } })
    stage.listener.behave(422)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    assert.deepEqual(await resend(stage, orderId, 1), { kind: 'refused', code: 'resend_too_early' })
    stage.listener.behave(204)
    assert.deepEqual(shown(await resend(stage, orderId)), [2, 'accepted', true])
    await stage.dispatcher.settle()
    assert.deepEqual(await stage.line(orderId), ['payment accepted', 'order_paid accepted'])
  })

  test(`${name}: a resend that is accepted makes an attempt on its way late`, async (t) => {
    const stage = await openStage(t, open)
    const gate = Promise.withResolvers<503>()
    stage.listener.behave(503)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    // The manual attempt begins while the delivery waits and ends while the schedule's own attempt is on its way.
    const manual = Promise.withResolvers<200>()
    stage.listener.behave(() => (stage.listener.heard.length === 2 ? manual.promise : gate.promise))
    const resent = resend(stage, orderId)
    await stage.listener.heardAtLeast(2)
    await stage.store.skipTime(6 * 60_000)
    await stage.listener.heardAtLeast(3)
    manual.resolve(200)
    assert.deepEqual(shown(await resent), [2, 'accepted', true])
    gate.resolve(503)
    await stage.dispatcher.stop()
    assert.deepEqual(await stage.line(orderId), ['order_paid accepted'])
    assert.deepEqual(await log(stage, orderId), [
      [1, 'automatic', 'retry', null],
      [2, 'manual', 'accepted', REQUESTED_BY],
      [3, 'automatic', 'late', null],
    ])
  })

  test(`${name}: an accepted delivery may be sent again and ends only once`, async (t) => {
    const stage = await openStage(t, open)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    assert.deepEqual(shown(await resend(stage, orderId)), [2, 'accepted', false])
    assert.equal(stage.ended.length, 1)
  })

  test(`${name}: order_paid of a canceled order is never sent again`, async (t) => {
    const stage = await openStage(t, open)
    const orderId = await stage.giveOrder({ status: 'canceled' })
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    assert.deepEqual(await resend(stage, orderId), { kind: 'refused', code: 'resend_order_canceled' })
    assert.equal(stage.listener.heard.length, 1)
  })

  test(`${name}: what is being sent, and what is unknown, is not resent`, async (t) => {
    const stage = await openStage(t, open)
    const gate = Promise.withResolvers<200>()
    stage.listener.behave(() => gate.promise)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.listener.heardAtLeast(1)
    assert.deepEqual(await resend(stage, orderId), { kind: 'refused', code: 'resend_in_flight' })
    gate.resolve(200)
    const deliveryId = 999_999_999
    assert.deepEqual(await resenderOf(stage)({ projectId: PROJECT_ID, deliveryId, requestedBy: 'x' }), {
      kind: 'absent',
    })
    await stage.dispatcher.settle()
    const [delivery] = await stage.deliveries(orderId)
    const ofOther = { projectId: PROJECT_ID + 1, deliveryId: delivery?.id ?? 0, requestedBy: 'x' }
    assert.deepEqual(await resenderOf(stage)(ofOther), { kind: 'absent' })
  })

  test(`${name}: nothing is resent while webhooks are disabled`, async (t) => {
    const stage = await openStage(t, open)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    const url = stage.listener.url
    const off = {
      projectId: PROJECT_ID,
      url,
      secret: null,
      isEnabled: false,
      version: null,
      overlapMs: 0,
      actor: 'test',
    }
    await stage.store.run(putWebhookSettings, off)
    assert.deepEqual(await resend(stage, orderId), { kind: 'refused', code: 'webhooks_disabled' })
    const [delivery] = await stage.deliveries(orderId)
    assert.equal(delivery?.attempt_count, 1)
  })
})

test('a spoilt resend is not sent and reads like its made-up answer', async (t) => {
  const stage = await openStage(t, (options) => openTestStore('sqlite memory', options))
  const orderId = await stage.giveOrder()
  await stage.announce(orderId, 'paid')
  await stage.dispatcher.settle()
  const faults = createFaultInjection()
  faults.failNext({ type: null, count: 1, answer: 500 })
  const { store, directory, sender } = stage
  const spoilt = makeResend({
    store,
    directory,
    sender,
    faults,
    logger: silentLogger,
    metrics: noMetrics,
    deadlineMs: 1_000,
  })
  const [delivery] = await stage.deliveries(orderId)
  const result = await spoilt({ projectId: PROJECT_ID, deliveryId: delivery?.id ?? 0, requestedBy: 'x' })
  assert.deepEqual(shown(result), [2, 'retry', false])
  assert.equal(stage.listener.heard.length, 1)
})
