import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as later } from 'node:timers/promises'
import { createPurchaseRun, NOTHING_BOUGHT } from './purchase-run.ts'
import { BOUGHT_ID, doneOf, fakeClient } from './testing/fake-client.ts'

test('a purchase tells what is known of it, and a second click is the same purchase', async () => {
  const [client, run] = [fakeClient(), createPurchaseRun()]
  const told: unknown[] = []
  const stop = run.watch(() => told.push(run.snapshot()))
  const heard: unknown[] = []
  const options = { onCreated: (order: object) => heard.push(order), onStatus: (update: object) => heard.push(update) }
  const [first, second] = [run.purchase(client, { sku: 'sword' }, options), run.purchase(client, { sku: 'sword' })]
  await later()
  run.reset()
  client.tell(BOUGHT_ID, 'paid')
  client.end(BOUGHT_ID, doneOf(BOUGHT_ID))
  assert.deepEqual([await first, await second], [doneOf(BOUGHT_ID), doneOf(BOUGHT_ID)])
  const running = { ...NOTHING_BOUGHT, isRunning: true }
  const ended = { ...NOTHING_BOUGHT, orderId: BOUGHT_ID, status: 'done', outcome: doneOf(BOUGHT_ID) }
  assert.deepEqual(told, [
    running,
    { ...running, orderId: BOUGHT_ID },
    { ...running, orderId: BOUGHT_ID, status: 'paid' },
    ended,
  ])
  assert.deepEqual([client.log, heard.length], [['buy sword'], 2])
  run.reset()
  assert.equal(run.snapshot(), told.at(-1))
  assert.deepEqual(run.snapshot(), NOTHING_BOUGHT)
  stop()
})

test('it ends by abort, by the signal of the game, and when nobody watches any more', async () => {
  const outside = new AbortController()
  for (const give_up of [
    (run: ReturnType<typeof createPurchaseRun>) => run.abort(),
    () => outside.abort(),
    (_: unknown, stop: () => void) => stop(),
  ]) {
    const [client, run] = [fakeClient(), createPurchaseRun()]
    const stop = run.watch(() => undefined)
    const outcome = run.purchase(
      client,
      { cart: true },
      { signal: outside.signal.aborted ? undefined : outside.signal },
    )
    give_up(run, stop)
    assert.equal((await outcome).kind, 'aborted')
    assert.deepEqual(client.log, ['buy cart', `abort ${BOUGHT_ID}`])
    stop()
  }
})

test('who watches again at once, as Strict Mode does, keeps it running', async () => {
  const [client, run] = [fakeClient(), createPurchaseRun()]
  run.watch(() => undefined)()
  const stop = run.watch(() => undefined)
  const outcome = run.purchase(client, { sku: 'sword' })
  await later(1)
  client.end(BOUGHT_ID, {
    kind: 'failed',
    orderId: null,
    status: null,
    code: 'purchase_refused',
    advice: 'No',
    cause: 1,
  })
  assert.equal((await outcome).kind, 'failed')
  assert.equal(run.snapshot().error?.code, 'purchase_refused')
  stop()
})
