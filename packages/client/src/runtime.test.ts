// What the client takes from the platform, and which events of a page it hears.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runtimeOf } from './runtime.ts'

interface Page {
  document?: { hidden: boolean }
  addEventListener?: unknown
  removeEventListener?: unknown
}

/** Makes this process look like a page for one test. */
function givenPage(t: { after(end: () => void): void }): {
  readonly events: EventTarget
  readonly document: { hidden: boolean }
} {
  const world = globalThis as Page
  const events = new EventTarget()
  const document = { hidden: false }
  world.document = document
  world.addEventListener = events.addEventListener.bind(events)
  world.removeEventListener = events.removeEventListener.bind(events)
  t.after(() => {
    delete world.document
    delete world.addEventListener
    delete world.removeEventListener
  })
  return { events, document }
}

test('a page that is seen again, is online again or was kept tells so, and one that is put away', (t) => {
  const { events, document } = givenPage(t)
  const told: boolean[] = []
  const unwatch = runtimeOf().watchPage((isAway) => told.push(isAway))
  for (const type of ['online', 'pageshow', 'visibilitychange']) events.dispatchEvent(new Event(type))
  assert.deepEqual(told.splice(0), [false, false, false])
  document.hidden = true
  events.dispatchEvent(new Event('visibilitychange'))
  assert.deepEqual(told, [], 'nobody looks at a hidden page')
  events.dispatchEvent(new Event('pagehide'))
  assert.deepEqual(told.splice(0), [true])
  unwatch()
  events.dispatchEvent(new Event('online'))
  assert.deepEqual(told, [])
})

test('a runtime without pages, and one without sockets, are fine', () => {
  const runtime = runtimeOf({ WebSocket: undefined })
  runtime.watchPage(() => undefined)()
  assert.equal(runtime.WebSocket, undefined)
  assert.ok(runtime.now() >= 0)
})

test('what is given takes the place of the platform', async () => {
  const runtime = runtimeOf({ random: () => 0.5 })
  assert.equal(runtime.random(), 0.5)
  await new Promise<void>((resolve) => void runtime.setTimeout(resolve, 0))
})
