// One tracking over a fake store and a fake clock: what the game is told, and what goes over the wire for it.
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import type { Outcome, StatusUpdate } from './outcome.ts'
import { contentOf, type FakeStore, fakeStore } from './testing/fake-store.ts'
import type { TrackOptions } from './track-order.ts'
import { createTracker } from './tracker.ts'
import type { Tracking } from './tracking.ts'

interface Followed {
  readonly tracking: Tracking
  readonly told: readonly string[]
  /** Undefined: it goes on. */
  outcome(): Outcome | undefined
}

/** Tracks order 1 of `store`; statuses are told as `paid by socket`. */
function follow(store: FakeStore, options: TrackOptions = {}): Followed {
  const told: string[] = []
  let outcome: Outcome | undefined
  const onStatus = ({ status, via }: StatusUpdate): void => void told.push(`${status} by ${via}`)
  const tracking = createTracker(store.options).trackOrder(1, { onStatus, ...options })
  void tracking.then((ended) => {
    outcome = ended
  })
  return { tracking, told, outcome: () => outcome }
}

const order = (status: string) => ({ orderId: 1, status, content: contentOf(1) })
const done: Outcome = { kind: 'done', orderId: 1, status: 'done', order: order('done') }

/** Nothing of a tracking that ended may stay. */
function assertNothingLeft({ clock, openSockets, page }: FakeStore): void {
  assert.deepEqual([clock.pending, openSockets, page.watchers], [0, 0, 0], 'timers, sockets, page watchers')
}

test('an order is followed over the socket, and its content fetched once at the end', async () => {
  const store = fakeStore()
  const { told, outcome } = follow(store)
  await store.clock.settle()
  assert.deepEqual(JSON.parse(store.sockets[0]?.sent[0] ?? ''), {
    connect: { data: { auth: 'token-1', project_id: 44056 } },
    id: 1,
  })
  const looks = store.requests.length
  store.move(1, 'paid')
  await store.clock.advance(30_000)
  store.move(1, 'done')
  await store.clock.settle()
  assert.deepEqual(told, ['new by history', 'paid by socket', 'done by socket'])
  assert.deepEqual(outcome(), done)
  assert.equal(looks, 1, 'one look after the connect')
  assert.equal(store.requests.length, 2, 'and one for the content')
  assert.deepEqual(store.requests[1], {
    url: 'https://store.example/api/v2/project/44056/order/1',
    authorization: 'Bearer token-1',
  })
  assertNothingLeft(store)
})

test('an order that was over before anybody looked ends at once', async () => {
  const store = fakeStore({ 1: 'done' })
  const { told, outcome } = follow(store)
  await store.clock.settle()
  assert.deepEqual(told, ['done by history'])
  assert.deepEqual(outcome(), done)
})

test('an order that was done and canceled meanwhile is canceled', async () => {
  const store = fakeStore({ 1: 'paid' })
  store.moveSilently(1, 'done')
  store.moveSilently(1, 'canceled')
  const { told, outcome } = follow(store)
  await store.clock.settle()
  assert.deepEqual(told, ['paid by history', 'done by history', 'canceled by poll'])
  assert.deepEqual(outcome(), { kind: 'canceled', orderId: 1, status: 'canceled', order: order('canceled') })
})

test('a store that lags behind its socket does not take a final status back', async () => {
  const store = fakeStore()
  const { outcome } = follow(store)
  await store.clock.settle()
  store.answers.push({ status: 200, body: { order_id: 1, status: 'paid', content: contentOf(1) } })
  store.move(1, 'done')
  await store.clock.settle()
  assert.deepEqual(outcome(), done)
})

test('repeats and late messages are told once and change nothing', async () => {
  const store = fakeStore()
  const { told } = follow(store)
  await store.clock.settle()
  for (const status of ['paid', 'new', 'paid', 'new']) store.move(1, status)
  await store.clock.settle()
  assert.deepEqual(told, ['new by history', 'paid by socket'])
})

test('words that nobody knows yet are told once each and are never the end', async () => {
  const store = fakeStore()
  const { told, outcome } = follow(store)
  await store.clock.settle()
  for (const status of ['expired', 'on_hold', 'expired', 'paid']) store.move(1, status)
  await store.clock.advance(1_000)
  assert.deepEqual(told, ['new by history', 'expired by socket', 'on_hold by socket', 'paid by socket'])
  assert.equal(outcome(), undefined)
})

test('statuses of other orders are not told', async () => {
  const store = fakeStore({ 1: 'new', 2: 'new' })
  const { told } = follow(store)
  await store.clock.settle()
  store.move(2, 'done')
  await store.clock.settle()
  assert.deepEqual(told, ['new by history'])
})

test('without a WebSocket the order is polled every three seconds, and content is not fetched twice', async () => {
  const store = fakeStore({ 1: 'new' }, { WebSocket: undefined })
  const { told, outcome } = follow(store)
  await store.clock.advance(8_999)
  assert.equal(store.requests.length, 3)
  store.moveSilently(1, 'done')
  await store.clock.advance(1)
  assert.deepEqual(told, ['new by poll', 'done by poll'])
  assert.deepEqual(outcome(), done)
  assert.equal(store.requests.length, 4)
  assertNothingLeft(store)
})

test('looks are spread by up to a fifth of the interval, upwards only', async () => {
  const store = fakeStore({ 1: 'new' }, { WebSocket: undefined, random: () => 0.999 })
  follow(store)
  await store.clock.advance(3_590)
  assert.equal(store.requests.length, 1)
  await store.clock.advance(10)
  assert.equal(store.requests.length, 2)
})

test('socketMs 0 opens no socket', async () => {
  const store = fakeStore()
  follow(store, { socketMs: 0 })
  await store.clock.advance(3_000)
  assert.deepEqual([store.sockets.length, store.requests.length], [0, 2])
})

test('after five minutes the socket is left and the order is polled', async () => {
  const store = fakeStore()
  const { told, outcome } = follow(store)
  for (let minute = 0; minute < 5; minute += 1) {
    await store.clock.advance(30_000)
    store.sockets[0]?.push('{}')
    await store.clock.advance(29_999)
    store.sockets[0]?.push('{}')
  }
  assert.deepEqual([store.openSockets, store.requests.length], [1, 1])
  await store.clock.advance(5)
  assert.deepEqual([store.openSockets, store.requests.length], [0, 2])
  store.moveSilently(1, 'done')
  await store.clock.advance(3_000)
  assert.equal(told.at(-1), 'done by poll')
  assert.equal(outcome()?.kind, 'done')
})

test('after ten minutes there is one more look, and then the outcome is timeout', async () => {
  const store = fakeStore()
  const { outcome } = follow(store)
  await store.clock.advance(599_999)
  assert.equal(outcome(), undefined)
  const looks = store.requests.length
  await store.clock.advance(1)
  assert.deepEqual(outcome(), { kind: 'timeout', orderId: 1, status: 'new', cause: undefined })
  assert.equal(store.requests.length, looks + 1)
  assertNothingLeft(store)
})

test('what the last look finds is the outcome, not timeout', async () => {
  const store = fakeStore()
  const { outcome } = follow(store, { timeoutMs: 20_000 })
  await store.clock.settle()
  store.moveSilently(1, 'done')
  await store.clock.advance(20_000)
  assert.deepEqual(outcome(), done)
})

test('a timeout says what went wrong last, and does not wait for ever for its last look', async () => {
  const store = fakeStore()
  store.manner = 'dead'
  store.answers.push(...Array.from({ length: 100 }, () => 'never' as const))
  const { outcome } = follow(store, { timeoutMs: 60_000 })
  await store.clock.advance(69_999)
  assert.equal(outcome(), undefined)
  await store.clock.advance(1)
  assert.deepEqual(outcome(), { kind: 'timeout', orderId: 1, status: null, cause: 'no answer in time' })
  assertNothingLeft(store)
})

test('a machine that slept through the whole time looks before it gives up', async () => {
  const store = fakeStore()
  const { outcome } = follow(store)
  await store.clock.settle()
  store.moveSilently(1, 'done')
  store.clock.sleep(8 * 3_600_000)
  await store.clock.advance(0)
  assert.deepEqual(outcome(), done)
})

test('Infinity has no timeout', async () => {
  const store = fakeStore({ 1: 'new' }, { WebSocket: undefined })
  const { outcome } = follow(store, { timeoutMs: Number.POSITIVE_INFINITY, pollMs: 60_000 })
  await store.clock.advance(3_600_000)
  assert.equal(outcome(), undefined)
})

const FAILURES: readonly (readonly [status: number, code: string])[] = [
  [404, 'order_not_found'],
  [401, 'unauthorized'],
  [403, 'refused'],
  [422, 'refused'],
]

for (const [status, code] of FAILURES) {
  test(`${status} is the outcome failed with ${code}, with the answer and what to do`, async () => {
    const store = fakeStore()
    const answer = { status, body: { statusCode: status, errorMessage: 'no' } }
    store.answers.push(answer, answer)
    const { outcome } = follow(store)
    await store.clock.settle()
    const failed = outcome()
    assert.ok(failed?.kind === 'failed')
    const { advice, ...rest } = failed
    assert.deepEqual(rest, { kind: 'failed', orderId: 1, status: 'new', code, cause: answer })
    assert.match(advice, /^[A-Z].*\.$/)
    assertNothingLeft(store)
  })
}

test('an order that does not exist fails at once, although the socket is live', async () => {
  const store = fakeStore({})
  const { outcome } = follow(store)
  await store.clock.settle()
  const failed = outcome()
  assert.ok(failed?.kind === 'failed')
  assert.equal(failed.code, 'order_not_found')
})

const PASSING = ['fails', { status: 500 }, { status: 429 }, { status: 408 }, { status: 200 }] as const

for (const answer of PASSING) {
  test(`${typeof answer === 'string' ? 'a broken network' : answer.status} is only a delay`, async () => {
    const store = fakeStore({ 1: 'new' }, { WebSocket: undefined })
    store.answers.push(answer)
    const { told, outcome } = follow(store)
    await store.clock.advance(6_000)
    assert.deepEqual(told, ['new by poll'])
    assert.equal(outcome(), undefined)
  })
}

test('intervals grow while nobody answers, and shrink again', async () => {
  const store = fakeStore({ 1: 'new' }, { WebSocket: undefined })
  store.answers.push(...Array.from({ length: 6 }, () => 'fails' as const))
  follow(store)
  const times: number[] = []
  for (let second = 0; second < 90; second += 1) {
    const before = store.requests.length
    await store.clock.advance(1_000)
    if (store.requests.length > before) times.push(second + 1)
  }
  assert.deepEqual(times.slice(0, 9), [1, 6, 15, 27, 42, 57, 72, 75, 78])
})

const RETRY_AFTER = [
  ['20', 20_000],
  [new Date(Math.ceil(Date.now() / 1000) * 1000 + 20_000).toUTCString(), 20_000],
] as const

for (const [header, waitMs] of RETRY_AFTER) {
  test(`Retry-After ${header.length > 5 ? 'with a date' : 'in seconds'} is kept, also when the page comes back`, async () => {
    const store = fakeStore({ 1: 'new' }, { WebSocket: undefined })
    store.answers.push({ status: 429, headers: { 'retry-after': header } })
    follow(store)
    await store.clock.advance(waitMs / 2)
    store.page.tell(false)
    await store.clock.advance(waitMs / 2 - 2_000)
    assert.equal(store.requests.length, 1)
    await store.clock.advance(3_500)
    assert.equal(store.requests.length, 2)
  })
}

test('a store that wants to be left alone is not asked at the end of the time either', async () => {
  const store = fakeStore({ 1: 'new' }, { WebSocket: undefined })
  store.answers.push({ status: 503, headers: { 'retry-after': '3600' } })
  const { outcome } = follow(store)
  await store.clock.advance(600_000)
  assert.equal(outcome()?.kind, 'timeout')
  assert.equal(store.requests.length, 1)
})

test('content that cannot be had in time leaves the outcome without it', async () => {
  const store = fakeStore()
  store.answers.push(...Array.from({ length: 20 }, () => 'fails' as const))
  const { outcome } = follow(store)
  await store.clock.settle()
  store.move(1, 'done')
  await store.clock.advance(29_999)
  assert.equal(outcome(), undefined)
  await store.clock.advance(1)
  assert.deepEqual(outcome(), { kind: 'done', orderId: 1, status: 'done', order: null })
})

test('content is asked for again until it is there', async () => {
  const store = fakeStore()
  const { outcome } = follow(store)
  await store.clock.settle()
  store.answers.push('fails', 'fails')
  store.move(1, 'done')
  await store.clock.advance(15_000)
  assert.deepEqual(outcome(), done)
})

test('a token that ran out is asked for again, once for a failure', async () => {
  const store = fakeStore({ 1: 'new' }, { WebSocket: undefined })
  const { outcome, told } = follow(store)
  await store.clock.settle()
  store.expired.add('token-1')
  await store.clock.advance(3_000)
  assert.deepEqual(store.requests.map(({ authorization }) => authorization).slice(1), [
    'Bearer token-1',
    'Bearer token-2',
  ])
  assert.deepEqual([told, outcome(), store.tokensGiven], [['new by poll'], undefined, 2])
})

test('a token that stays refused is the outcome unauthorized', async () => {
  const store = fakeStore({ 1: 'new' }, { WebSocket: undefined })
  for (const token of ['token-1', 'token-2']) store.expired.add(token)
  const { outcome } = follow(store)
  await store.clock.settle()
  const failed = outcome()
  assert.ok(failed?.kind === 'failed')
  assert.deepEqual([failed.code, store.tokensGiven, store.requests.length], ['unauthorized', 2, 2])
})

test('a token that cannot be fetched right now is only a delay', async () => {
  const store = fakeStore({ 1: 'done' }, { WebSocket: undefined })
  let calls = 0
  const token = async (): Promise<string> => {
    calls += 1
    if (calls === 1) throw new Error('the game server is away')
    return 'token-1'
  }
  const tracking = createTracker({ ...store.options, token }).trackOrder(1)
  await store.clock.advance(6_000)
  assert.deepEqual(await tracking, done)
})

test('an aborted signal ends the tracking at once, before, during and while content is fetched', async () => {
  const store = fakeStore()
  const aborted = { kind: 'aborted', orderId: 1, reason: 'signal' }
  assert.deepEqual(await follow(store, { signal: AbortSignal.abort() }).tracking, { ...aborted, status: null })
  const during = new AbortController()
  const first = follow(store, { signal: during.signal })
  await store.clock.settle()
  during.abort()
  assert.deepEqual(await first.tracking, { ...aborted, status: 'new' })
  const late = new AbortController()
  const second = follow(store, { signal: late.signal })
  await store.clock.settle()
  store.answers.push('never')
  store.move(1, 'done')
  late.abort()
  assert.deepEqual(await second.tracking, { ...aborted, status: 'done' })
  await store.clock.settle()
  assertNothingLeft(store)
})

test('an answer that comes after a later look was made is not heard', async () => {
  const store = fakeStore({ 1: 'new' }, { WebSocket: undefined })
  store.answers.push({ status: 404, afterMs: 2_000 })
  const { told, outcome } = follow(store)
  await store.clock.settle()
  store.page.tell(false)
  await store.clock.advance(2_500)
  assert.deepEqual([told, outcome()], [['new by poll'], undefined])
})

test('a signal that outlives its trackings keeps none of them', async () => {
  const store = fakeStore({ 1: 'done' })
  const { signal } = new AbortController()
  await follow(store, { signal }).tracking
  assert.deepEqual(getEventListeners(signal, 'abort'), [])
})

test('a callback that throws is reported and stops nothing', async (t) => {
  const reported = t.mock.method(console, 'error', () => undefined)
  const store = fakeStore({ 1: 'done' })
  const onStatus = (): void => {
    throw new Error('bug of the game')
  }
  const { outcome } = follow(store, { onStatus })
  await store.clock.settle()
  assert.deepEqual(outcome(), done)
  assert.equal(reported.mock.callCount(), 1)
})

test('for await gives every status and then the outcome, to each that reads', async () => {
  const store = fakeStore()
  const { tracking } = follow(store)
  const read = async (): Promise<readonly string[]> => {
    const kinds: string[] = []
    for await (const update of tracking) kinds.push(update.kind === 'status' ? update.status : update.kind)
    return kinds
  }
  const early = read()
  await store.clock.settle()
  store.move(1, 'paid')
  store.move(1, 'done')
  assert.deepEqual(await early, ['new', 'paid', 'done', 'done'])
  assert.deepEqual(await read(), ['new', 'paid', 'done', 'done'], 'who comes late reads all of it')
})

test('an order id from a URL is text and works as well', async () => {
  const store = fakeStore()
  const tracking = createTracker(store.options).trackOrder('1' as unknown as number)
  await store.clock.settle()
  store.answers.push('never')
  store.move(1, 'done')
  await store.clock.advance(30_000)
  assert.equal((await tracking).kind, 'done')
})

test('nothing that is told to the outside holds the token', async () => {
  const store = fakeStore()
  const { outcome } = follow(store)
  await store.clock.settle()
  store.expired.add('token-1')
  store.sockets[0]?.end(3005)
  await store.clock.advance(5_000)
  store.answers.push({ status: 404, body: {} })
  await store.clock.advance(60_000)
  assert.ok(outcome() !== undefined || store.debugged.length > 3)
  assert.doesNotMatch(JSON.stringify([outcome(), store.debugged]), /token-\d/)
})
