// Recoveries on every store: what is sent again, in what order, and what happens when the runner dies, waits or is told to stop.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { markEventsHeard } from '../../events/index.ts'
import { silentLogger } from '../../platform/logger.ts'
import { noMetrics } from '../../platform/metrics.ts'
import { bind, oneByOne, type Row, rareCommand, type Store } from '../../platform/store/index.ts'
import {
  eachStore,
  openTestStore,
  seedRows,
  type TestStore,
  type TestStoreOptions,
} from '../../platform/store/testing/index.ts'
import { changeProjectSettings, putWebhookSettings } from '../../projects/index.ts'
import { createEndpointSlots } from '../endpoint-slots.ts'
import { openStage, PROJECT_ID, type Stage } from '../testing/stage.ts'
import {
  askForRecovery,
  cancelRecovery,
  type StartRecoveryInput,
  type StartRecoveryResult,
} from './change-recoveries.ts'
import { RECOVERIES_KEPT_MAX, RECOVERY_MS_MAX } from './recovery.ts'
import { makeRecoveryRunner, type RecoveryRunnerDeps } from './recovery-runner.ts'
import { type BegunStep, beginStep, type RecordStepInput, recordStep } from './recovery-steps.ts'

type Open = (options?: TestStoreOptions) => Promise<TestStore>

const WANTED: StartRecoveryInput = {
  projectId: PROJECT_ID,
  kind: 'recover',
  types: null,
  since: 0,
  until: null,
  ratePerSecond: 50,
  requestedBy: 'key:support',
}

function start({ store }: Stage, changes: Partial<StartRecoveryInput> = {}): Promise<StartRecoveryResult> {
  return askForRecovery(store, { ...WANTED, ...changes })
}

async function startedId(stage: Stage, changes: Partial<StartRecoveryInput> = {}): Promise<number> {
  const result = await start(stage, changes)
  assert.ok(result.kind === 'started')
  return result.row.id
}

/** Runs a runner beside the stage until the job has ended. */
async function runToEnd(t: TestContext, stage: Stage, id: number, deps: Partial<RecoveryRunnerDeps> = {}) {
  const runner = runnerOf(stage, deps)
  t.after(() => runner.stop())
  await runner.start()
  const row = await until(stage, id, ({ state }) => state !== 'running')
  await runner.stop()
  return row
}

function runnerOf(stage: Stage, deps: Partial<RecoveryRunnerDeps> = {}) {
  return makeRecoveryRunner({
    store: stage.store,
    directory: stage.directory,
    sender: stage.sender,
    faults: null,
    logger: silentLogger,
    metrics: noMetrics,
    deadlineMs: 5_000,
    leaseMarginMs: 10_000,
    slots: createEndpointSlots({ inFlightMax: 64, endpointInFlightMax: 32 }),
    ...deps,
  })
}

/** The job as soon as `isSo`; asked at every turn of the event loop. */
async function until(
  { store }: Stage,
  id: number,
  isSo: (row: Row<'recoveries'>) => boolean,
): Promise<Row<'recoveries'>> {
  for (;;) {
    const row = await store.read.selectFrom('recoveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    if (isSo(row)) return row
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Orders whose first webhook was rejected. */
async function givenRejected(stage: Stage, count: number): Promise<readonly number[]> {
  stage.listener.behave(422)
  const orders: number[] = []
  for (let index = 0; index < count; index += 1) {
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    orders.push(orderId)
  }
  await stage.dispatcher.settle()
  stage.listener.behave(200)
  return orders
}

/** `type order` of what was heard behind the first `from`. */
function heardSince({ listener }: Stage, from: number): readonly string[] {
  return listener.heard.slice(from).map(({ body }) => {
    const { notification_type: type, order } = JSON.parse(body) as { notification_type: string; order: { id: number } }
    return `${type} ${order.id}`
  })
}

function counts({ state, total, sent, accepted, rejected, skipped }: Row<'recoveries'>): unknown {
  return { state, total, sent, accepted, rejected, skipped: JSON.parse(skipped) }
}

function switchWebhooks({ store, listener: { url } }: Stage, isEnabled: boolean): Promise<unknown> {
  const input = { projectId: PROJECT_ID, url, secret: null, isEnabled, version: null, overlapMs: 0, actor: 'test' }
  return store.run(putWebhookSettings, input)
}

function switchEvents({ store }: Stage, isEventsApiOn: boolean): Promise<unknown> {
  return store.run(changeProjectSettings, { projectId: PROJECT_ID, patch: { isEventsApiOn }, actor: 'test' })
}

const markHeard = rareCommand<{ readonly projectId: number; readonly eventId: number }, null>('test.mark-heard')
const boundMarkHeard = bind(
  markHeard,
  oneByOne(async (tx, event) => {
    await markEventsHeard(tx, [event])
    return null
  }),
)

async function events(store: Store): Promise<readonly Row<'events_state'>[]> {
  return store.read.selectFrom('events_state').selectAll().orderBy('id').execute()
}

eachStore((name, open) => {
  // In memory or in a file, it is the same SQLite.
  if (name === 'sqlite file') return

  test(`${name}: a recovery sends what failed once each, order by order, and says who asked`, async (t) => {
    const stage = await openStage(t, open)
    const orders = await givenRejected(stage, 4)
    const canceled = await stage.giveOrder({ status: 'canceled' })
    stage.listener.behave(422)
    await stage.announce(canceled, 'paid')
    await stage.dispatcher.settle()
    const refusing = orders[2] ?? 0
    stage.listener.behave(({ body }) =>
      body.includes(`${refusing}`) ? 400 : body.includes(`${orders[3]}`) ? 503 : 200,
    )
    const before = stage.listener.heard.length
    const id = await startedId(stage)
    const row = await runToEnd(t, stage, id)

    assert.deepEqual(
      heardSince(stage, before),
      orders.map((orderId) => `order_paid ${orderId}`),
    )
    const skipped = { resend_order_canceled: 1 }
    assert.deepEqual(counts(row), { state: 'done', total: 5, sent: 4, accepted: 2, rejected: 1, skipped })
    assert.deepEqual(
      await Promise.all([...orders, canceled].map((orderId) => stage.line(orderId))),
      ['accepted', 'accepted', 'rejected', 'rejected', 'rejected'].map((state) => [`order_paid ${state}`]),
    )
    const [, again] = await stage.attempts(orders[0] ?? 0)
    assert.deepEqual([again?.kind, again?.requested_by], ['manual', `recovery ${id} by key:support`])
    assert.deepEqual(
      stage.ended.filter(({ by }) => by === 'manual').map(({ orderId, outcome }) => [orderId, outcome]),
      orders.slice(0, 2).map((orderId) => [orderId, 'accepted']),
    )
  })

  test(`${name}: within an order the line counts, and what was held follows by itself`, async (t) => {
    const stage = await openStage(t, open, { settings: { webhookMode: 'separate' } })
    const [orderId = 0] = await givenRejected(stage, 1)
    assert.deepEqual(await stage.line(orderId), ['payment rejected', 'order_paid held'])
    stage.listener.behave(422)
    await stage.announce(orderId, 'canceled')
    await stage.dispatcher.settle()
    stage.listener.behave(200)
    const before = stage.listener.heard.length
    await runToEnd(t, stage, await startedId(stage))
    await stage.dispatcher.settle()
    assert.deepEqual(heardSince(stage, before).slice(0, 2), [`payment ${orderId}`, `refund ${orderId}`])
    assert.deepEqual(await stage.line(orderId), ['payment accepted', 'order_paid void', 'refund accepted'])
  })

  test(`${name}: only what ended in its time and is of its types is sent`, async (t) => {
    const stage = await openStage(t, open)
    const [early] = await givenRejected(stage, 1)
    await stage.store.skipTime(1_000)
    const since = stage.store.now()
    const [late] = await givenRejected(stage, 1)
    await stage.store.skipTime(1_000)
    const end = stage.store.now()
    await givenRejected(stage, 1)
    const before = stage.listener.heard.length
    const other = await runToEnd(t, stage, await startedId(stage, { types: ['payment', 'refund'] }))
    const row = await runToEnd(t, stage, await startedId(stage, { since, until: end, types: ['order_paid'] }))
    assert.deepEqual([other.total, other.sent, row.total, row.sent], [0, 0, 1, 1])
    assert.deepEqual(heardSince(stage, before), [`order_paid ${late}`])
    assert.notEqual(early, late)
  })

  for (const dies of ['before sending', 'before recording'] as const) {
    test(`${name}: a runner that dies ${dies} leaves the job to another one, which skips nothing`, async (t) => {
      const stage = await openStage(t, open)
      const orders = await givenRejected(stage, 3)
      const id = await startedId(stage)
      const before = stage.listener.heard.length
      const dead = { projectId: PROJECT_ID, recoveryId: id, owner: 'dead', leaseMs: 30, isAlone: false }
      const first = await stage.store.run(beginStep, dead)
      assert.ok(first.kind === 'begun')
      if (dies === 'before recording') {
        // What it heard dies with it; the listener knows the webhook.
        await stage.sender.send({
          url: stage.listener.url,
          secrets: ['any'],
          body: first.attempt.body,
          deadlineMs: 5_000,
          webhookId: 'msg_1',
        })
      }
      const row = await runToEnd(t, stage, id)
      const expected = orders.map((orderId) => `order_paid ${orderId}`)
      const twice = dies === 'before recording' ? [expected[0]] : []
      assert.deepEqual(heardSince(stage, before), [...twice, ...expected])
      assert.deepEqual(counts(row), { state: 'done', total: 3, sent: 3, accepted: 3, rejected: 0, skipped: {} })
    })
  }

  test(`${name}: a runner that lost its job is heard, and the job counts only what its new runner sent`, async (t) => {
    const stage = await openStage(t, open)
    await givenRejected(stage, 1)
    const id = await startedId(stage)
    const hold = { projectId: PROJECT_ID, recoveryId: id, leaseMs: 0, isAlone: false }
    const slow = await stage.store.run(beginStep, { ...hold, owner: 'slow' })
    const next = await stage.store.run(beginStep, { ...hold, owner: 'next', leaseMs: 60_000 })
    assert.ok(slow.kind === 'begun' && next.kind === 'begun')
    assert.deepEqual(await stage.store.run(beginStep, { ...hold, owner: 'slow' }), { kind: 'not_ours' })
    await stage.store.run(recordStep, stepOf(id, slow, 503))
    assert.equal((await until(stage, id, () => true)).sent, 0)
    await stage.store.run(recordStep, stepOf(id, next))
    const row = await until(stage, id, () => true)
    assert.deepEqual(counts(row), { state: 'running', total: 1, sent: 1, accepted: 1, rejected: 0, skipped: {} })
  })

  test(`${name}: one job of a project runs at a time, old ones are forgotten, and an empty time is refused`, async (t) => {
    const stage = await openStage(t, open, { isDispatching: false })
    const at = stage.store.now()
    assert.deepEqual(await start(stage, { since: at + 60_000 }), { kind: 'refused', code: 'recovery_window_empty' })
    const id = await startedId(stage)
    assert.deepEqual(await start(stage), { kind: 'refused', code: 'recovery_running' })
    const first = await runToEnd(t, stage, id)
    const rows = Array.from({ length: RECOVERIES_KEPT_MAX + 5 }, (_, index) => ({ ...first, id: 1_000 + index }))
    await stage.store.run(seedRows, { table: 'recoveries', rows })
    const another = await startedId(stage, { kind: 'replay' })
    const kept = await stage.store.read.selectFrom('recoveries').select('id').orderBy('id').execute()
    assert.deepEqual(
      kept.map((row) => row.id),
      [another, ...rows.slice(-RECOVERIES_KEPT_MAX).map((row) => row.id)],
    )
  })

  test(`${name}: a replay tells unprocessed events by webhook, and they count as processed then`, async (t) => {
    const stage = await openStage(t, open, { commands: [boundMarkHeard], isDispatching: false })
    const orders = [await stage.giveOrder(), await stage.giveOrder(), await stage.giveOrder()]
    for (const orderId of orders) await stage.announce(orderId, 'paid')
    await switchEvents(stage, true)
    const [processed] = await events(stage.store)
    await stage.store.run(markHeard, { projectId: PROJECT_ID, eventId: processed?.id ?? 0 })
    const early = await startedId(stage, { kind: 'replay' })
    const runner = runnerOf(stage)
    t.after(() => runner.stop())
    await runner.start()
    await until(stage, early, ({ pause }) => pause === 'webhooks_disabled')
    await switchEvents(stage, false)
    await runner.stop()
    stage.listener.behave(({ body }) => (body.includes(`${orders[2]}`) ? 503 : 204))
    const row = await runToEnd(t, stage, early)
    assert.deepEqual(counts(row), { state: 'done', total: 2, sent: 2, accepted: 1, rejected: 0, skipped: {} })
    assert.deepEqual(heardSince(stage, 0), [`order_paid ${orders[1]}`, `order_paid ${orders[2]}`])
    assert.deepEqual(
      await Promise.all(orders.map((orderId) => stage.line(orderId))),
      ['moved', 'accepted', 'moved'].map((state) => [`order_paid ${state}`]),
    )
    const [first, second, third] = await events(stage.store)
    assert.deepEqual(
      stage.ended.map(({ orderId, by, eventId }) => [orderId, by, eventId]),
      [[orders[1], 'manual', second?.id]],
    )
    assert.ok(first !== undefined && third?.processed_at === null)
  })
})

// What the runner does, whatever engine keeps its rows.
const open: Open = (options) => openTestStore('sqlite memory', options)

test('a runner that died after the record is followed from the next one, and a repeated record counts once', async (t) => {
  const stage = await openStage(t, open)
  const orders = await givenRejected(stage, 2)
  const id = await startedId(stage)
  const hold = { projectId: PROJECT_ID, recoveryId: id, leaseMs: 30, isAlone: false }
  const begun = await stage.store.run(beginStep, { ...hold, owner: 'dead' })
  assert.ok(begun.kind === 'begun')
  const step = stepOf(id, begun)
  assert.equal((await stage.store.run(recordStep, step)).kind, 'recorded')
  assert.equal((await stage.store.run(recordStep, step)).kind, 'repeated')
  const before = stage.listener.heard.length
  const row = await runToEnd(t, stage, id)
  assert.deepEqual(heardSince(stage, before), [`order_paid ${orders[1]}`])
  assert.deepEqual(counts(row), { state: 'done', total: 2, sent: 2, accepted: 2, rejected: 0, skipped: {} })
})

test('a disabled endpoint pauses the job, and enabling it lets it go on', async (t) => {
  const stage = await openStage(t, open)
  const orders = await givenRejected(stage, 2)
  await switchWebhooks(stage, false)
  const before = stage.listener.heard.length
  const id = await startedId(stage)
  const runner = runnerOf(stage)
  t.after(() => runner.stop())
  await runner.start()
  await until(stage, id, ({ pause }) => pause === 'webhooks_disabled')
  assert.equal(stage.listener.heard.length, before)
  await switchWebhooks(stage, true)
  await runner.stop()
  const row = await runToEnd(t, stage, id)
  assert.deepEqual([row.state, row.pause, row.sent], ['done', null, orders.length])
})

test('canceling ends it with the send under way, which is still counted', async (t) => {
  const stage = await openStage(t, open)
  const orders = await givenRejected(stage, 3)
  const gate = Promise.withResolvers<200>()
  stage.listener.behave(() => gate.promise)
  const before = stage.listener.heard.length
  const id = await startedId(stage)
  const runner = runnerOf(stage)
  t.after(() => runner.stop())
  await runner.start()
  await stage.listener.heardAtLeast(before + 1)
  const cancel = { projectId: PROJECT_ID, recoveryId: id, actor: 'key:support' }
  assert.equal((await stage.store.run(cancelRecovery, cancel))?.state, 'canceled')
  gate.resolve(200)
  const row = await until(stage, id, ({ sent }) => sent === 1)
  await runner.stop()
  assert.deepEqual(counts(row), { state: 'canceled', total: 3, sent: 1, accepted: 1, rejected: 0, skipped: {} })
  assert.deepEqual(heardSince(stage, before), [`order_paid ${orders[0]}`])
  assert.deepEqual(await stage.store.run(cancelRecovery, cancel), row)
  assert.equal(await stage.store.run(cancelRecovery, { ...cancel, projectId: 1 }), null)
})

test('stopping the runner ends after the send under way and gives the job back', async (t) => {
  const stage = await openStage(t, open)
  await givenRejected(stage, 3)
  const gate = Promise.withResolvers<200>()
  stage.listener.behave(() => gate.promise)
  const before = stage.listener.heard.length
  const id = await startedId(stage)
  const runner = runnerOf(stage)
  await runner.start()
  await stage.listener.heardAtLeast(before + 1)
  const stopping = runner.stop()
  gate.resolve(200)
  await stopping
  const row = await until(stage, id, () => true)
  assert.deepEqual([row.state, row.sent, row.lease_owner], ['running', 1, null])
  assert.equal((await runToEnd(t, stage, id)).sent, 3)
})

test('a job that outlives its time ends', async (t) => {
  const stage = await openStage(t, open)
  await givenRejected(stage, 1)
  const id = await startedId(stage)
  await stage.store.skipTime(RECOVERY_MS_MAX)
  const row = await runToEnd(t, stage, id)
  assert.deepEqual([row.state, row.sent], ['timed_out', 0])
})

test('a recovery takes no room where there is none for retries, and gives back what it took', async (t) => {
  const stage = await openStage(t, open)
  const slots = createEndpointSlots({ inFlightMax: 64, endpointInFlightMax: 1 })
  await givenRejected(stage, 2)
  slots.take(PROJECT_ID, true)
  const before = stage.listener.heard.length
  const asked = Promise.withResolvers<void>()
  const watched = {
    give: slots.give,
    tryTakeRetry: (projectId: number): boolean => {
      const isTaken = slots.tryTakeRetry(projectId)
      if (!isTaken) asked.resolve()
      return isTaken
    },
  }
  const id = await startedId(stage)
  const runner = runnerOf(stage, { slots: watched })
  t.after(() => runner.stop())
  await runner.start()
  await asked.promise
  assert.equal(stage.listener.heard.length, before)
  slots.give(PROJECT_ID, true, 'answered')
  await until(stage, id, ({ state }) => state === 'done')
  await runner.stop()
  assert.equal(slots.inFlight, 0)
})

/** A step whose listener answered `status`. */
function stepOf(recoveryId: number, begun: BegunStep, status = 200): RecordStepInput {
  const { attempt, place, leaseToken, requestedBy } = begun
  const { projectId, deliveryId, orderId, number } = attempt
  const exchange = {
    url: 'https://game.example/',
    startedAt: attempt.begunAt,
    durationMs: 10,
    answer: { kind: 'response', status },
    failure: null,
    requestHeaders: '{}',
    responseHeaders: '{}',
    responseBody: '',
  } as const
  const report = { kind: 'manual', projectId, deliveryId, orderId, number, requestedBy, exchange } as const
  return { recoveryId, place, leaseToken, report }
}
