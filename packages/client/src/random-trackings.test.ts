// Trackings under random weather: whatever happens, one outcome, the right one, and nothing left behind.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Outcome } from './outcome.ts'
import { type FakeAnswer, type FakeStore, fakeStore, type SocketManner } from './testing/fake-store.ts'
import { createTracker, type Tracker } from './tracker.ts'

type Act = readonly [name: string, act: (store: FakeStore, tracker: Tracker) => void]

const MANNERS: readonly SocketManner[] = [
  'live',
  'dead',
  'silent',
  { code: 3005 },
  { code: 3504 },
  { error: 109 },
  { error: 100 },
]
const ANSWERS: readonly FakeAnswer[] = [
  'fails',
  'never',
  { status: 503 },
  { status: 200 },
  { status: 429, headers: { 'retry-after': '4' } },
]
const CODES = [1006, 1000, 3001, 3005, 3010, 3012]

const endSockets = (store: FakeStore, code: number): void => {
  for (const socket of store.sockets) if (socket.isOpen) socket.end(code)
}

/** What the weather does. Nothing of it may change an outcome. */
const WEATHER: readonly Act[] = [
  ...MANNERS.map(
    (manner): Act => [
      `sockets ${JSON.stringify(manner)}`,
      (store) => {
        store.manner = manner
      },
    ],
  ),
  ...ANSWERS.map((answer): Act => [`answer ${JSON.stringify(answer)}`, ({ answers }) => void answers.push(answer)]),
  ...CODES.map((code): Act => [`close ${code}`, (store) => endSockets(store, code)]),
  ['token expires', (store) => void store.expired.add(`token-${store.tokensGiven}`)],
  [
    'history is empty',
    (store) => {
      store.history = 'empty'
    },
  ],
  [
    'history never comes',
    (store) => {
      store.history = 'never'
    },
  ],
  [
    'history is back',
    (store) => {
      store.history = 'kept'
    },
  ],
  ['page goes', ({ page }) => page.tell(true)],
  ['page comes', ({ page }) => page.tell(false)],
  ['sleep', ({ clock }) => clock.sleep(120_000)],
  [
    'late message',
    (store) => {
      for (const socket of store.sockets)
        socket.push({ push: { channel: 'c', pub: { data: { order_id: 1, status: 'new' } } } })
    },
  ],
]

const weather = fc.array(
  fc.oneof(
    fc.constantFrom(...WEATHER),
    fc.integer({ min: 1, max: 8_000 }).map((ms): readonly [string, number] => [`${ms} ms pass`, ms]),
  ),
  { maxLength: 30 },
)
const lives = fc.constantFrom(
  ['paid', 'done'],
  ['done'],
  ['paid', 'canceled'],
  ['canceled'],
  ['expired', 'paid', 'done'],
)

/** Long enough for every lost socket, pause and look to come round. */
const CALM_MS = 120_000

test('the outcome is what became of the order, told once, with its statuses in order', async () => {
  await fc.assert(
    fc.asyncProperty(weather, lives, fc.integer({ min: 0, max: 30 }), async (storms, life, start) => {
      const store = fakeStore()
      const told: string[] = []
      const outcomes: Outcome[] = []
      const tracker = createTracker(store.options)
      void tracker
        .trackOrder(1, { timeoutMs: 7_200_000, onStatus: ({ status }) => told.push(status) })
        .then((outcome) => outcomes.push(outcome))
      const steps = [...life]
      for (const [index, [, act]] of storms.entries()) {
        if (index >= start && steps.length > 0) store.move(1, steps.shift() as string)
        if (typeof act === 'number') await store.clock.advance(act)
        else act(store, tracker)
        if (index % 3 === 0) await store.clock.settle()
      }
      for (const status of steps) store.move(1, status)
      store.answers.length = 0
      store.manner = 'live'
      store.history = 'kept'
      store.expired.clear()
      for (let passed = 0; passed < CALM_MS; passed += 20_000) {
        for (const socket of store.sockets) if (socket.isOpen) socket.push('{}')
        await store.clock.advance(20_000)
      }
      assert.deepEqual(
        outcomes.map(({ kind }) => kind),
        [life.at(-1)],
      )
      assert.deepEqual(
        told,
        told.filter((status, index) => told.indexOf(status) === index),
        'a status was told twice',
      )
      const known = told.filter((status) => status !== 'expired')
      assert.deepEqual(
        known,
        ['new', 'paid', 'done', 'canceled'].filter((status) => known.includes(status)),
      )
      assert.deepEqual([store.clock.pending, store.openSockets, store.page.watchers], [0, 0, 0])
    }),
    { numRuns: 500 },
  )
})

test('a tracking that is given up at a random moment ends once, and nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(weather, fc.constantFrom('signal', 'close', 'timeout'), async (storms, way) => {
      const store = fakeStore()
      const outcomes: Outcome[] = []
      const controller = new AbortController()
      const tracker = createTracker(store.options)
      void tracker
        .trackOrder(1, { timeoutMs: 40_000, signal: controller.signal })
        .then((outcome) => outcomes.push(outcome))
      for (const [, act] of storms) {
        if (typeof act === 'number') await store.clock.advance(act)
        else act(store, tracker)
      }
      if (way === 'signal') controller.abort()
      else if (way === 'close') tracker.close()
      else await store.clock.advance(60_000)
      await store.clock.settle()
      assert.equal(outcomes.length, 1)
      assert.ok(['aborted', 'timeout'].includes(outcomes[0]?.kind ?? ''), outcomes[0]?.kind)
      assert.deepEqual([store.clock.pending, store.openSockets, store.page.watchers], [0, 0, 0])
    }),
    { numRuns: 300 },
  )
})
