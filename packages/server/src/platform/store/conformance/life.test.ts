// Every store: ping, stop, restart.
import assert from 'node:assert/strict'
import test from 'node:test'
import { eachProbeStore } from '../testing/each-probe-store.ts'
import { probe } from '../testing/probe-write-side.ts'

eachProbeStore((name, open) => {
  // A store in memory keeps nothing, and is read through the connection that writes.
  const testKept = name === 'sqlite memory' ? () => {} : test

  test(`${name}: answers a ping`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    await store.ping()
  })

  test(`${name}: stop lets the commands under way end, and what they wrote is kept`, async (t) => {
    const { store, reopen, stop } = await open()
    t.after(stop)
    const runs = Array.from({ length: 100 }, (_, index) => store.run(probe, { id: `p${index}` }))
    await Promise.all([store.stop(), ...runs])
    if (name === 'sqlite memory') return
    const rows = await (await reopen()).read.selectFrom('users').select('party_id').execute()
    assert.equal(rows.length, 100)
  })

  test(`${name}: after stop everything is refused`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    await store.stop()
    const unavailable = { code: 'store_unavailable' }
    await assert.rejects(store.run(probe, { id: 'late' }), unavailable)
    await assert.rejects(store.ping(), unavailable)
    await assert.rejects(store.skipTime(1), unavailable)
    await assert.rejects(store.read.selectFrom('users').selectAll().execute(), unavailable)
  })

  test(`${name}: stop may be called twice, and at once`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    await Promise.all([store.stop(), store.stop()])
    await store.stop()
  })

  testKept(`${name}: what was written is there after a restart`, async (t) => {
    const { store, reopen, stop } = await open()
    t.after(stop)
    await store.run(probe, { id: 'kept' })
    const again = await reopen()
    const rows = await again.read.selectFrom('users').select('party_id').execute()
    assert.deepEqual(rows, [{ party_id: 'kept' }])
  })
})
