// People are told of endpoints that go on failing, on every store.
import assert from 'node:assert/strict'
import test from 'node:test'
import { eachStore } from '../platform/store/testing/index.ts'
import { putWebhookSettings } from '../projects/index.ts'
import { skipTime } from '../skip-time.ts'
import { FAILING_REPEAT_MS } from './failing-endpoint.ts'
import { openStage, PROJECT_ID, type Stage } from './testing/stage.ts'

const MINUTE_MS = 60_000

/** Collects the details of the alarms that are raised from now on. */
function alarmsOf({ store }: Stage): readonly string[] {
  const alarms: string[] = []
  store.onWakeUp((wakeUps) => {
    for (const wakeUp of wakeUps) if (wakeUp.kind === 'alarm') alarms.push(`${wakeUp.code}: ${wakeUp.detail}`)
  })
  return alarms
}

async function skip({ store, dispatcher }: Stage, ms: number): Promise<void> {
  await skipTime({ store, work: [dispatcher] }, ms)
}

eachStore((name, open) => {
  test(`${name}: an endpoint that fails three times for a delivery is told once, however many wait for it`, async (t) => {
    const stage = await openStage(t, open)
    const alarms = alarmsOf(stage)
    stage.listener.behave(503)
    const orders = [await stage.giveOrder(), await stage.giveOrder()]
    for (const orderId of orders) await stage.announce(orderId, 'paid')
    await skip(stage, 9 * MINUTE_MS)
    assert.deepEqual(alarms, [])

    await skip(stage, 2 * MINUTE_MS)
    assert.equal(alarms.length, 1)
    assert.match(alarms[0] ?? '', /^endpoint_failing: The webhook endpoint answered 503 to attempt 3 of delivery \d+;/)
    await skip(stage, FAILING_REPEAT_MS - 10 * MINUTE_MS)
    assert.equal(alarms.length, 1)
  })

  test(`${name}: an endpoint that still fails after an hour is told again, and one with a new URL anew`, async (t) => {
    const stage = await openStage(t, open)
    const alarms = alarmsOf(stage)
    stage.listener.behave(503)
    await stage.announce(await stage.giveOrder(), 'paid')
    await skip(stage, 26 * MINUTE_MS)
    assert.equal(alarms.length, 1)
    const url = stage.listener.url.replace('key=hidden', 'key=other')
    const settings = { url, secret: null, isEnabled: true, version: null, overlapMs: 0, actor: 'test' }
    await stage.store.run(putWebhookSettings, { projectId: PROJECT_ID, ...settings })
    await skip(stage, 15 * MINUTE_MS)
    assert.equal(alarms.length, 2)
    await skip(stage, FAILING_REPEAT_MS + 15 * MINUTE_MS)
    assert.equal(alarms.length, 3)
  })

  test(`${name}: nobody is told of an endpoint that refuses, or that answers before its third failure`, async (t) => {
    const stage = await openStage(t, open)
    const alarms = alarmsOf(stage)
    stage.listener.behave(422)
    await stage.announce(await stage.giveOrder(), 'paid')
    await skip(stage, MINUTE_MS)
    stage.listener.behave(503)
    await stage.announce(await stage.giveOrder(), 'paid')
    await skip(stage, 6 * MINUTE_MS)
    stage.listener.behave(200)
    await skip(stage, 24 * 60 * MINUTE_MS)
    assert.deepEqual(alarms, [])
  })
})
