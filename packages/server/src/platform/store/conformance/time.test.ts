// Every store: wall time, skipped time, leases.
import assert from 'node:assert/strict'
import test from 'node:test'
import type { Store, WakeUp } from '../index.ts'
import { eachProbeStore } from '../testing/each-probe-store.ts'
import { type ProbeResult, probe } from '../testing/probe-write-side.ts'

const HOUR_MS = 3_600_000
/** How far two readings of the time may be apart on a busy machine. */
const APART_MS_MAX = 5_000
let probes = 0

function lookAtTime(store: Store): Promise<ProbeResult> {
  probes += 1
  return store.run(probe, { id: `${probes}` })
}

function assertNear(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < APART_MS_MAX, `${actual} is not near ${expected}`)
}

eachProbeStore((name, open) => {
  // A store in memory keeps nothing, and is read through the connection that writes.
  const testKept = name === 'sqlite memory' ? () => {} : test

  test(`${name}: transactions and readers have the same wall time, in whole milliseconds`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const { now, leaseNow } = await lookAtTime(store)
    assertNear(now, store.now())
    assert.equal(now, leaseNow)
    assert.deepEqual([now, store.now()].map(Number.isSafeInteger), [true, true])
  })

  test(`${name}: a skip moves wall time for transactions and readers, and no leases`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const before = await lookAtTime(store)
    await store.skipTime(HOUR_MS)
    await store.skipTime(HOUR_MS)
    const after = await lookAtTime(store)
    assert.equal(after.now - after.leaseNow, 2 * HOUR_MS)
    assertNear(after.leaseNow, before.leaseNow)
    assertNear(store.now(), before.now + 2 * HOUR_MS)
  })

  test(`${name}: a skip wakes those who wait for a due time`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const told: WakeUp[] = []
    store.onWakeUp((wakeUps) => told.push(...wakeUps))
    await store.skipTime(HOUR_MS)
    const [wakeUp] = told
    assert.ok(told.length === 1 && wakeUp?.kind === 'time_skipped')
    assertNear(wakeUp.now, store.now())
  })

  testKept(`${name}: skipped time outlasts a restart`, async (t) => {
    const { store, reopen, stop } = await open()
    t.after(stop)
    await store.skipTime(HOUR_MS)
    const before = store.now()
    const again = await reopen()
    assertNear(again.now(), before)
    const { now, leaseNow } = await lookAtTime(again)
    assert.equal(now - leaseNow, HOUR_MS)
  })

  test(`${name}: time is skipped forward only, by whole milliseconds`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    for (const ms of [0, -1, 0.5, Number.NaN]) await assert.rejects(store.skipTime(ms), RangeError)
  })

  test(`${name}: a store that was not opened for it refuses to skip time`, async (t) => {
    const { store, stop } = await open({ allowTimeSkip: false })
    t.after(stop)
    await assert.rejects(store.skipTime(HOUR_MS), { code: 'time_skip_refused' })
    const { now, leaseNow } = await lookAtTime(store)
    assert.equal(now, leaseNow)
  })
})
