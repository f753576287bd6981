// The runner with providers that answer, stay silent, fail or come back later.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '../platform/logger.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import type { Psp, RefundAnswer, RefundRequest } from './psp.ts'
import { makeSandboxPsp } from './psps/sandbox.ts'
import { makeRefundRunner } from './refund-runner.ts'
import { claimRefunds, REFUND_LEASE_MS, repeatDelayMs } from './run-refunds.ts'
import { openPayments, type Payments } from './testing/payment-store.ts'

const HOUR_MS = 3_600_000
const succeeded: RefundAnswer = { kind: 'succeeded', providerReference: 're-1' }
const pending: RefundAnswer = { kind: 'pending', providerReference: 're-1' }
const unknown: RefundAnswer = { kind: 'unknown', reason: 'no answer' }

/** A call that a provider was asked. */
type Call = readonly ['refund' | 'look up', RefundRequest]

/** A provider that gives `answers` one after the other; an Error is thrown. */
function givenPsp(answers: readonly (RefundAnswer | Error)[]): { readonly psp: Psp; readonly calls: Call[] } {
  const calls: Call[] = []
  const answer = async (kind: Call[0], request: RefundRequest): Promise<RefundAnswer> => {
    calls.push([kind, request])
    const given = answers[calls.length - 1]
    if (given === undefined) throw new RangeError('The provider was asked more often than expected.')
    if (given instanceof Error) throw given
    return given
  }
  const psp: Psp = {
    ...makeSandboxPsp(),
    slug: 'test',
    refund: (request) => answer('refund', request),
    lookUpRefund: (request) => answer('look up', request),
  }
  return { psp, calls }
}

/** A runner over these answers; it is never started, so it works only when it is asked to settle. */
function runnerOf({ store }: Payments, answers: readonly (RefundAnswer | Error)[], callMsMax = 1_000) {
  const { psp, calls } = givenPsp(answers)
  const psps = new Map([[psp.slug, psp]])
  return { runner: makeRefundRunner({ store, psps, logger: silentLogger, callMsMax }), calls }
}

async function refundRow({ store }: Payments) {
  return store.read.selectFrom('refunds').selectAll().executeTakeFirstOrThrow()
}

eachStore((name, open) => {
  test(`${name}: calls the provider with the refund's id and cancels the order by its answer`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund()
    const { runner, calls } = runnerOf(shop, [succeeded])
    assert.equal(await runner.nextDueAt(), (await refundRow(shop)).due_at)
    await runner.settle()
    const { id, reason, state, provider_reference } = await refundRow(shop)
    const common = { projectId: 44056, refundId: id, paymentReference: 'pay-1', amount: 199, currency: 'USD', reason }
    assert.deepEqual(calls, [['refund', common]])
    assert.deepEqual([state, provider_reference, await shop.status()], ['succeeded', 're-1', 'canceled'])
    assert.equal(await runner.nextDueAt(), null)
  })

  test(`${name}: asks again with the same id after silence and errors, later each time`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund()
    const { runner, calls } = runnerOf(shop, [unknown, new Error('ECONNRESET'), unknown, succeeded])
    for (const attempt of [1, 2, 3]) {
      await runner.settle()
      const { state, failure, due_at, lease_until } = await refundRow(shop)
      assert.deepEqual([state, lease_until], ['requested', null])
      assert.ok(failure === 'no answer' || failure === 'ECONNRESET')
      assert.equal(await runner.nextDueAt(), due_at)
      await runner.settle()
      assert.equal(calls.length, attempt)
      await shop.store.skipTime(repeatDelayMs(attempt))
    }
    await runner.settle()
    assert.equal(await shop.status(), 'canceled')
    assert.equal(new Set(calls.map(([, request]) => request.refundId)).size, 1)
    // From the third silent call on a person is told.
    assert.deepEqual(shop.alarms, ['refund_unknown'])
  })

  test(`${name}: a provider that is too slow is taken for silent`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund()
    const { psp } = givenPsp([])
    const psps = new Map([[psp.slug, { ...psp, refund: () => new Promise<never>(() => undefined) }]])
    const runner = makeRefundRunner({ store: shop.store, psps, logger: silentLogger, callMsMax: 5 })
    await runner.settle()
    assert.deepEqual((await refundRow(shop)).failure, 'no answer in 5 ms')
  })

  test(`${name}: a pending refund is looked up an hour later and ends then`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund()
    const { runner, calls } = runnerOf(shop, [pending, unknown, succeeded])
    await runner.settle()
    assert.deepEqual([(await refundRow(shop)).state, await shop.status()], ['pending', 'paid'])
    await shop.store.skipTime(HOUR_MS)
    await runner.settle()
    const afterSilence = await refundRow(shop)
    assert.deepEqual([afterSilence.state, afterSilence.provider_reference], ['pending', 're-1'])
    await shop.store.skipTime(HOUR_MS)
    await runner.settle()
    assert.deepEqual(
      calls.map(([kind]) => kind),
      ['refund', 'look up', 'look up'],
    )
    assert.equal(await shop.status(), 'canceled')
  })

  test(`${name}: a pending refund ends by its callback, and nobody asks again`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund()
    const { runner } = runnerOf(shop, [pending])
    await runner.settle()
    await shop.tellRefund()
    assert.equal(await shop.status(), 'canceled')
    await shop.store.skipTime(2 * HOUR_MS)
    await runner.settle()
    assert.equal(await runner.nextDueAt(), null)
  })

  test(`${name}: a refund that the provider refuses is failed, and a person is told`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund()
    const { runner } = runnerOf(shop, [{ kind: 'failed', reason: 'card closed' }])
    await runner.settle()
    const { state, failure, ended_at } = await refundRow(shop)
    assert.deepEqual([state, failure, ended_at !== null], ['failed', 'card closed', true])
    assert.deepEqual([await shop.status(), shop.alarms], ['paid', ['refund_failed']])
  })

  test(`${name}: money of a provider that is not connected waits for its own refund`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund()
    const runner = makeRefundRunner({ store: shop.store, psps: new Map(), logger: silentLogger })
    await runner.settle()
    assert.deepEqual([(await refundRow(shop)).state, shop.alarms], ['requested', ['refund_not_connected']])
    await shop.tellRefund()
    assert.equal(await shop.status(), 'canceled')
  })

  test(`${name}: a claimed refund is nobody else's, and an answer with an old token changes nothing`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund()
    const [claimed] = await shop.store.run(claimRefunds, null)
    assert.ok(claimed)
    assert.deepEqual(await shop.store.run(claimRefunds, null), [])
    assert.equal(await shop.record({ ...claimed, leaseToken: claimed.leaseToken - 1 }, succeeded), false)
    assert.equal(await shop.status(), 'paid')
    assert.equal(await shop.record(claimed, succeeded), true)
    assert.equal(await shop.record(claimed, succeeded), false)
  })

  test(`${name}: a lease runs by real time, and a skip neither ends it nor waits for it`, async (t) => {
    const shop = await openPayments(t, open)
    await shop.tell()
    await shop.askRefund()
    await shop.store.run(claimRefunds, null)
    await shop.store.skipTime(2 * REFUND_LEASE_MS)
    const { runner, calls } = runnerOf(shop, [])
    await runner.settle()
    assert.deepEqual([calls, await runner.nextDueAt()], [[], null])
  })

  test(`${name}: started, it works off a request as soon as it is written, and gives up parked facts in time`, async (t) => {
    const shop = await openPayments(t, open)
    const { runner } = runnerOf(shop, [succeeded])
    await runner.start()
    t.after(() => runner.stop())
    await shop.tell()
    await shop.tell({ eventId: 'evt-x', order: { externalId: 'nobody' } })
    const canceled = Promise.withResolvers<void>()
    shop.store.onWakeUp((some) => {
      if (some.some((wakeUp) => wakeUp.kind === 'order_status' && wakeUp.to === 'canceled')) canceled.resolve()
    })
    await shop.askRefund()
    await canceled.promise
    const parkedUntil = await runner.nextDueAt()
    await shop.store.skipTime((parkedUntil as number) - shop.store.now())
    await runner.settle()
    assert.deepEqual(shop.alarms, ['payment_unmatched'])
  })
})

test('delays grow and then repeat', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 99].map(repeatDelayMs),
    [10_000, 60_000, 300_000, 1_800_000, 3_600_000, 3_600_000, 3_600_000],
  )
})
