// The shared socket over a fake store: one for all orders, tried again when it is lost, never trusted when it is silent.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Outcome } from './outcome.ts'
import { fakeStore } from './testing/fake-store.ts'
import { createTracker } from './tracker.ts'

test('many orders share one socket, which closes with the last of them', async () => {
  const store = fakeStore({ 1: 'new', 2: 'new', 3: 'new' })
  const tracker = createTracker(store.options)
  const trackings = [1, 2, 3].map((orderId) => tracker.trackOrder(orderId))
  await store.clock.settle()
  for (const orderId of [1, 2, 3]) {
    assert.equal(store.openSockets, 1)
    store.move(orderId, 'done')
    await store.clock.settle()
  }
  assert.deepEqual(
    (await Promise.all(trackings)).map(({ kind }) => kind),
    ['done', 'done', 'done'],
  )
  assert.deepEqual([store.sockets.length, store.openSockets, store.tokensGiven], [1, 0, 1])
})

test('an order that comes to a live socket misses nothing', async () => {
  const store = fakeStore({ 1: 'new', 2: 'new' })
  const tracker = createTracker(store.options)
  tracker.trackOrder(1)
  await store.clock.settle()
  store.move(2, 'done')
  const tracking = tracker.trackOrder(2)
  await store.clock.settle()
  assert.equal((await tracking).kind, 'done')
  assert.equal(store.sockets.length, 1)
})

test('two trackings of one order are two outcomes', async () => {
  const store = fakeStore()
  const tracker = createTracker(store.options)
  const both = [tracker.trackOrder(1), tracker.trackOrder(1)]
  await store.clock.settle()
  store.move(1, 'canceled')
  assert.deepEqual(
    (await Promise.all(both)).map(({ kind }) => kind),
    ['canceled', 'canceled'],
  )
})

for (const [what, code] of [
  ['the end of its life', 3005],
  ['a broken network', 1006],
  ['a server that goes', 3001],
  ["an application's own reason", 4499],
] as const) {
  test(`after ${what} (${code}) polling covers until the socket is back, and nothing is missed`, async () => {
    const store = fakeStore()
    const told: string[] = []
    const tracking = createTracker(store.options).trackOrder(1, {
      onStatus: ({ status, via }) => told.push(`${status} by ${via}`),
    })
    await store.clock.settle()
    store.moveSilently(1, 'paid')
    store.sockets[0]?.end(code)
    await store.clock.settle()
    assert.equal(told.at(-1), 'paid by poll')
    await store.clock.advance(500)
    assert.equal(store.openSockets, 1)
    const looks = store.requests.length
    await store.clock.advance(20_000)
    assert.equal(store.requests.length, looks, 'polling is over')
    store.move(1, 'done')
    await store.clock.settle()
    assert.equal(told.at(-1), 'done by socket')
    assert.equal((await tracking).kind, 'done')
  })
}

test('a status of the moment between loss and return comes with the history', async () => {
  const store = fakeStore()
  const told: string[] = []
  createTracker(store.options).trackOrder(1, { onStatus: ({ status, via }) => told.push(`${status} by ${via}`) })
  await store.clock.settle()
  store.sockets[0]?.end(1006)
  await store.clock.advance(499)
  store.moveSilently(1, 'paid')
  await store.clock.advance(1)
  assert.deepEqual(told, ['new by history', 'paid by history'])
})

test('tries become rarer while a socket is lost again and again, and the order is polled', async () => {
  const store = fakeStore()
  store.manner = 'dead'
  createTracker(store.options).trackOrder(1)
  const counts: number[] = []
  for (let minute = 0; minute < 5; minute += 1) {
    await store.clock.advance(60_000)
    counts.push(store.sockets.length)
  }
  assert.deepEqual(counts, [7, 8, 9, 10, 11])
  assert.ok(store.requests.length >= 95, `${store.requests.length} looks in five minutes`)
})

for (const code of [3500, 3504, 3999, 4500, 4999, 1009]) {
  test(`after the terminal code ${code} the order is polled only`, async () => {
    const store = fakeStore()
    store.manner = { code }
    const options = { ...store.options, token: 'a-fixed-token' }
    const tracking = createTracker(options).trackOrder(1)
    await store.clock.advance(30_000)
    assert.equal(store.sockets.length, 1)
    assert.equal(store.requests.length, 11)
    store.moveSilently(1, 'done')
    await store.clock.advance(3_000)
    assert.equal((await tracking).kind, 'done')
  })
}

for (const manner of [{ code: 3500 }, { error: 109 }]) {
  test(`a token that the socket refuses (${JSON.stringify(manner)}) is asked for again`, async () => {
    const store = fakeStore()
    store.manner = manner
    createTracker(store.options).trackOrder(1)
    await store.clock.settle()
    store.manner = 'live'
    await store.clock.advance(500)
    assert.equal(store.openSockets, 1)
    assert.match(store.sockets[1]?.sent[0] ?? '', /token-2/)
  })
}

test('a token that runs out during the connection is replaced for socket and polling alike', async () => {
  const store = fakeStore()
  const tracking = createTracker(store.options).trackOrder(1)
  await store.clock.settle()
  store.expired.add('token-1')
  store.sockets[0]?.end(3005)
  await store.clock.advance(2_000)
  assert.deepEqual([store.openSockets, store.tokensGiven], [1, 2])
  store.move(1, 'done')
  await store.clock.settle()
  assert.equal((await tracking).kind, 'done')
})

test('connect error 103 is final, 100 with temporary is not', async () => {
  const store = fakeStore()
  store.manner = { error: 103 }
  createTracker(store.options).trackOrder(1)
  await store.clock.advance(10_000)
  assert.equal(store.sockets.length, 1)
  const other = fakeStore()
  other.manner = 'silent'
  createTracker(other.options).trackOrder(1)
  await other.clock.settle()
  other.manner = 'live'
  other.sockets[0]?.push({ id: 1, error: { code: 100, temporary: true } })
  await other.clock.advance(500)
  assert.equal(other.openSockets, 1)
})

test('a socket that never answers counts as lost after ten seconds', async () => {
  const store = fakeStore()
  store.manner = 'silent'
  createTracker(store.options).trackOrder(1)
  await store.clock.advance(9_999)
  assert.equal(store.requests.length, 0)
  await store.clock.advance(1)
  assert.equal(store.requests.length, 1)
})

test('a history that never comes counts as lost, too', async () => {
  const store = fakeStore()
  store.history = 'never'
  createTracker(store.options).trackOrder(1)
  await store.clock.advance(10_000)
  assert.deepEqual([store.openSockets, store.requests.length], [0, 1])
})

for (const history of ['empty', 'refused'] as const) {
  test(`a server whose history is ${history} is looked at instead`, async () => {
    const store = fakeStore({ 1: 'paid' })
    store.history = history
    const told: string[] = []
    createTracker(store.options).trackOrder(1, { onStatus: ({ status, via }) => told.push(`${status} by ${via}`) })
    await store.clock.advance(1_000)
    assert.deepEqual([told, store.openSockets], [['paid by poll'], 1])
  })
}

test('pings are answered, and a server that stops pinging is left', async () => {
  const store = fakeStore()
  createTracker(store.options).trackOrder(1)
  await store.clock.advance(25_000)
  const socket = store.sockets[0]
  socket?.push('{}')
  await store.clock.settle()
  assert.equal(socket?.sent.at(-1), '{}')
  await store.clock.advance(34_999)
  assert.equal(store.openSockets, 1)
  await store.clock.advance(1)
  assert.equal(store.openSockets, 0, 'silent for the interval of its pings and ten seconds')
  await store.clock.advance(500)
  assert.equal(store.openSockets, 1)
})

test('a server that promises no pings may be silent', async () => {
  const store = fakeStore()
  store.manner = 'silent'
  createTracker(store.options).trackOrder(1)
  await store.clock.settle()
  store.sockets[0]?.push({ id: 1, connect: { subs: {} } })
  await store.clock.advance(200_000)
  assert.equal(store.openSockets, 1)
})

test('frames with several documents, strange data and no JSON do no harm', async () => {
  const store = fakeStore()
  const told: string[] = []
  createTracker(store.options).trackOrder(1, { onStatus: ({ status }) => told.push(status) })
  await store.clock.settle()
  const socket = store.sockets[0]
  const push = (data: unknown): string => JSON.stringify({ push: { channel: 'c', pub: { data, offset: 9 } } })
  for (const frame of [
    'no JSON',
    'null',
    '17',
    '[]',
    '[[]]',
    push(null),
    push('text'),
    push({ status: 7 }),
    push({ order_id: 1 }),
  ]) {
    socket?.push(frame)
  }
  socket?.push(`${push({ order_id: 1, status: 'paid' })}\n${push({ order_id: '1', status: 'on_hold' })}\n{}`)
  await store.clock.settle()
  assert.deepEqual(told, ['new', 'paid', 'on_hold'])
  assert.equal(socket?.sent.at(-1), '{}')
})

test('a disconnect that comes as a message is the same as a close', async () => {
  const store = fakeStore()
  createTracker({ ...store.options, token: 'fixed' }).trackOrder(1)
  await store.clock.settle()
  store.sockets[0]?.push({ push: { disconnect: { code: 3504, reason: 'connection limit' } } })
  await store.clock.advance(10_000)
  assert.deepEqual([store.sockets.length, store.openSockets], [1, 0])
})

test('what a closed socket still says is not heard', async () => {
  const store = fakeStore()
  const told: string[] = []
  createTracker(store.options).trackOrder(1, { onStatus: ({ status }) => told.push(status) })
  await store.clock.settle()
  store.sockets[0]?.end(1006)
  store.sockets[0]?.push({ push: { channel: 'c', pub: { data: { order_id: 1, status: 'done' } } } })
  store.sockets[0]?.end(3500)
  await store.clock.advance(500)
  assert.deepEqual([told, store.openSockets], [['new'], 1])
})

test('when the page comes back the order is looked at, the socket is checked, and a lost one is tried at once', async () => {
  const store = fakeStore()
  createTracker(store.options).trackOrder(1)
  await store.clock.settle()
  const [socket] = store.sockets
  const sent = socket?.sent.length ?? 0
  store.page.tell(false)
  await store.clock.settle()
  assert.equal(store.requests.length, 3, 'for coming back, and for the history that was read again')
  assert.equal(socket?.sent.length, sent + 1)
  store.history = 'never'
  store.page.tell(false)
  await store.clock.advance(10_000)
  assert.equal(store.openSockets, 0, 'it was dead and nobody had said so')
  store.history = 'kept'
  store.page.tell(false)
  await store.clock.settle()
  assert.equal(store.openSockets, 1)
})

test('a page that is put away holds no socket, and goes on when it is shown again', async () => {
  const store = fakeStore()
  const tracking = createTracker(store.options).trackOrder(1)
  await store.clock.settle()
  store.page.tell(true)
  assert.equal(store.openSockets, 0)
  store.moveSilently(1, 'done')
  store.clock.sleep(3_600_000)
  store.page.tell(false)
  await store.clock.settle()
  assert.equal((await tracking).kind, 'done')
})

test('close ends every tracking and socket, and what comes later ends at once', async () => {
  const store = fakeStore({ 1: 'new', 2: 'new' })
  const tracker = createTracker(store.options)
  const trackings = [tracker.trackOrder(1), tracker.trackOrder(2)]
  await store.clock.settle()
  tracker.close()
  tracker.close()
  const closed = (orderId: number, status: string | null): Outcome => ({
    kind: 'aborted',
    orderId,
    status,
    reason: 'client_closed',
  })
  assert.deepEqual(await Promise.all(trackings), [closed(1, 'new'), closed(2, 'new')])
  assert.deepEqual(await tracker.trackOrder(1), closed(1, null))
  await store.clock.settle()
  assert.deepEqual([store.clock.pending, store.openSockets, store.page.watchers], [0, 0, 0])
})

test('options that make no sense are refused', () => {
  const { options } = fakeStore()
  for (const wrong of [{ projectId: 0 }, { projectId: Number.NaN }, { token: '' }, { endpoints: undefined as never }]) {
    assert.throws(() => createTracker({ ...options, ...wrong }), TypeError)
  }
})
