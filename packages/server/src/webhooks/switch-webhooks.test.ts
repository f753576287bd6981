// Settings that change while orders move, on every store.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Store } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import { changeProjectSettings, putWebhookSettings } from '../projects/index.ts'
import { skipTime } from '../skip-time.ts'
import { type AttemptExchange, type AttemptReport, recordAttempt } from './attempt-report.ts'
import { beginManualAttempt } from './begin-manual-attempt.ts'
import { openStage, PROJECT_ID, type Stage } from './testing/stage.ts'

function switchEvents(stage: Stage, isEventsApiOn: boolean): Promise<unknown> {
  return stage.store.run(changeProjectSettings, { projectId: PROJECT_ID, patch: { isEventsApiOn }, actor: 'test' })
}

async function switchWebhooks(stage: Stage, isEnabled: boolean, url: string = stage.listener.url): Promise<void> {
  const secret = null
  const input = { projectId: PROJECT_ID, url, secret, isEnabled, version: null, overlapMs: 0, actor: 'test' }
  await stage.store.run(putWebhookSettings, input)
}

async function events(store: Store): Promise<readonly unknown[]> {
  const rows = await store.read.selectFrom('events_state').selectAll().orderBy('id').execute()
  return rows.map((row) => [row.order_id, row.type, row.processed_at])
}

async function routes(store: Store): Promise<readonly string[]> {
  const rows = await store.read.selectFrom('notifications').selectAll().orderBy('order_id').orderBy('id').execute()
  return rows.map((row) => `${row.type} ${row.route}`)
}

/** Begins to send the first delivery of the order again, and gives what will be told of it: a 200. */
async function beginResend({ store, deliveries }: Stage, orderId: number): Promise<AttemptReport> {
  const deliveryId = (await deliveries(orderId))[0]?.id ?? 0
  const result = await store.run(beginManualAttempt, { projectId: PROJECT_ID, deliveryId })
  assert.ok(result.kind === 'begun')
  const exchange: AttemptExchange = {
    url: 'https://game.example/',
    startedAt: result.attempt.begunAt,
    durationMs: 10,
    answer: { kind: 'response', status: 200 },
    failure: null,
    requestHeaders: '{}',
    responseHeaders: '{}',
    responseBody: '',
  }
  const { number } = result.attempt
  return { kind: 'manual', projectId: PROJECT_ID, orderId, deliveryId, number, requestedBy: 'test', exchange }
}

eachStore((name, open) => {
  test(`${name}: switching the events API on turns what waits into events in chain order`, async (t) => {
    const stage = await openStage(t, open, { settings: { webhookMode: 'separate' }, isDispatching: false })
    const [first, second] = [await stage.giveOrder(), await stage.giveOrder()]
    await stage.announce(first, 'paid')
    await stage.announce(second, 'paid')
    await switchEvents(stage, true)
    assert.deepEqual(await stage.line(first), ['payment moved', 'order_paid moved'])
    assert.deepEqual(await events(stage.store), [
      [first, 'payment', null],
      [first, 'order_paid', null],
      [second, 'payment', null],
      [second, 'order_paid', null],
    ])
    assert.deepEqual(await routes(stage.store), [
      'payment events',
      'order_paid events',
      'payment events',
      'order_paid events',
    ])
    await stage.dispatcher.start()
    await stage.dispatcher.settle()
    assert.equal(stage.listener.heard.length, 0)
  })

  test(`${name}: what is being sent moves too, and its answer comes late`, async (t) => {
    const stage = await openStage(t, open)
    const gate = Promise.withResolvers<200>()
    stage.listener.behave(() => gate.promise)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.listener.heardAtLeast(1)
    await switchEvents(stage, true)
    gate.resolve(200)
    await stage.dispatcher.stop()
    assert.deepEqual(await stage.line(orderId), ['order_paid moved'])
    assert.deepEqual(
      (await stage.attempts(orderId)).map(({ outcome }) => outcome),
      ['late'],
    )
    assert.deepEqual(stage.ended, [])
    assert.deepEqual(await events(stage.store), [[orderId, 'order_paid', null]])
  })

  test(`${name}: ended and held ones do not become events`, async (t) => {
    const stage = await openStage(t, open, { settings: { webhookMode: 'separate' } })
    stage.listener.behave(422)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    await switchEvents(stage, true)
    assert.deepEqual(await stage.line(orderId), ['payment rejected', 'order_paid held'])
    assert.deepEqual(await events(stage.store), [])
  })

  test(`${name}: what a resend releases while the events API is on waits until it is off`, async (t) => {
    const stage = await openStage(t, open, { settings: { webhookMode: 'separate' } })
    stage.listener.behave(422)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    const resent = await beginResend(stage, orderId)
    await switchEvents(stage, true)
    await stage.store.run(recordAttempt, resent)
    assert.deepEqual(await stage.line(orderId), ['payment accepted', 'order_paid paused'])

    stage.listener.behave(200)
    await switchEvents(stage, false)
    await stage.dispatcher.settle()
    assert.deepEqual(await stage.line(orderId), ['payment accepted', 'order_paid accepted'])
  })

  test(`${name}: switched off again, old events stay and new webhooks are sent`, async (t) => {
    const stage = await openStage(t, open, { isDispatching: false })
    const [first, second] = [await stage.giveOrder(), await stage.giveOrder()]
    await stage.announce(first, 'paid')
    await switchEvents(stage, true)
    await switchEvents(stage, false)
    await stage.announce(second, 'paid')
    await stage.dispatcher.start()
    await stage.dispatcher.settle()
    assert.deepEqual(await stage.line(first), ['order_paid moved'])
    assert.deepEqual(await stage.line(second), ['order_paid accepted'])
    assert.deepEqual(await events(stage.store), [[first, 'order_paid', null]])
  })

  test(`${name}: disabled webhooks pause what waits; enabled, it is sent in order from its first real attempt`, async (t) => {
    const stage = await openStage(t, open, { settings: { webhookMode: 'separate' }, isDispatching: false })
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await switchWebhooks(stage, false)
    assert.deepEqual(await stage.line(orderId), ['payment paused', 'order_paid blocked'])
    await stage.dispatcher.start()
    await skipTime({ store: stage.store, work: [stage.dispatcher] }, 3 * 24 * 3_600_000)
    assert.equal(stage.listener.heard.length, 0)
    await switchWebhooks(stage, true)
    await stage.dispatcher.settle()
    assert.deepEqual(await stage.line(orderId), ['payment accepted', 'order_paid accepted'])
    assert.deepEqual(
      (await stage.attempts(orderId)).map(({ position, is_late: late }) => [position, late]),
      [
        [0, 0],
        [0, 0],
      ],
    )
  })

  test(`${name}: settings that lose their URL pause what waits, and a URL lets it go`, async (t) => {
    const stage = await openStage(t, open, { isDispatching: false })
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await switchWebhooks(stage, true, '')
    assert.deepEqual(await stage.line(orderId), ['order_paid paused'])
    await switchWebhooks(stage, true)
    assert.deepEqual(await stage.line(orderId), ['order_paid due'])
  })

  test(`${name}: an attempt that fails after webhooks were disabled is paused until they are enabled`, async (t) => {
    const stage = await openStage(t, open)
    const gate = Promise.withResolvers<503>()
    stage.listener.behave(() => gate.promise)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.listener.heardAtLeast(1)
    await switchWebhooks(stage, false)
    gate.resolve(503)
    await stage.dispatcher.settle()
    assert.deepEqual(await stage.line(orderId), ['order_paid paused'])
    assert.equal(await stage.dispatcher.nextDueAt(), null)
    const [event] = stage.trail
    assert.ok(event?.kind === 'delivery.attempted')
    assert.deepEqual([event.outcome, event.nextDueAt], ['retry', null])

    await switchWebhooks(stage, true)
    const [delivery] = await stage.deliveries(orderId)
    assert.deepEqual([delivery?.state, delivery?.due_at], ['due', (delivery?.first_attempt_at ?? 0) + 300_000])
  })

  test(`${name}: a delivery that was claimed with stale settings is paused without using anything up`, async (t) => {
    const off = { webhookTarget: async () => null }
    const stage = await openStage(t, open, { isDispatching: false, dispatcher: { directory: off } })
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.start()
    await stage.dispatcher.settle()
    // Webhooks are enabled after all: it waits a moment instead of for a switch that was turned already.
    const [waiting] = await stage.deliveries(orderId)
    assert.deepEqual([waiting?.state, waiting?.first_attempt_at, waiting?.attempt_count], ['due', null, 0])
    await switchWebhooks(stage, false)
    assert.deepEqual(await stage.line(orderId), ['order_paid paused'])
  })

  test(`${name}: a new URL and secret hold from the next attempt on`, async (t) => {
    const stage = await openStage(t, open)
    stage.listener.behave(503)
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    await switchWebhooks(stage, true, stage.listener.url.replace('key=hidden', 'key=other'))
    await skipTime({ store: stage.store, work: [stage.dispatcher] }, 6 * 60_000)
    assert.deepEqual(
      (await stage.attempts(orderId)).map(({ url }) => new URL(url).search),
      ['?key=hidden', '?key=other'],
    )
  })
})
