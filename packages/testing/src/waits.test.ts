// Waits that end, and the words of those that were in vain.
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import type { TrailEvent } from '@ordertrail/server'
import { createTrailLog, type TrailLog } from './trail-log.ts'
import { waitForOrder } from './wait-for-order.ts'
import { waitForWebhook, webhooksOf } from './wait-for-webhook.ts'

const AT = new Date(2026, 0, 2, 17, 31, 20)
const base = { projectId: 44056, orderId: 10_000_001 }
const CREATED: TrailEvent = { ...base, kind: 'order.status', from: null, to: 'new', cause: 'order_created' }
const PAID: TrailEvent = { ...base, kind: 'order.status', from: 'new', to: 'paid', cause: 'payment' }

function attempted(over: Partial<Extract<TrailEvent, { kind: 'delivery.attempted' }>>): TrailEvent {
  return {
    ...base,
    kind: 'delivery.attempted',
    deliveryId: 1,
    type: 'order_paid',
    attempt: 1,
    attemptsMax: 20,
    by: 'automatic',
    status: 503,
    failure: null,
    outcome: 'retry',
    durationMs: 4,
    nextDueAt: AT.getTime() + 300_000,
    offsetMinutes: 0,
    body: '{"notification_type":"order_paid"}',
    ...over,
  }
}

function givenLog(...events: readonly TrailEvent[]): TrailLog {
  const log = createTrailLog(() => undefined)
  for (const event of events) log.take(event, AT.getTime())
  return log
}

/** The message with which a wait ends when its time is over. */
async function messageOf(wait: () => Promise<unknown>): Promise<string> {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const ended = wait().then(
      () => 'it ended well',
      (error: Error) => `${error.name}: ${error.message}`,
    )
    mock.timers.tick(200)
    return await ended
  } finally {
    mock.timers.reset()
  }
}

const forOrder = (log: TrailLog, status: 'paid' | 'done') =>
  log.until(waitForOrder({ orderId: base.orderId, status, timeoutMs: 200 }, ['new']))

test('an order has reached a status when it went through it, before the wait or after', async () => {
  const log = givenLog(CREATED)
  const waiting = forOrder(log, 'paid')
  log.take({ ...PAID, orderId: 7 }, AT.getTime())
  log.take(PAID, AT.getTime())
  const paid = { orderId: base.orderId, status: 'paid', statuses: ['new', 'paid'] }
  assert.deepEqual(await waiting, paid)
  log.take({ ...PAID, from: 'paid', to: 'done', cause: 'delivery' }, AT.getTime())
  assert.deepEqual(await forOrder(log, 'paid'), { ...paid, status: 'done', statuses: ['new', 'paid', 'done'] })
})

test('a wait for an order tells what happened instead, and what to do', async () => {
  const created = '  17:31:20  order 10000001  new  order created'
  assert.equal(
    await messageOf(() => forOrder(givenLog(CREATED, { ...CREATED, orderId: 7 }), 'done')),
    [
      'EmulatorError: Order 10000001 was not done after 200 ms; it is new.',
      'What happened to it:',
      created,
      'Nobody has paid it: pay(10000001) does.',
    ].join('\n'),
  )
  const failures = [
    [attempted({}), /order_paid was answered 503; it is sent again at 20.*Z of the emulator's time.*skipTime\(\)/],
    [
      attempted({ status: null, failure: 'deadline: silence', outcome: 'exhausted', nextDueAt: null }),
      /order_paid was not answered \(deadline: silence\), and no attempt is left; resend\(10000001\)/,
    ],
    [
      attempted({ status: 409, outcome: 'rejected', nextDueAt: null }),
      /answered 409, which the sender takes for a refusal/,
    ],
    [attempted({ status: 204, outcome: 'accepted', nextDueAt: null }), /accepted$/],
  ] as const
  for (const [event, advice] of failures) {
    assert.match(await messageOf(() => forOrder(givenLog(CREATED, PAID, event), 'done')), advice)
  }
})

test('a webhook is found by type, order, outcome and attempt', async () => {
  const log = givenLog(attempted({}), attempted({ attempt: 2, outcome: 'accepted', status: 204, nextDueAt: null }))
  const [first, second] = webhooksOf(log.entries)
  const options = { timeoutMs: 200, hasListener: true }
  const found = await Promise.all(
    [{}, { type: 'order_paid' as const }, { outcome: 'accepted' as const }, { attempt: 2, orderId: base.orderId }].map(
      (wish) => log.until(waitForWebhook(wish, options)),
    ),
  )
  assert.deepEqual(found, [first, first, second, second])
})

test('a wait for a webhook tells what was sent instead, or that nothing could be', async () => {
  const wish = { type: 'payment', orderId: 7, attempt: 2, outcome: 'retry' } as const
  const wait = (log: TrailLog, hasListener: boolean) => () =>
    log.until(waitForWebhook(wish, { timeoutMs: 200, hasListener }))
  const heading = 'EmulatorError: There was no payment of order 7 in attempt 2 that was to be sent again within 200 ms.'
  assert.match(await messageOf(wait(givenLog(CREATED), false)), /because webhooks go nowhere: start with webhookUrl/)
  assert.equal(await messageOf(wait(givenLog(CREATED), true)), `${heading}\nNo webhook was sent at all.`)
  const many = givenLog(...Array.from({ length: 14 }, (_, index) => attempted({ attempt: index + 1 })))
  const lines = (await messageOf(wait(many, true))).split('\n')
  assert.deepEqual(lines.slice(0, 3), [heading, 'What was sent:', '  (2 earlier ones)'])
  assert.equal(lines.length, 3 + 12)
})

test('a wait that is cut short says so', async () => {
  const log = givenLog(CREATED)
  const waiting = forOrder(log, 'done')
  log.clear('The emulator was reset')
  await assert.rejects(waiting, {
    name: 'EmulatorError',
    message: 'The emulator was reset while a test waited for order 10000001 to be done.',
  })
  assert.deepEqual(log.entries, [])
})

test('the log forgets the oldest', () => {
  const log = givenLog(CREATED)
  for (let count = 0; count < 10_000; count += 1) log.take(PAID, AT.getTime())
  assert.deepEqual([log.entries.length, log.entries[0]?.event], [10_000, PAID])
})
