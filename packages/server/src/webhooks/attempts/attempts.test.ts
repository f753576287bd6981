// The search of attempts on every store: each filter, pages that never lose their place, and the indexes they use.
import assert from 'node:assert/strict'
import test from 'node:test'
import { type Compilable, CompiledQuery, sql } from 'kysely'
import type { Row, Store } from '../../platform/store/index.ts'
import { eachStore, seedRows } from '../../platform/store/testing/index.ts'
import { type DeliveryFilter, deliveryIds } from '../deliveries.queries.ts'
import { nextCandidates } from '../recovery/walk-deliveries.ts'
import { openStage, PROJECT_ID, type Stage } from '../testing/stage.ts'
import { type AttemptFilter, attemptKeys, listAttempts, SCANNED_MAX } from './attempts.queries.ts'

const ALL: AttemptFilter = {
  orderId: null,
  deliveryId: null,
  type: null,
  outcome: null,
  status: null,
  kind: null,
  requestedBy: null,
  from: null,
  until: null,
  before: null,
  limit: 100,
}

const ATTEMPT: Row<'attempts'> = {
  project_id: PROJECT_ID,
  delivery_id: 1,
  number: 1,
  order_id: 1,
  kind: 'automatic',
  position: 0,
  is_late: 0,
  requested_by: null,
  url: 'https://game.example/',
  started_at: 1_000,
  ended_at: 1_010,
  outcome: 'accepted',
  status: 204,
  failure: null,
  request_headers: '{}',
  response_headers: '{}',
  response_body: '',
}

function seedAttempts({ store }: Stage, attempts: readonly Partial<Row<'attempts'>>[]): Promise<null> {
  return store.run(seedRows, { table: 'attempts', rows: attempts.map((attempt) => ({ ...ATTEMPT, ...attempt })) })
}

/** `delivery.number` of what the filter finds. */
async function found({ store }: Stage, filter: Partial<AttemptFilter>): Promise<readonly string[]> {
  const { rows } = await listAttempts(store.read, PROJECT_ID, { ...ALL, ...filter })
  return rows.map(({ delivery_id: delivery, number }) => `${delivery}.${number}`)
}

const manual = { kind: 'manual', position: null }

const FILTERS: readonly (readonly [string, Partial<AttemptFilter>, readonly string[]])[] = [
  ['nothing', {}, ['3.1', '2.2', '2.1', '1.3', '1.2', '1.1']],
  ['an order', { orderId: 10 }, ['1.3', '1.2', '1.1']],
  ['a delivery', { deliveryId: 2 }, ['2.2', '2.1']],
  ['a type', { type: 'refund' }, ['2.2', '2.1']],
  ['an outcome', { outcome: 'retry' }, ['2.1', '1.1']],
  ['accepted ones', { outcome: 'accepted' }, ['1.3']],
  ['a status', { status: 503 }, ['1.1']],
  ['a status that is accepted', { status: 204 }, ['3.1', '1.3']],
  ['a kind', { kind: 'manual' }, ['2.2', '1.2']],
  ['the other kind', { kind: 'automatic' }, ['3.1', '2.1', '1.3', '1.1']],
  ['who asked', { requestedBy: 'key:a' }, ['1.2']],
  ['a time', { from: 2_000, until: 5_000 }, ['2.1', '1.3', '1.2']],
  ['several at once', { orderId: 10, outcome: 'rejected', kind: 'manual', from: 1_500 }, ['1.2']],
  ['what is not there', { deliveryId: 9, status: 500 }, []],
]

eachStore((name, open) => {
  if (name === 'sqlite file') return

  test(`${name}: finds attempts by every filter, newest first, and none of another project`, async (t) => {
    const stage = await openStage(t, open, { isDispatching: false })
    const orderId = await stage.giveOrder()
    await stage.announce(orderId, 'paid')
    const [row] = await stage.deliveries(orderId)
    if (row === undefined) throw new Error('There is a delivery.')
    const [one, two, three] = [2_000_001, 2_000_002, 2_000_003]
    const paid = { ...row, id: one, order_id: 10 }
    const refund = { ...row, id: two, type: 'refund', line: 9 }
    await stage.store.run(seedRows, { table: 'deliveries', rows: [paid, refund] })
    await seedAttempts(stage, [
      { delivery_id: one, number: 1, order_id: 10, started_at: 1_000, outcome: 'retry', status: 503 },
      {
        ...manual,
        delivery_id: one,
        number: 2,
        order_id: 10,
        started_at: 2_000,
        outcome: 'rejected',
        status: 400,
        requested_by: 'key:a',
      },
      { delivery_id: one, number: 3, order_id: 10, started_at: 3_000 },
      { delivery_id: two, number: 1, order_id: 20, started_at: 4_000, outcome: 'retry', status: null },
      {
        ...manual,
        delivery_id: two,
        number: 2,
        order_id: 20,
        started_at: 5_000,
        outcome: 'rejected',
        status: 422,
        requested_by: 'key:b',
      },
      { delivery_id: three, number: 1, order_id: 30, started_at: 6_000, outcome: 'late', status: 204 },
      { project_id: 1, delivery_id: one, number: 1, order_id: 10 },
    ])
    for (const [what, filter, expected] of FILTERS) {
      const asked = filter.deliveryId == null ? filter : { ...filter, deliveryId: filter.deliveryId + 2_000_000 }
      const keys = (await found(stage, asked)).map((key) => key.replace('200000', ''))
      assert.deepEqual(keys, expected, what)
    }
    const { rows } = await listAttempts(stage.store.read, PROJECT_ID, ALL)
    assert.deepEqual(
      rows.map(({ type }) => type),
      [null, 'refund', 'refund', 'order_paid', 'order_paid', 'order_paid'],
    )
  })

  test(`${name}: pages join without a hole or a repeat, also while attempts come in`, async (t) => {
    const stage = await openStage(t, open, { isDispatching: false })
    // Several at one moment, so that time alone would not do as a place.
    const rows = Array.from({ length: 23 }, (_, index) => ({
      delivery_id: index + 1,
      started_at: 1_000 + Math.floor(index / 5),
      outcome: index % 2 === 0 ? 'retry' : 'accepted',
    }))
    await seedAttempts(stage, rows)
    let news = 0
    for (const filter of [{}, { outcome: 'retry' }, { outcome: 'accepted' }]) {
      const all = await found(stage, filter)
      const paged: string[] = []
      let before: AttemptFilter['before'] = null
      do {
        const page = await listAttempts(stage.store.read, PROJECT_ID, { ...ALL, ...filter, before, limit: 4 })
        paged.push(...page.rows.map(({ delivery_id: delivery, number }) => `${delivery}.${number}`))
        before = page.next
        await seedAttempts(stage, [{ delivery_id: 500 + news, started_at: 9_000 + news, outcome: 'retry' }])
        news += 1
      } while (before !== null)
      assert.deepEqual(paged, all)
    }
  })

  test(`${name}: a search that finds nothing looks at so many rows a page and goes on`, async (t) => {
    const stage = await openStage(t, open, { isDispatching: false })
    const count = SCANNED_MAX + 10
    await seedAttempts(
      stage,
      Array.from({ length: count }, (_, index) => ({
        delivery_id: index + 1,
        started_at: index,
        status: index === 0 ? 201 : 204,
      })),
    )
    const wish = { ...ALL, status: 201 }
    const first = await listAttempts(stage.store.read, PROJECT_ID, wish)
    assert.deepEqual([first.rows, first.next], [[], { startedAt: 10, deliveryId: 11, number: 1 }])
    const second = await listAttempts(stage.store.read, PROJECT_ID, { ...wish, before: first.next })
    assert.deepEqual([second.rows.length, second.next], [1, null])
  })

  test(`${name}: every search has an index, and nothing is read whole`, async (t) => {
    const stage = await openStage(t, open, { isDispatching: false })
    await seedHistory(stage)
    await sql`analyze`.execute(stage.store.read)
    for (const [what, query, index] of searches(stage.store)) {
      const plan = await planOf(stage.store, query)
      assert.ok(
        plan.some((line) => line.includes(index)),
        `${what} by ${index}: ${plan.join('\n')}`,
      )
      const whole = plan.filter((line) => /Seq Scan|SCAN (attempts|deliveries)(?! USING)/.test(line))
      assert.deepEqual(whole, [], what)
    }
  })
})

const HISTORY = 8_000

/** A project that runs well: one attempt in a hundred is answered badly, one in two hundred was asked for by hand. */
async function seedHistory(stage: Stage): Promise<void> {
  const orderId = await stage.giveOrder()
  await stage.announce(orderId, 'paid')
  const [row] = await stage.deliveries(orderId)
  if (row === undefined) throw new Error('There is a delivery.')
  const numbers = Array.from({ length: HISTORY }, (_, index) => index + 1)
  const states = ['rejected', 'moved', 'held', 'due']
  await stage.store.run(seedRows, {
    table: 'deliveries',
    rows: numbers.map((number) => ({
      ...row,
      id: 1_000_000 + number,
      order_id: 1_000_000 + number,
      line: 1,
      state: number % 100 < states.length ? (states[number % 100] ?? 'due') : 'accepted',
    })),
  })
  await seedAttempts(
    stage,
    numbers.map((number) => ({
      delivery_id: 1_000_000 + number,
      order_id: 1_000_000 + number,
      started_at: number,
      ...(number % 100 === 0
        ? { outcome: number % 300 === 0 ? 'rejected' : 'retry', status: number % 300 === 0 ? 400 : 503 }
        : {}),
      ...(number % 200 === 1 ? { ...manual, requested_by: `key:${number % 7}` } : {}),
    })),
  )
}

const PLACE = { startedAt: HISTORY, deliveryId: 2_000_000, number: 1 }
const NO_DELIVERIES: DeliveryFilter = {
  orderId: null,
  type: null,
  state: null,
  from: null,
  until: null,
  beforeId: 2_000_000,
  limit: 100,
}

function searches({ engine, read }: Store): readonly (readonly [what: string, query: Compilable, index: string])[] {
  const attempts = (filter: Partial<AttemptFilter>) =>
    attemptKeys(read, PROJECT_ID, { ...ALL, before: PLACE, ...filter })
  const deliveries = (filter: Partial<DeliveryFilter>) => deliveryIds(read, PROJECT_ID, { ...NO_DELIVERIES, ...filter })
  const walk = (kind: 'recover' | 'replay') =>
    nextCandidates(read, { projectId: PROJECT_ID, kind, place: { orderId: 1, line: 1 } }, 50)
  return [
    ['all attempts', attempts({}), 'attempts_time'],
    ['by time', attempts({ from: 1, until: 200 }), 'attempts_time'],
    ['by order', attempts({ orderId: 1_000_007 }), engine === 'sqlite' ? 'autoindex_attempts_1' : 'attempts_pkey'],
    ['by outcome', attempts({ outcome: 'retry' }), 'attempts_failed'],
    ['by accepted', attempts({ outcome: 'accepted' }), 'attempts_time'],
    ['by status', attempts({ status: 503 }), 'attempts_status'],
    ['by manual', attempts({ kind: 'manual' }), 'attempts_manual'],
    ['by who asked', attempts({ requestedBy: 'key:1' }), 'attempts_requested'],
    ['by type', attempts({ type: 'refund' }), 'attempts_time'],
    ['deliveries of an order', deliveries({ orderId: 1_000_007 }), 'deliveries_order'],
    ['stuck deliveries', deliveries({ state: 'rejected' }), 'deliveries_stuck'],
    ['failed ones of a recovery', walk('recover'), 'deliveries_failed'],
    ['moved ones of a replay', walk('replay'), 'deliveries_moved'],
  ]
}

/** Lines of the engine's plan. */
async function planOf({ engine, read }: Store, query: Compilable): Promise<readonly string[]> {
  const { sql: text, parameters } = query.compile()
  const explain = engine === 'postgres' ? 'explain' : 'explain query plan'
  const { rows } = await read.executeQuery(CompiledQuery.raw(`${explain} ${text}`, [...parameters]))
  return rows.map((row) => String(Object.values(row as object).at(-1)))
}
