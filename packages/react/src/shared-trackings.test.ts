import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as later } from 'node:timers/promises'
import { NOTHING_KNOWN, snapshotOf, trackAgain, watchOrder } from './shared-trackings.ts'
import { doneOf, type FakeClient, fakeClient } from './testing/fake-client.ts'

/** Watches an order and counts the changes. */
function watch(client: FakeClient, orderId = 7) {
  let changes = 0
  const stop = watchOrder(client, orderId, () => {
    changes += 1
  })
  return { stop, changes: () => changes }
}

test('all who watch one order share a tracking and a snapshot, which is new with each change only', async () => {
  const client = fakeClient()
  const [first, second] = [watch(client), watch(client)]
  assert.equal(snapshotOf(client, 7), NOTHING_KNOWN)
  client.tell(7, 'new')
  const snapshot = snapshotOf(client, 7)
  assert.deepEqual(snapshot, { ...NOTHING_KNOWN, status: 'new' })
  assert.equal(snapshotOf(client, 7), snapshot)
  client.end(7, doneOf(7))
  await later()
  const outcome = doneOf(7)
  assert.deepEqual(snapshotOf(client, 7), {
    status: 'done',
    outcome,
    order: outcome.kind === 'done' && outcome.order,
    error: null,
  })
  assert.deepEqual([client.log, first.changes(), second.changes()], [['track 7'], 2, 2])
  first.stop()
  second.stop()
})

test('the last one who stops ends it; who watches again at once goes on', async () => {
  const client = fakeClient()
  const [first, second] = [watch(client), watch(client)]
  first.stop()
  await later(1)
  assert.deepEqual(client.log, ['track 7'])
  client.tell(7, 'paid')
  second.stop()
  const third = watch(client)
  await later(1)
  assert.deepEqual([client.log, snapshotOf(client, 7).status], [['track 7'], 'paid'])
  third.stop()
  await later(1)
  assert.deepEqual([client.log, snapshotOf(client, 7)], [['track 7', 'abort 7'], NOTHING_KNOWN])
})

test('orders and clients are tracked apart, and nobody hears of a tracking that was given up', async () => {
  const [client, other] = [fakeClient(), fakeClient()]
  const watches = [watch(client), watch(client, 8), watch(other)]
  client.tell(7, 'paid')
  assert.deepEqual(
    watches.map(({ changes }) => changes()),
    [1, 0, 0],
  )
  for (const { stop } of watches) stop()
  await later(1)
  assert.deepEqual(client.log, ['track 7', 'track 8', 'abort 7', 'abort 8'])
})

test('what was tracked in vain is tracked again on demand, and nothing else is', async () => {
  const client = fakeClient()
  const { stop } = watch(client)
  client.tell(7, 'paid')
  trackAgain(client, 7)
  trackAgain(client, 8)
  client.end(7, { kind: 'failed', orderId: 7, status: 'paid', code: 'unauthorized', advice: 'Sign in', cause: null })
  await later()
  assert.equal(snapshotOf(client, 7).error?.code, 'unauthorized')
  trackAgain(client, 7)
  assert.deepEqual(snapshotOf(client, 7), { ...NOTHING_KNOWN, status: 'paid' })
  assert.deepEqual(client.log, ['track 7', 'track 7'])
  client.tell(7, 'done')
  assert.equal(snapshotOf(client, 7).status, 'done')
  stop()
})
