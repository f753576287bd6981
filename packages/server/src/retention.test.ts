// The service that lets go what is kept long enough: whose settings count, what it tells, and that it ends when it is told to.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { retirableEvents } from './events/index.ts'
import { type Logger, silentLogger } from './platform/logger.ts'
import { createMetrics, noMetrics } from './platform/metrics.ts'
import type { Retirable, RetireBatch, RetiredBatch } from './platform/retirable.ts'
import { type BoundCommand, bind, oneByOne, type Row, rareCommand, type Store } from './platform/store/index.ts'
import {
  eachStore,
  openTestStore,
  seedRows,
  type TestStore,
  type TestStoreOptions,
} from './platform/store/testing/index.ts'
import { defaultProjectSettings, type ProjectSettings, retirableAudit } from './projects/index.ts'
import { makeRetention } from './retention.ts'
import { BATCH_FIRST } from './retention-pace.ts'
import { makeRetentionPass, type RetentionPassDeps } from './retention-pass.ts'
import { daysOf, retireOnce } from './testing/retire-once.ts'
import { retirableAttempts, retirableDetails } from './webhooks/index.ts'
import { giveDeliveries, whatIsLeft } from './webhooks/testing/given-history.ts'
import { composeWriteSide } from './write-side.ts'

const DAY_MS = 24 * 3_600_000
const KINDS: readonly Retirable[] = [retirableDetails, retirableEvents, retirableAttempts, retirableAudit]

type Open = (options?: TestStoreOptions) => Promise<TestStore>

async function openStore(t: TestContext, open: Open, more: readonly BoundCommand[] = []): Promise<Store> {
  const { store, stop } = await open({ commands: [...composeWriteSide({ isDev: true }), ...more] })
  t.after(stop)
  return store
}

const memory: Open = (options) => openTestStore('sqlite memory', options)

async function giveProject(store: Store, id: number, settings: Partial<ProjectSettings> = {}): Promise<void> {
  const text = JSON.stringify({ ...defaultProjectSettings, ...settings })
  const row = { id, merchant_id: 1, name: 'Game', settings: text, created_at: 0, updated_at: 0 }
  if (id === 1) {
    await store.run(seedRows, { table: 'merchants', rows: [{ id: 1, name: 'M', registered_at: 0, created_at: 0 }] })
  }
  await store.run(seedRows, { table: 'projects', rows: [row] })
}

function depsOf(store: Store): RetentionPassDeps {
  return { store, metrics: noMetrics, retirables: KINDS, operatorDays: daysOf({ details: 30, log: 400 }) }
}

function auditEntry(id: number, at: number): Row<'audit_log'> {
  return { project_id: 1, id, at, actor: 'a', action: 'b.c', target: 'd', details: '{}' }
}

const running = (): AbortSignal => new AbortController().signal

eachStore((name, open) => {
  test(`${name}: one pass takes each kind at its age, in every project by its own setting`, async (t) => {
    const store = await openStore(t, open)
    await giveProject(store, 1)
    await giveProject(store, 2, { webhookDetailsKeptDays: 7 })
    await giveProject(store, 3, { webhookDetailsKeptDays: 500 })
    const old = { state: 'accepted', ageMs: 10 * DAY_MS } as const
    await giveDeliveries(store, [
      { ...old, id: 1, orderId: 1, projectId: 1 },
      { ...old, id: 2, orderId: 2, projectId: 1, ageMs: 31 * DAY_MS },
      { ...old, id: 3, orderId: 3, projectId: 1, ageMs: 401 * DAY_MS },
      { ...old, id: 4, orderId: 4, projectId: 2 },
      { ...old, id: 5, orderId: 5, projectId: 3, ageMs: 401 * DAY_MS },
      { id: 6, orderId: 6, projectId: 1, state: 'moved', ageMs: 50 * DAY_MS, event: { processedAgeMs: 40 * DAY_MS } },
    ])
    const entries = [401, 399].map((days, index) => auditEntry(index + 1, store.now() - days * DAY_MS))
    await store.run(seedRows, { table: 'audit_log', rows: entries })

    const { counts, isMore } = await makeRetentionPass(depsOf(store))(running())
    assert.deepEqual(
      [Object.fromEntries(counts), isMore],
      [{ details: 4, event_bodies: 1, attempts: 1, audit: 1 }, false],
    )
    const whole = 'body details log'
    assert.deepEqual(await whatIsLeft(store), { 1: whole, 2: 'log', 3: '', 4: 'log', 5: whole, 6: 'log' })
    const audit = await store.read.selectFrom('audit_log').select('id').execute()
    assert.deepEqual(audit, [{ id: 2 }])
  })
})

test('in the emulator a skip of a year takes nothing, unless a project says so', async (t) => {
  const store = await openStore(t, memory)
  await giveProject(store, 1)
  await giveProject(store, 2, { webhookDetailsKeptDays: 7 })
  await giveDeliveries(store, [
    { id: 1, orderId: 1, projectId: 1, state: 'accepted', ageMs: 0 },
    { id: 2, orderId: 2, projectId: 2, state: 'accepted', ageMs: 0 },
  ])
  await store.skipTime(364 * DAY_MS)
  await store.skipTime(364 * DAY_MS)
  await retireOnce(store, KINDS)
  assert.deepEqual(await whatIsLeft(store), { 1: 'body details log', 2: 'log' })
})

/** A kind that never comes to an end; `asked` gets the project of each batch and its size. */
function endlessKind(asked: (readonly [projectId: number, max: number])[], onBatch = (): void => {}) {
  const retire = rareCommand<RetireBatch, RetiredBatch>('test.endless')
  const oldest = async () => Date.now() - 90 * DAY_MS
  const endless: Retirable = { kind: 'details', keptFor: 'details', retire, oldest }
  const bound = bind(
    retire,
    oneByOne(async (_, { projectId, max }) => {
      asked.push([projectId, max])
      onBatch()
      return { retired: 3, heldBack: 0, isMore: true }
    }),
  )
  return { endless, bound }
}

test('a long backlog is taken in turns, with every batch counted and the age of the oldest told', async (t) => {
  const asked: (readonly [number, number])[] = []
  const { endless, bound } = endlessKind(asked)
  const store = await openStore(t, memory, [bound])
  await giveProject(store, 1)
  await giveProject(store, 2)
  const metrics = await createMetrics({ isOn: true })
  const pass = makeRetentionPass({ ...depsOf(store), retirables: [endless], metrics, pauseMsMin: 0 })
  assert.deepEqual(await pass(running()), { counts: new Map([['details', 600]]), isMore: true })
  assert.deepEqual(
    asked.map(([projectId]) => projectId),
    [...Array(100).fill(1), ...Array(100).fill(2)],
  )
  assert.equal(asked[0]?.[1], BATCH_FIRST)
  const text = await metrics.text()
  assert.match(text, /^ordertrail_retired_total\{kind="details"\} 600$/m)
  assert.match(text, /^ordertrail_retirable_oldest_age_seconds\{kind="details"\} 7776\d{3}/m)
})

test('a pass that is told to stop ends after the batch under way', async (t) => {
  const asked: (readonly [number, number])[] = []
  const stopping = new AbortController()
  const { endless, bound } = endlessKind(asked, () => stopping.abort())
  const store = await openStore(t, memory, [bound])
  await giveProject(store, 1)
  await giveProject(store, 2)
  const pass = makeRetentionPass({ ...depsOf(store), retirables: [endless] })
  assert.deepEqual(await pass(stopping.signal), { counts: new Map([['details', 3]]), isMore: false })
  assert.equal(asked.length, 1)
})

test('tells of a pass that took something in one line, is silent after one that did not, and stops at once', async (t) => {
  const store = await openStore(t, memory)
  await giveProject(store, 1)
  await giveDeliveries(store, [{ id: 1, orderId: 1, projectId: 1, state: 'accepted', ageMs: 40 * DAY_MS }])
  const told = Promise.withResolvers<void>()
  const lines: unknown[] = []
  const logger: Logger = {
    ...silentLogger,
    info: (event, { durationMs: _, ...fields } = {}) => {
      lines.push([event, fields])
      told.resolve()
    },
  }
  const service = makeRetention({ ...depsOf(store), logger })
  await service.start()
  await told.promise
  await service.stop()
  const again = makeRetention({ ...depsOf(store), logger })
  await again.start()
  await again.stop()
  const counts = {
    deliveriesRetired: 1,
    eventsRetired: 0,
    factsRetired: 0,
    attemptLogsDeleted: 0,
    auditEntriesDeleted: 0,
    publicationsCut: 0,
    paymentTokensDeleted: 0,
    cartsDeleted: 0,
  }
  assert.deepEqual(lines, [['retention.passed', { count: 1, ...counts, isMore: false }]])
})
