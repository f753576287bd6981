// Leases, fences and crashes on every store: who may still say what became of a delivery.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { CRASH_RESENDS_MAX } from '@ordertrail/core'
import { eachStore, openTestStore } from '../platform/store/testing/index.ts'
import { skipTime } from '../skip-time.ts'
import { type AttemptReport, recordAttempt } from './attempt-report.ts'
import { beginManualAttempt } from './begin-manual-attempt.ts'
import { type ClaimedDelivery, type ClaimInput, claimDeliveries } from './claim-due-deliveries.ts'
import { returnLeases } from './return-leases.ts'
import { openStage, type Stage } from './testing/stage.ts'

const ROOM = { all: 8, retries: 6 }
const CLAIM: ClaimInput = { owner: 'tester', leaseMs: 60_000, free: ROOM, perProject: [], perOtherProject: ROOM }
const ALONE = { owner: 'next process', isAlone: true }

/** Claims the only delivery that is due. */
async function claimOne(stage: Stage, changes: Partial<ClaimInput> = {}): Promise<ClaimedDelivery> {
  const [claimed, ...others] = await stage.store.run(claimDeliveries, { ...CLAIM, ...changes })
  assert.equal(others.length, 0)
  assert.ok(claimed !== undefined)
  return claimed
}

function reportOf(claimed: ClaimedDelivery, status: number): AttemptReport {
  const { projectId, deliveryId, orderId, number, leaseToken, position, isLate, claimedAt } = claimed
  return {
    kind: 'automatic',
    projectId,
    deliveryId,
    orderId,
    number,
    leaseToken,
    position,
    isLate,
    exchange: {
      url: 'http://127.0.0.1/',
      startedAt: claimedAt,
      durationMs: 5,
      answer: { kind: 'response', status },
      failure: null,
      requestHeaders: '{}',
      responseHeaders: '{}',
      responseBody: 'a\u0000b',
    },
  }
}

async function outcomes(stage: Stage, orderId: number): Promise<readonly unknown[]> {
  return (await stage.attempts(orderId)).map(({ number, outcome }) => `${number} ${outcome}`)
}

eachStore((name, open) => {
  const openClaimed = async (t: TestContext) => {
    const stage = await openStage(t, open, { isDispatching: false })
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    return { stage, orderId }
  }

  test(`${name}: a claimed delivery is not claimed again`, async (t) => {
    const { stage } = await openClaimed(t)
    await claimOne(stage)
    assert.deepEqual(await stage.store.run(claimDeliveries, CLAIM), [])
  })

  test(`${name}: a repeated record of one attempt counts once`, async (t) => {
    const { stage, orderId } = await openClaimed(t)
    const report = reportOf(await claimOne(stage), 503)
    const first = await stage.store.run(recordAttempt, report)
    assert.equal(first.kind, 'recorded')
    assert.deepEqual(await stage.store.run(recordAttempt, report), { kind: 'repeated' })
    assert.deepEqual(await outcomes(stage, orderId), ['1 retry'])
  })

  test(`${name}: records of many orders share a transaction, each with its own outcome`, async (t) => {
    const stage = await openStage(t, open, { isDispatching: false })
    const orderIds = [await stage.giveOrder(), await stage.giveOrder(), await stage.giveOrder()]
    for (const orderId of orderIds) await stage.announce(orderId, 'paid')
    const claimed = await stage.store.run(claimDeliveries, CLAIM)
    const statuses = [200, 400, 503]
    const reports = claimed.map((each, index) => reportOf(each, statuses[index] ?? 0))
    const results = await Promise.all(reports.map((report) => stage.store.run(recordAttempt, report)))
    assert.deepEqual(
      results.map((result) => ('outcome' in result ? result.outcome : result.kind)),
      ['accepted', 'rejected', 'retry'],
    )
    assert.deepEqual(stage.ended.map(({ orderId, outcome }) => [orderId, outcome]).sort(), [
      [claimed[0]?.orderId, 'accepted'],
      [claimed[1]?.orderId, 'rejected'],
    ])
  })

  test(`${name}: a report of a delivery that does not exist changes nothing`, async (t) => {
    const { stage } = await openClaimed(t)
    const report = { ...reportOf(await claimOne(stage), 200), deliveryId: 999_999_999 }
    assert.deepEqual(await stage.store.run(recordAttempt, report), { kind: 'absent' })
  })

  test(`${name}: an answer that comes after the lease is logged and changes nothing`, async (t) => {
    const { stage, orderId } = await openClaimed(t)
    const report = reportOf(await claimOne(stage), 200)
    assert.deepEqual(await stage.store.run(returnLeases, ALONE), { count: 1, isMore: false })
    assert.deepEqual(await outcomes(stage, orderId), ['1 crashed'])
    assert.deepEqual(await stage.store.run(recordAttempt, report), { kind: 'late' })
    assert.deepEqual(await stage.line(orderId), ['order_paid due'])
    assert.deepEqual(stage.ended, [])
    const [attempt] = await stage.attempts(orderId)
    assert.deepEqual(
      [attempt?.outcome, attempt?.status, attempt?.failure, attempt?.response_body],
      ['late', 200, 'The lease was over, so this changed nothing.', 'a\uFFFDb'],
    )
    assert.deepEqual(await stage.store.run(recordAttempt, report), { kind: 'repeated' })
  })

  test(`${name}: an answer to an older claim changes nothing of a newer one`, async (t) => {
    const { stage, orderId } = await openClaimed(t)
    const older = await claimOne(stage)
    await stage.store.run(returnLeases, ALONE)
    const newer = await claimOne(stage)
    assert.deepEqual(await stage.store.run(recordAttempt, reportOf(older, 200)), { kind: 'late' })
    assert.deepEqual(await stage.line(orderId), ['order_paid claimed'])
    const result = await stage.store.run(recordAttempt, reportOf(newer, 400))
    assert.deepEqual(result, { kind: 'recorded', outcome: 'rejected' })
    assert.deepEqual(await outcomes(stage, orderId), ['1 late', '2 rejected'])
  })

  test(`${name}: a manual attempt that is recorded twice counts once`, async (t) => {
    const { stage, orderId } = await openClaimed(t)
    const claimed = await claimOne(stage)
    await stage.store.run(recordAttempt, reportOf(claimed, 400))
    const { projectId, deliveryId } = claimed
    const begun = await stage.store.run(beginManualAttempt, { projectId, deliveryId })
    assert.ok(begun.kind === 'begun')
    const { number } = begun.attempt
    const report = { ...reportOf(claimed, 200), kind: 'manual', number, requestedBy: 'support' } as AttemptReport
    assert.deepEqual(await stage.store.run(recordAttempt, report), { kind: 'recorded', outcome: 'accepted' })
    assert.deepEqual(await stage.store.run(recordAttempt, report), { kind: 'repeated' })
    assert.deepEqual(await outcomes(stage, orderId), ['1 rejected', '2 accepted'])
    assert.equal(stage.ended.length, 2)
  })

  test(`${name}: a lease that is not over stays with its owner`, async (t) => {
    const { stage, orderId } = await openClaimed(t)
    await claimOne(stage)
    await stage.store.skipTime(3_600_000)
    assert.deepEqual(await stage.store.run(returnLeases, { owner: 'other', isAlone: false }), {
      count: 0,
      isMore: false,
    })
    assert.deepEqual(await stage.line(orderId), ['order_paid claimed'])
  })

  test(`${name}: a crash sends again at once without using a position, five times, then it counts as a failure`, async (t) => {
    const { stage, orderId } = await openClaimed(t)
    const alarms: unknown[] = []
    stage.store.onWakeUp((news) => void alarms.push(...news.filter(({ kind }) => kind === 'alarm')))
    for (let crash = 0; crash <= CRASH_RESENDS_MAX; crash += 1) {
      const { position } = await claimOne(stage, { leaseMs: -1 })
      assert.equal(position, 0)
      assert.deepEqual(await stage.store.run(returnLeases, { owner: 'other', isAlone: false }), {
        count: 1,
        isMore: false,
      })
    }
    const [delivery] = await stage.deliveries(orderId)
    assert.deepEqual(alarms, [
      {
        kind: 'alarm',
        projectId: 44056,
        code: 'delivery_crashes',
        orderId,
        detail: `Delivery ${delivery?.id} (order_paid) was sent again 5 times after crashes; from now on a crash counts as a failed attempt.`,
      },
    ])
    assert.deepEqual([delivery?.state, delivery?.position, delivery?.crash_resends], ['due', 1, CRASH_RESENDS_MAX])
    assert.deepEqual(
      await outcomes(stage, orderId),
      Array.from({ length: CRASH_RESENDS_MAX + 1 }, (_, index) => `${index + 1} crashed`),
    )
  })

  test(`${name}: a late attempt whose sender died stands in the log as late, with the time at which it began`, async (t) => {
    const { stage, orderId } = await openClaimed(t)
    const first = await claimOne(stage)
    await stage.store.run(recordAttempt, reportOf(first, 503))
    await stage.store.skipTime(13 * 60 * 60_000)
    const late = await claimOne(stage, { leaseMs: -1 })
    await stage.store.run(returnLeases, ALONE)
    const [, attempt] = await stage.attempts(orderId)
    assert.deepEqual(
      [attempt?.outcome, attempt?.position, attempt?.is_late, attempt?.started_at],
      ['crashed', 19, 1, late.claimedAt],
    )
  })

  test(`${name}: the last position that crashes too often ends the delivery as exhausted`, async (t) => {
    const stage = await openStage(t, open, { isDispatching: false, settings: { schedules: { order_paid: [0] } } })
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    for (let crash = 0; crash <= CRASH_RESENDS_MAX; crash += 1) {
      await claimOne(stage, { leaseMs: -1 })
      await stage.store.run(returnLeases, ALONE)
    }
    assert.deepEqual(await stage.line(orderId), ['order_paid exhausted'])
    assert.deepEqual(
      stage.ended.map(({ outcome, by, status }) => [outcome, by, status]),
      [['exhausted', 'automatic', null]],
    )
  })

  test(`${name}: room of endpoints and of retries bounds a claim`, async (t) => {
    const stage = await openStage(t, open, { isDispatching: false })
    stage.listener.behave(503)
    for (let count = 0; count < 3; count += 1) await stage.announce(await stage.giveOrder(), 'paid')
    const tried = await stage.store.run(claimDeliveries, CLAIM)
    for (const claimed of tried) await stage.store.run(recordAttempt, reportOf(claimed, 503))
    await stage.store.skipTime(300_000)
    for (let count = 0; count < 3; count += 1) await stage.announce(await stage.giveOrder(), 'paid')

    const claim = async (changes: Partial<ClaimInput>) =>
      (await stage.store.run(claimDeliveries, { ...CLAIM, ...changes })).map(({ isFirst }) =>
        isFirst ? 'first' : 'retry',
      )
    assert.deepEqual(await claim({ perProject: [{ projectId: 44056, all: 0, retries: 0 }] }), [])
    assert.deepEqual(await claim({ free: { all: 1, retries: 0 } }), ['first'])
    assert.deepEqual(await claim({ perProject: [{ projectId: 44056, all: 2, retries: 1 }] }), ['retry', 'first'])
    assert.deepEqual(await claim({ perOtherProject: { all: 1, retries: 0 } }), ['first'])
    assert.deepEqual(await claim({}), ['retry', 'retry'])
  })

  test(`${name}: a free order whose order_paid is refused raises an alarm`, async (t) => {
    const stage = await openStage(t, open)
    const alarms: unknown[] = []
    stage.store.onWakeUp((news) => void alarms.push(...news.filter(({ kind }) => kind === 'alarm')))
    stage.listener.behave(404)
    const orderId = await stage.giveOrder({ currency_kind: 'free', currency: null, status: 'done' })
    await stage.announce(orderId, 'paid', 'free')
    await stage.dispatcher.settle()
    assert.deepEqual(alarms, [
      {
        kind: 'alarm',
        projectId: 44056,
        code: 'done_order_unacknowledged',
        orderId,
        detail: 'The order is done, but its order_paid ended rejected.',
      },
    ])
  })

  test(`${name}: a delivery without a readable secret is not sent and uses nothing up`, async (t) => {
    const broken = { webhookTarget: () => Promise.reject(new Error('sealed with another key')) }
    const stage = await openStage(t, open, { dispatcher: { directory: broken } })
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
    const [delivery] = await stage.deliveries(orderId)
    assert.deepEqual(
      [delivery?.state, delivery?.position, delivery?.first_attempt_at, delivery?.attempt_count],
      ['due', 0, null, 0],
    )
    assert.ok((delivery?.due_at ?? 0) > stage.store.now())
    await stage.dispatcher.stop()
    assert.deepEqual(await stage.attempts(orderId), [])
  })
})

test('a dispatcher that starts on a SQLite file takes back what a former process had claimed', async (t) => {
  const stage = await openStage(t, (options) => openTestStore('sqlite file', options), { isDispatching: false })
  const orderId = await stage.giveOrder()
  await stage.announce(orderId, 'paid')
  await claimOne(stage)
  await stage.dispatcher.start()
  await stage.listener.heardAtLeast(1)
  await stage.dispatcher.stop()
  assert.deepEqual(await stage.line(orderId), ['order_paid accepted'])
  assert.deepEqual(await outcomes(stage, orderId), ['1 crashed', '2 accepted'])
})

test('a crash of a delivery never shifts the later attempts', async (t) => {
  const stage = await openStage(t, (options) => openTestStore('sqlite memory', options), { isDispatching: false })
  stage.listener.behave(503)
  const orderId = await stage.giveOrder()
  await stage.announce(orderId, 'paid')
  await claimOne(stage)
  await stage.dispatcher.start()
  await stage.listener.heardAtLeast(1)
  await skipTime({ store: stage.store, work: [stage.dispatcher] }, 11 * 60_000)
  assert.deepEqual(
    (await stage.attempts(orderId)).map(({ position, outcome }) => [position, outcome]),
    [
      [0, 'crashed'],
      [0, 'retry'],
      [1, 'retry'],
      [2, 'retry'],
    ],
  )
})
