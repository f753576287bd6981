// The events API over a fake store: every order is granted once, whoever calls how often and whatever breaks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ordertrailEndpoints } from './all-endpoints.ts'
import { createOrderTrail, type OrderTrail } from './create-order-trail.ts'
import type { EventHandlers } from './handle-events.ts'
import { type Ledger, type LedgerStorage, memoryLedger, storageLedger } from './ledger.ts'
import type { EventData } from './pending-events.ts'

const PROJECT = 44056

interface Pending {
  readonly id: number
  readonly data: EventData
}

interface FakeEvents {
  readonly pending: Pending[]
  readonly requests: string[]
  /** Answers instead of the store, first to last. */
  readonly answers: (number | 'fails')[]
  add(data: EventData): void
  trail(ledger?: Ledger): OrderTrail
}

function fakeEvents(pageMax = 100): FakeEvents {
  const pending: Pending[] = []
  const requests: string[] = []
  const answers: FakeEvents['answers'] = []
  let lastId = 0
  const body = (value: unknown) => ({ status: 200, headers: { get: () => null }, json: async () => value })
  const fetch = async (url: string, { method = 'GET' }: { readonly method?: string }) => {
    requests.push(`${method} ${url.replace('https://shop.example', '')}`)
    const answer = answers.shift()
    if (answer === 'fails') throw new TypeError('fetch failed')
    if (answer !== undefined) return { ...body({}), status: answer }
    const marked = /events\/(\d+)\/processed/.exec(url)?.[1]
    if (marked !== undefined) {
      pending.splice(0, pending.length, ...pending.filter(({ id }) => id !== Number(marked)))
      return body({})
    }
    const afterId = Number(new URL(url).searchParams.get('after_id'))
    const page = pending.filter(({ id }) => id > afterId).slice(0, pageMax)
    return body({ events: page.map(({ id, data }) => ({ id, status: 0, created_at: '2026-01-01T00:00:00Z', data })) })
  }
  return {
    pending,
    requests,
    answers,
    add: (data) => {
      lastId += 1
      pending.push({ id: lastId, data })
    },
    trail: (ledger = memoryLedger()) =>
      createOrderTrail({
        projectId: PROJECT,
        token: 'token',
        endpoints: ordertrailEndpoints('https://shop.example'),
        runtime: { fetch },
        ledger,
      }),
  }
}

const line = (sku: string) => ({ sku, quantity: 1 })
const paid = (id: number): EventData => ({
  notification_type: 'order_paid',
  order: { id },
  items: [line(`item-${id}`)],
})
const payment = (id: number): EventData => ({
  notification_type: 'payment',
  purchase: { order: { id, lineitems: [line(`item-${id}`)] } },
  settings: { project_id: PROJECT },
})
const canceled = (id: number): EventData => ({ notification_type: 'order_canceled', order: { id }, items: [] })

interface Game {
  readonly grants: string[]
  readonly takenBack: number[]
  readonly others: string[]
  readonly handlers: EventHandlers
}

function game(): Game {
  const grants: string[] = []
  const takenBack: number[] = []
  const others: string[] = []
  const handlers: EventHandlers = {
    onPaid: ({ orderId, items }) => void grants.push(`${orderId}: ${items.map(({ sku }) => sku).join()}`),
    onCanceled: ({ orderId }) => void takenBack.push(orderId),
    onOther: ({ type }) => void others.push(type),
  }
  return { grants, takenBack, others, handlers }
}

test('pending events are read page by page, those of other projects left out', async () => {
  const events = fakeEvents(2)
  for (const id of [1, 2, 3]) events.add(paid(id))
  events.add({ ...payment(4), settings: { project_id: '999' } })
  events.add({ ...paid(5), billing: { settings: { project_id: 999 } } })
  const found = await events.trail().pendingEvents()
  assert.ok(found.kind === 'events')
  assert.deepEqual(
    found.events.map(({ id, type, orderId }) => [id, type, orderId]),
    [1, 2, 3].map((id) => [id, 'order_paid', id]),
  )
  assert.equal(events.requests[0], 'GET /events?project_id=44056&after_id=0')
  assert.equal(events.pending.length, 5, 'reading marks nothing')
})

for (const [answer, code] of [
  [401, 'unauthorized'],
  [403, 'refused'],
  [500, 'unreachable'],
  [429, 'unreachable'],
  ['fails', 'unreachable'],
] as const) {
  test(`a list that is answered with ${answer} is ${code}`, async () => {
    const events = fakeEvents()
    events.answers.push(answer, answer)
    const { handlers, grants } = game()
    const result = await events.trail().handleEvents(handlers)
    assert.equal(result.kind === 'failed' && result.code, code)
    assert.equal(grants.length, 0)
  })
}

test('what was paid is granted once and marked, separate notifications of one order as well', async () => {
  const events = fakeEvents()
  events.add(payment(1))
  events.add({ ...paid(1), items: [line('bundle'), { ...line('inside'), is_bundle_content: true }] })
  events.add(payment(2))
  const { grants, handlers } = game()
  const trail = events.trail()
  assert.deepEqual(await trail.handleEvents(handlers), { kind: 'handled', granted: [1, 2], takenBack: [], kept: [] })
  assert.deepEqual(grants, ['1: bundle,inside', '2: item-2'])
  assert.equal(events.pending.length, 0)
  events.add(paid(2))
  assert.deepEqual(await trail.handleEvents(handlers), { kind: 'handled', granted: [], takenBack: [], kept: [] })
  assert.equal(grants.length, 2, 'order_paid of an order whose payment was granted')
})

test('a mark is kept for later when it is refused, and needless when the event is gone', async () => {
  for (const [status, keptCount] of [
    [500, 1],
    [404, 0],
  ] as const) {
    const events = fakeEvents()
    events.add(paid(1))
    const result = await events.trail().handleEvents({ onPaid: () => void events.answers.push(status) })
    assert.ok(result.kind === 'handled')
    assert.deepEqual([result.granted, result.kept.length], [[1], keptCount])
  }
})

test('a mark that fails repeats the event, not the grant', async () => {
  const events = fakeEvents()
  events.add(paid(1))
  const { grants, handlers } = game()
  const trail = events.trail()
  const breakMark = {
    ...handlers,
    onPaid: async (grant: Parameters<EventHandlers['onPaid']>[0]) => {
      await handlers.onPaid(grant)
      events.answers.push('fails')
    },
  }
  const first = await trail.handleEvents(breakMark)
  assert.ok(first.kind === 'handled')
  assert.deepEqual(
    [first.granted, first.kept.map(({ cause }) => cause), events.pending.length],
    [[1], ['not marked'], 1],
  )
  await trail.handleEvents(handlers)
  assert.deepEqual([grants.length, events.pending.length], [1, 0])
})

test('a handler that throws keeps its order and stops no other', async () => {
  const events = fakeEvents()
  for (const id of [1, 2]) events.add(paid(id))
  const { grants, handlers } = game()
  const trail = events.trail()
  const first = await trail.handleEvents({
    onPaid: (grant) => {
      if (grant.orderId === 1) throw new Error('the inventory is full')
      return handlers.onPaid(grant)
    },
  })
  assert.ok(first.kind === 'handled')
  assert.deepEqual([first.granted, first.kept.map(({ event }) => event.id)], [[2], [1]])
  await trail.handleEvents(handlers)
  assert.deepEqual(grants, ['2: item-2', '1: item-1'])
})

test('what was granted is taken back once; what was canceled before is neither granted nor taken back', async () => {
  const events = fakeEvents()
  events.add(paid(1))
  const { grants, takenBack, handlers } = game()
  const trail = events.trail()
  await trail.handleEvents(handlers)
  events.add(canceled(1))
  events.add(paid(2))
  events.add(canceled(2))
  assert.deepEqual(await trail.handleEvents(handlers), { kind: 'handled', granted: [], takenBack: [1], kept: [] })
  for (const event of [canceled(1), paid(2), canceled(2)]) events.add(event)
  await trail.handleEvents(handlers)
  events.add(paid(2))
  await trail.handleEvents(handlers)
  assert.deepEqual([grants, takenBack, events.pending.length], [['1: item-1'], [1], 0])
})

test('events of other kinds are handed on, or marked and forgotten', async () => {
  const events = fakeEvents()
  const other: EventData = { notification_type: 'refund', purchase: { order: { id: 1 } } }
  events.add(other)
  const { others, handlers } = game()
  await events.trail().handleEvents(handlers)
  events.add(other)
  await events.trail().handleEvents({ onPaid: () => undefined })
  assert.deepEqual([others, events.pending.length], [['refund'], 0])
})

test('a thousand calls at once, half of them in another tab, grant once', async () => {
  const kept = new Map<string, string>()
  const storage: LedgerStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  }
  const events = fakeEvents()
  for (const id of [1, 2, 3]) events.add(paid(id))
  const { grants, handlers } = game()
  const slow: EventHandlers = {
    onPaid: async (grant) => {
      await new Promise((resolve) => setImmediate(resolve))
      await handlers.onPaid(grant)
    },
  }
  const tabs = [0, 1].map(() => events.trail(storageLedger(storage)))
  await Promise.all(Array.from({ length: 1_000 }, (_, call) => tabs[call % 2]?.handleEvents(slow)))
  assert.deepEqual(grants.toSorted(), ['1: item-1', '2: item-2', '3: item-3'])
  const later = game()
  for (const id of [1, 2, 3]) events.add(paid(id))
  await events.trail(storageLedger(storage)).handleEvents(later.handlers)
  assert.deepEqual(later.grants, [], 'a page that was loaded anew remembers')
})

test('a storage that holds nonsense counts as empty, and a full one keeps the order pending', async () => {
  const events = fakeEvents()
  events.add(paid(1))
  const { grants, handlers } = game()
  const full: LedgerStorage = {
    getItem: () => 'nonsense',
    setItem: () => {
      throw new Error('quota exceeded')
    },
  }
  const result = await events.trail(storageLedger(full)).handleEvents(handlers)
  assert.ok(result.kind === 'handled')
  assert.deepEqual([grants.length, result.kept.length, events.pending.length], [1, 1, 1])
})
