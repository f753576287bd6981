// The health of an endpoint on every store: what is counted, what it says, and that one group costs two statements.
import assert from 'node:assert/strict'
import test from 'node:test'
import { bind, type Command, oneByOne, rareCommand, type Store } from '../../platform/store/index.ts'
import { countStatements, eachStore, seedRows } from '../../platform/store/testing/index.ts'
import { skipTime } from '../../skip-time.ts'
import type { AttemptReport, AttemptResult } from '../attempt-report.ts'
import { FAILING_REPEAT_MS } from '../failing-endpoint.ts'
import { openStage, PROJECT_ID, type Stage } from '../testing/stage.ts'
import { SLOT_MS, SLOTS_KEPT } from './counted-answers.ts'
import { makeHealthEndpoint } from './health.endpoint.ts'
import { countSince, readHealth } from './health.queries.ts'
import { recordHealth } from './record-health.ts'

const MINUTE_MS = 60_000
const NOBODY: ReadonlySet<number> = new Set()

interface Told {
  readonly reports: readonly AttemptReport[]
  readonly results: readonly AttemptResult[]
}

const record: Command<Told, null> = rareCommand('test.record-health')
const boundRecord = bind(
  record,
  oneByOne(async (tx, { reports, results }) => {
    await recordHealth(tx, reports, results, NOBODY)
    return null
  }),
)
const countGroup: Command<readonly Told[], number> = rareCommand('test.count-health')
const boundCountGroup = bind(
  countGroup,
  oneByOne(
    countStatements(async (tx, told: readonly Told[]) => {
      const reports = told.flatMap((each) => each.reports)
      await recordHealth(
        tx,
        reports,
        told.flatMap((each) => each.results),
        NOBODY,
      )
      return told.map(() => null)
    }),
  ),
)
const commands = [boundRecord, boundCountGroup]

/** Attempts that were answered so, in their order; 0: not at all. */
function answered(statuses: readonly number[], projectId: number = PROJECT_ID): Told {
  const reports = statuses.map((status, index): AttemptReport => {
    const answer =
      status === 0 ? ({ kind: 'no_answer', reason: 'refused' } as const) : ({ kind: 'response', status } as const)
    const exchange = {
      url: 'https://game.example/',
      startedAt: 1,
      durationMs: 1,
      answer,
      failure: null,
      requestHeaders: '{}',
      responseHeaders: null,
      responseBody: null,
    }
    return { kind: 'manual', projectId, deliveryId: index + 1, orderId: 1, number: 1, requestedBy: 'test', exchange }
  })
  return { reports, results: reports.map(() => ({ kind: 'unchanged' })) }
}

async function rows({ store }: Stage) {
  const health = await readHealth(store.read, PROJECT_ID)
  return [health?.failures_in_row, health?.silent_in_row, health?.last_failure]
}

async function stateOf(stage: Stage): Promise<readonly [string, string | null]> {
  const endpoint = makeHealthEndpoint({ store: stage.store, directory: stage.directory, slots: null })
  const input = { params: { project_id: PROJECT_ID } } as unknown as Parameters<typeof endpoint.handle>[0]
  const { body } = (await endpoint.handle(input)) as {
    readonly body: { readonly state: string; readonly since: string | null }
  }
  return [body.state, body.since]
}

/** Wall time of the store, moved on so that later rows can be told apart. */
async function later({ store }: { readonly store: Store }): Promise<number> {
  await store.skipTime(MINUTE_MS)
  return store.now()
}

eachStore((name, open) => {
  if (name === 'sqlite file') return

  test(`${name}: failures in a row go on over groups, and one acceptance ends them`, async (t) => {
    const stage = await openStage(t, open, { isDispatching: false, commands })
    const tell = (...statuses: readonly number[]) => stage.store.run(record, answered(statuses))
    assert.deepEqual(await stateOf(stage), ['healthy', null])
    await tell(204)
    const [, healthySince] = await stateOf(stage)
    await later(stage)
    await tell(200, 0, 0)
    assert.deepEqual(await rows(stage), [2, 2, 'no answer: refused'])
    assert.deepEqual(await stateOf(stage), ['healthy', healthySince])
    await tell(500)
    assert.deepEqual(await rows(stage), [3, 0, 'answered 500'])
    const [failing, failingSince] = await stateOf(stage)
    await later(stage)
    await tell(0, 0, 400, 0, 0)
    assert.deepEqual(await rows(stage), [8, 2, 'no answer: refused'])
    assert.deepEqual([failing, ...(await stateOf(stage))], ['failing', 'failing', failingSince])
    await later(stage)
    await tell(0, 0, 0)
    assert.deepEqual(await rows(stage), [11, 5, 'no answer: refused'])
    assert.equal((await stateOf(stage))[0], 'down')
    await later(stage)
    await tell(0, 201)
    assert.deepEqual(await rows(stage), [0, 0, 'no answer: refused'])
    const [healthy, again] = await stateOf(stage)
    assert.ok(healthy === 'healthy' && Date.parse(again ?? '') > Date.parse(healthySince ?? ''))
    await later(stage)
    await tell(201)
    assert.deepEqual(await stateOf(stage), [healthy, again])
  })

  test(`${name}: the last hour and day are counted by outcome, and older counts make room`, async (t) => {
    const stage = await openStage(t, open, { isDispatching: false, commands })
    const tell = (...statuses: readonly number[]) => stage.store.run(record, answered(statuses))
    const since = (ms: number) => countSince(stage.store.read, PROJECT_ID, stage.store.now() - ms)
    await tell(200, 201, 204, 400, 500, 302, 0)
    await tell(200)
    const first = { accepted: 4, rejected: 1, errored: 2, unanswered: 1 }
    assert.deepEqual(await since(60 * MINUTE_MS), first)
    await stage.store.skipTime(70 * MINUTE_MS)
    await tell(422)
    assert.deepEqual(await since(60 * MINUTE_MS), { accepted: 0, rejected: 1, errored: 0, unanswered: 0 })
    assert.deepEqual(await since(24 * 60 * MINUTE_MS), { ...first, rejected: 2 })
    await stage.store.skipTime(SLOTS_KEPT * SLOT_MS - 70 * MINUTE_MS)
    await tell(200)
    assert.deepEqual(await since(24 * 60 * MINUTE_MS), { accepted: 1, rejected: 1, errored: 0, unanswered: 0 })
    const kept = await stage.store.read.selectFrom('endpoint_counts').selectAll().execute()
    assert.equal(kept.length, 2)
  })

  test(`${name}: what was recorded before, or belongs to nothing, is not counted again`, async (t) => {
    const stage = await openStage(t, open, { isDispatching: false, commands })
    const { reports } = answered([500, 500, 500])
    const results = [{ kind: 'repeated' }, { kind: 'absent' }, { kind: 'late' }] as const
    await stage.store.run(record, { reports, results })
    assert.deepEqual(await rows(stage), [1, 0, 'answered 500'])
  })

  test(`${name}: an endpoint of which people were told that it fails is told to have recovered, once`, async (t) => {
    const stage = await openStage(t, open)
    const codes: string[] = []
    stage.store.onWakeUp((wakeUps) => {
      for (const wakeUp of wakeUps) if (wakeUp.kind === 'alarm') codes.push(wakeUp.code)
    })
    stage.listener.behave(503)
    await stage.announce(await stage.giveOrder(), 'paid')
    const skip = (ms: number) => skipTime({ store: stage.store, work: [stage.dispatcher] }, ms)
    await skip(11 * MINUTE_MS)
    assert.deepEqual(codes, ['endpoint_failing'])
    stage.listener.behave(200)
    await skip(15 * MINUTE_MS)
    await stage.announce(await stage.giveOrder(), 'paid')
    await skip(FAILING_REPEAT_MS)
    assert.deepEqual(codes, ['endpoint_failing', 'endpoint_recovered'])
  })

  test(`${name}: the answer names what waits, and nothing of other projects`, async (t) => {
    const stage = await openStage(t, open, { settings: { webhookMode: 'separate' }, isDispatching: false, commands })
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    const [payment, paid] = await stage.deliveries(orderId)
    if (payment === undefined || paid === undefined) throw new Error('There are two deliveries.')
    const dueAt = payment.due_at ?? 0
    const extra = [
      { ...payment, state: 'due', due_at: dueAt + 60 * MINUTE_MS },
      { ...payment, state: 'held', due_at: null },
      { ...payment, state: 'paused', due_at: null },
      { ...payment, project_id: 1, state: 'due' },
    ].map((row, index) => ({ ...row, id: 1_000 + index, line: 10 + index }))
    await stage.store.run(seedRows, { table: 'deliveries', rows: extra })
    await stage.store.run(record, answered([503]))
    await stage.store.run(record, answered([200], 1))
    const endpoint = makeHealthEndpoint({
      store: stage.store,
      directory: stage.directory,
      slots: { capOf: (projectId) => (projectId === PROJECT_ID ? 7 : null) },
    })
    const input = { params: { project_id: PROJECT_ID } } as unknown as Parameters<typeof endpoint.handle>[0]
    const { body } = (await endpoint.handle(input)) as { readonly body: Readonly<Record<string, unknown>> }
    const { last_failed_at: failedAt, ...rest } = body
    const answers = { attempts: 1, accepted: 0, rejected: 0, errored: 1, unanswered: 0 }
    assert.deepEqual(rest, {
      state: 'healthy',
      since: null,
      is_sending: true,
      last_accepted_at: null,
      last_failure: 'answered 503',
      failures_in_row: 1,
      last_hour: answers,
      last_day: answers,
      waiting: { due: 1, later: 1, blocked: 1, held: 1, paused: 1 },
      oldest_due_at: new Date(dueAt).toISOString(),
      in_flight_cap: 7,
    })
    assert.equal(typeof failedAt, 'string')
  })

  test(`${name}: a group takes as many statements as one attempt`, async (t) => {
    if (name !== 'postgres') return
    const stage = await openStage(t, open, { isDispatching: false, commands })
    const one = await stage.store.run(countGroup, [answered([200])])
    const many = Array.from({ length: 64 }, (_, index) => answered([200, 500], index + 1))
    assert.deepEqual([one, await stage.store.run(countGroup, many)], [2, 2])
  })
})
