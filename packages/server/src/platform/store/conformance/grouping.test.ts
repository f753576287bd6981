// Every store: what shares a transaction, what fails alone, what is told when.
import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError } from '@ordertrail/core'
import { rareCommand, type Store, WAITING_COMMANDS_MAX, type WakeUp } from '../index.ts'
import { eachProbeStore } from '../testing/each-probe-store.ts'
import {
  PROBE_GROUP_MAX,
  type Probe,
  type ProbeResult,
  probe,
  shortAnswer,
  slowFailure,
} from '../testing/probe-write-side.ts'

/** Names of the rows that probes left, sorted. */
async function rowsOf(store: Store): Promise<readonly string[]> {
  const rows = await store.read.selectFrom('users').select('party_id').orderBy('party_id').execute()
  return rows.map((row) => row.party_id)
}

/** Hands in probes in one turn. */
function runAll(store: Store, probes: readonly Probe[]): Promise<readonly ProbeResult[]> {
  return Promise.all(probes.map((input) => store.run(probe, input)))
}

/** `done`, or the message of the error. */
async function outcomesOf(store: Store, probes: readonly Probe[]): Promise<readonly string[]> {
  const settled = await Promise.allSettled(probes.map((input) => store.run(probe, input)))
  return settled.map((result) => (result.status === 'fulfilled' ? 'done' : String(result.reason.message)))
}

const FAILURES = ['throw', 'app_error', 'constraint', 'swallow'] as const

eachProbeStore((name, open) => {
  test(`${name}: commands that arrive together share a transaction`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const results = await runAll(store, [{ id: 'a' }, { id: 'b' }, { id: 'c' }])
    assert.deepEqual(
      results.map(({ groupSize }) => groupSize),
      [3, 3, 3],
    )
    assert.equal(new Set(results.map(({ now }) => now)).size, 1)
    assert.deepEqual(await rowsOf(store), ['a', 'b', 'c'])
  })

  test(`${name}: a group is never larger than its command allows`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const ids = Array.from({ length: PROBE_GROUP_MAX + 36 }, (_, index) => `p${index}`)
    const results = await runAll(
      store,
      ids.map((id) => ({ id })),
    )
    assert.equal(Math.max(...results.map(({ groupSize }) => groupSize)), PROBE_GROUP_MAX)
    assert.equal((await rowsOf(store)).length, ids.length)
  })

  test(`${name}: inputs with a key in common are run one after another, in order of arrival`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const results = await runAll(store, [
      { id: '1', keys: ['a'] },
      { id: '2', keys: ['a', 'b'] },
      { id: '3', keys: ['b'] },
      { id: '4', keys: ['c'] },
    ])
    const groups = results.map(({ group }) => group - (results[0]?.group ?? 0))
    assert.deepEqual(groups, [0, 1, 2, 0])
  })

  for (const failure of FAILURES) {
    test(`${name}: a member that fails (${failure}) spoils none of its neighbours`, async (t) => {
      const { store, stop } = await open()
      t.after(stop)
      const outcomes = await outcomesOf(store, [{ id: 'a' }, { id: 'b', failure }, { id: 'c' }])
      assert.deepEqual(
        outcomes.map((outcome) => outcome === 'done'),
        [true, false, true],
      )
      assert.deepEqual(await rowsOf(store), ['a', 'c'])
    })

    test(`${name}: a command alone that fails (${failure}) leaves nothing`, async (t) => {
      const { store, stop } = await open()
      t.after(stop)
      await assert.rejects(store.run(probe, { id: 'a', failure }))
      assert.deepEqual(await rowsOf(store), [])
      await store.run(probe, { id: 'a' })
      assert.deepEqual(await rowsOf(store), ['a'])
    })
  }

  test(`${name}: an AppError reaches the caller with code, sentence and details`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const run = store.run(probe, { id: 'a', failure: 'app_error', idKind: 'transaction', idCount: 2 })
    const error = await run.catch((reason: unknown) => reason)
    assert.ok(error instanceof AppError)
    const { code, message, details } = error
    assert.deepEqual(
      { code, message, details },
      { code: 'id_taken', message: new AppError('id_taken').message, details: { ids: [1_000_000_001, 1_000_000_002] } },
    )
  })

  test(`${name}: any other error reaches the caller with its sentence`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    await assert.rejects(store.run(probe, { id: 'a', failure: 'throw' }), { message: 'Probe a throws.' })
  })

  test(`${name}: readers never see a transaction that is not committed`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    let isOver = false
    const failing = store.run(slowFailure, { id: 'ghost', turns: 20 }).catch((error: Error) => {
      isOver = true
      return error.message
    })
    const seen = new Set<string>()
    while (!isOver) {
      for (const id of await rowsOf(store)) seen.add(id)
      await nextTurn()
    }
    assert.equal(await failing, 'Slow failure.')
    assert.deepEqual([...seen], [])
  })

  test(`${name}: wake-ups come after the commit, and none from members that failed`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const told: WakeUp[] = []
    const reads: Promise<readonly string[]>[] = []
    store.onWakeUp((wakeUps) => {
      told.push(...wakeUps)
      reads.push(rowsOf(store))
    })
    await outcomesOf(store, [
      { id: '1', isWaking: true },
      { id: '2', isWaking: true, failure: 'throw' },
      { id: '3', isWaking: true },
      { id: '4' },
    ])
    assert.deepEqual(told, [
      { kind: 'refund_requested', projectId: 1 },
      { kind: 'refund_requested', projectId: 3 },
    ])
    assert.deepEqual(await reads[0], ['1', '3', '4'])
  })

  test(`${name}: a command without a handler is refused by name`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const run = store.run(rareCommand<null, null>('orders.unheard-of'), null)
    await assert.rejects(run, { message: 'No handler is bound to the command orders.unheard-of.' })
  })

  test(`${name}: a handler that gives too few results is undone`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    await assert.rejects(store.run(shortAnswer, null), { message: 'probe.short-answer gave 0 results for 1 inputs.' })
  })

  test(`${name}: an input that is not plain data fails alone`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const odd = { id: 'b', keys: [() => 'not data'] } as unknown as Probe
    const outcomes = await outcomesOf(store, [{ id: 'a' }, odd, { id: 'c' }])
    assert.deepEqual(
      outcomes.map((outcome) => outcome === 'done'),
      [true, false, true],
    )
    assert.deepEqual(await rowsOf(store), ['a', 'c'])
  })

  test(`${name}: more waiting commands than the limit are refused at once, the others are run`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const waiting = Array.from({ length: WAITING_COMMANDS_MAX }, (_, index) => store.run(probe, { id: `p${index}` }))
    const refused = await store.run(probe, { id: 'late' }).catch((reason: unknown) => reason)
    assert.ok(refused instanceof AppError)
    assert.equal(refused.code, 'store_unavailable')
    await Promise.all(waiting)
  })
})
