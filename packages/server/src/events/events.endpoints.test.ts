// The events API over real HTTP: a game without a backend reads what happened, and says what it took note of.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { AppError } from '@ordertrail/core'
import { ORDER_ID, openPayments, type Payments, PROJECT_ID } from '../payments/testing/payment-store.ts'
import type { Party } from '../platform/http/index.ts'
import { givenRoute, givenServer } from '../platform/http/testing/index.ts'
import type { Row } from '../platform/store/index.ts'
import {
  eachStore,
  openTestStore,
  seedRows,
  type TestStore,
  type TestStoreOptions,
} from '../platform/store/testing/index.ts'
import { type EventEndpointDeps, makeEventEndpoints } from './index.ts'

type Open = (options?: TestStoreOptions) => Promise<TestStore>
type Json = Readonly<Record<string, unknown>>

const memory: Open = (options) => openTestStore('sqlite memory', options)
const ann: Party = { projectId: PROJECT_ID, kind: 'user', id: 'ann' }
const OTHER_PROJECT = 7

/** Tokens of the test: whose they are. One may stand for accounts in several projects. */
const PLAYERS: Readonly<Record<string, readonly Party[]>> = {
  'token-ann': [ann],
  'token-bob': [{ ...ann, id: 'bob' }],
  'token-visitor': [{ ...ann, kind: 'visitor' }],
  'token-two': [ann, { ...ann, projectId: OTHER_PROJECT }],
}

const resolveParties: EventEndpointDeps['resolveParties'] = async (token, projectId) => {
  const parties = (PLAYERS[token] ?? []).filter((party) => projectId === null || party.projectId === projectId)
  if (parties.length === 0) throw new AppError('token_invalid')
  return parties
}

interface Served {
  readonly shop: Payments
  list(query?: string, token?: string | null): Promise<readonly [status: number, body: Json]>
  mark(id: number | string, query?: string, token?: string | null): Promise<readonly [status: number, body: Json]>
}

async function serve(t: TestContext, open: Open): Promise<Served> {
  const settings = { isEventsApiOn: true }
  const shop = await openPayments(t, open, { settings, order: { party_id: 'ann' } })
  const endpoints = makeEventEndpoints({ store: shop.store, resolveParties })
  const { url } = await givenServer(t, [
    givenRoute(endpoints.list, { path: '/events', errors: 'store' }),
    givenRoute(endpoints.markProcessed, { method: 'POST', path: '/events/{event_id}/processed', errors: 'store' }),
  ])
  const call = async (path: string, method: string, token: string | null) => {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` }
    const response = await fetch(`${url}${path}`, { method, headers })
    return [response.status, (await response.json()) as Json] as const
  }
  return {
    shop,
    list: (query = '', token = 'token-ann') => call(`/events${query}`, 'GET', token),
    mark: (id, query = '', token = 'token-ann') => call(`/events/${id}/processed${query}`, 'POST', token),
  }
}

/** Puts an unprocessed event with its notification into the store. */
async function addEvent({ store }: Payments, id: number, changes: Partial<Row<'events_state'>> = {}): Promise<void> {
  const type = changes.type ?? 'order_paid'
  const party = { party_kind: 'user', party_id: 'ann' }
  const event = { project_id: PROJECT_ID, id, notification_id: id, order_id: ORDER_ID, ...party, type, ...changes }
  const row = { created_at: Date.UTC(2026, 0, 2, 3, 4, 5, 999), processed_at: null, retired: 0, ...event }
  const body = JSON.stringify({ notification_type: type, order: { id: row.order_id } })
  const { project_id, order_id, party_kind, party_id } = row
  const kept = { project_id, id: row.notification_id, order_id, type, mode: 'combined', version: 1, route: 'events' }
  const notification = { ...kept, party_kind, party_id, transaction_id: null, body, created_at: row.created_at }
  await store.run(seedRows, { table: 'notifications', rows: [notification] })
  await store.run(seedRows, { table: 'events_state', rows: [row] })
}

function idsOf([, body]: readonly [number, Json]): readonly number[] {
  return (body.events as readonly { id: number }[]).map(({ id }) => id)
}

eachStore((name, open) => {
  test(`${name}: shows an event with status 0, whole seconds and the webhook's body`, async (t) => {
    const { shop, list } = await serve(t, open)
    await addEvent(shop, 5)
    const data = { notification_type: 'order_paid', order: { id: ORDER_ID } }
    assert.deepEqual(await list(), [200, { events: [{ id: 5, status: 0, created_at: '2026-01-02T03:04:05Z', data }] }])
  })

  test(`${name}: lists in ascending order, a hundred a page, on from the last id`, async (t) => {
    const { shop, list } = await serve(t, open)
    for (let id = 250; id >= 1; id -= 1) await addEvent(shop, id)
    const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index)
    assert.deepEqual(idsOf(await list()), from(1, 100))
    assert.deepEqual(idsOf(await list('?after_id=100')), from(101, 200))
    assert.deepEqual(idsOf(await list('?after_id=200')), from(201, 250))
    assert.deepEqual(idsOf(await list('?after_id=250')), [])
  })

  test(`${name}: a payment is told, and its mark makes the order done exactly once`, async (t) => {
    const { shop, list, mark } = await serve(t, open)
    await shop.tell()
    assert.equal(await shop.status(), 'paid')
    const [id] = idsOf(await list())
    assert.deepEqual(await mark(id as number), [200, {}])
    assert.equal(await shop.status(), 'done')
    assert.deepEqual(await mark(id as number), [200, {}])
    assert.deepEqual(idsOf(await list()), [])
    assert.deepEqual(await shop.timeline(), [
      'new → paid: applied, payment_succeeded',
      'paid → done: applied, event_processed',
    ])
  })

  test(`${name}: marks that come at once make the order done once`, async (t) => {
    const { shop, list, mark } = await serve(t, open)
    await shop.tell()
    const [id] = idsOf(await list())
    const answers = await Promise.all(Array.from({ length: 10 }, () => mark(id as number)))
    assert.deepEqual(
      answers,
      Array.from({ length: 10 }, () => [200, {}]),
    )
    assert.equal((await shop.timeline()).length, 2)
  })

  test(`${name}: in separate mode the first mark of either event fulfils`, async (t) => {
    const { shop, list, mark } = await serve(t, open)
    await addEvent(shop, 5, { type: 'payment' })
    await addEvent(shop, 6)
    await shop.tell()
    await Promise.all([mark(5), mark(6)])
    assert.equal(await shop.status(), 'done')
    assert.equal((await shop.timeline()).length, 2)
    assert.equal(idsOf(await list()).length, 1)
  })

  test(`${name}: the mark of another kind of event fulfils nothing`, async (t) => {
    const { shop, mark } = await serve(t, open)
    await shop.tell()
    await addEvent(shop, 5, { type: 'partial_refund' })
    assert.deepEqual(await mark(5), [200, {}])
    assert.equal(await shop.status(), 'paid')
  })

  test(`${name}: an event of another player is answered like none`, async (t) => {
    const { shop, list, mark } = await serve(t, open)
    await addEvent(shop, 5)
    const [status, foreign] = await mark(5, '', 'token-bob')
    const [, absent] = await mark(6, '', 'token-bob')
    assert.deepEqual([status, { ...foreign, transactionId: null }], [404, { ...absent, transactionId: null }])
    for (const token of ['token-bob', 'token-visitor']) {
      assert.equal((await mark(5, '', token))[0], 404)
      assert.deepEqual(idsOf(await list('', token)), [])
    }
    assert.deepEqual(idsOf(await list()), [5])
  })

  test(`${name}: of one player in two projects both have their events, in one list`, async (t) => {
    const { shop, list, mark } = await serve(t, open)
    await addEvent(shop, 5)
    await addEvent(shop, 6, { project_id: OTHER_PROJECT, notification_id: 60 })
    await addEvent(shop, 7)
    assert.deepEqual(idsOf(await list('', 'token-two')), [5, 6, 7])
    assert.deepEqual(idsOf(await list(`?project_id=${OTHER_PROJECT}`, 'token-two')), [6])
    assert.equal((await mark(6, `?project_id=${PROJECT_ID}`, 'token-two'))[0], 404)
    assert.deepEqual(await mark(6, '', 'token-two'), [200, {}])
    assert.deepEqual(idsOf(await list('', 'token-two')), [5, 7])
  })

  test(`${name}: two events of one id are marked one after the other`, async (t) => {
    const { shop, list, mark } = await serve(t, open)
    await addEvent(shop, 5)
    await addEvent(shop, 5, { project_id: OTHER_PROJECT, notification_id: 60 })
    assert.deepEqual(idsOf(await list('', 'token-two')), [5, 5])
    for (const left of [[5], [], []]) {
      assert.deepEqual(await mark(5, '', 'token-two'), [200, {}])
      assert.deepEqual(idsOf(await list('', 'token-two')), left)
    }
  })

  test(`${name}: a page never ends between two events of one id`, async (t) => {
    const { shop, list } = await serve(t, open)
    for (let id = 1; id <= 100; id += 1) await addEvent(shop, id)
    await addEvent(shop, 100, { project_id: OTHER_PROJECT, notification_id: 1_000 })
    await addEvent(shop, 101, { project_id: OTHER_PROJECT, notification_id: 1_001 })
    const first = idsOf(await list('', 'token-two'))
    assert.deepEqual([first.length, first.at(-2), first.at(-1)], [101, 100, 100])
    assert.deepEqual(idsOf(await list('?after_id=100', 'token-two')), [101])
  })
})

test('types choose what is listed, one or several', async (t) => {
  const { shop, list } = await serve(t, memory)
  for (const [index, type] of ['payment', 'order_paid', 'refund'].entries()) await addEvent(shop, index + 1, { type })
  for (const [query, ids] of [
    ['?types=payment', [1]],
    ['?types=payment&types=refund', [1, 3]],
    ['?types=nothing', []],
  ] as const) {
    assert.deepEqual(idsOf(await list(query)), ids)
  }
})

test('a token may stand in the query', async (t) => {
  const { shop, list, mark } = await serve(t, memory)
  await addEvent(shop, 5)
  assert.deepEqual(idsOf(await list('?token=token-ann', null)), [5])
  assert.deepEqual(await mark(5, '?token=token-ann', null), [200, {}])
})

test('without a token, or with one of nobody, nothing is told', async (t) => {
  const { list, mark } = await serve(t, memory)
  for (const token of [null, 'nobody']) {
    assert.equal((await list('', token))[0], 401)
    assert.equal((await mark(5, '', token))[0], 401)
  }
})

test('numbers that are none are refused', async (t) => {
  const { list, mark } = await serve(t, memory)
  for (const query of ['?after_id=x', '?after_id=-1', '?after_id=1e30', '?project_id=0']) {
    assert.equal((await list(query))[0], 422, query)
  }
  for (const id of ['x', '0', '2147483648']) assert.ok([404, 422].includes((await mark(id))[0]), id)
})

test('an event of a canceled order is marked, and the order stays canceled', async (t) => {
  const { shop, list, mark } = await serve(t, memory)
  await shop.tell()
  await shop.tellRefund()
  for (const id of idsOf(await list())) assert.deepEqual(await mark(id), [200, {}])
  assert.equal(await shop.status(), 'canceled')
})
