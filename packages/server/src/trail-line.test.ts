import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TrailEvent } from './platform/trail.ts'
import { formatTrailLine, type TrailLine, timeOfDay, trailLine } from './trail-line.ts'

const at = new Date(2026, 0, 2, 17, 31, 20)
const base = { projectId: 44056, orderId: 10000001 }
const nextDueAt = new Date(2026, 0, 2, 17, 36, 20).getTime()

const attempted = {
  ...base,
  kind: 'delivery.attempted',
  deliveryId: 1,
  type: 'order_paid',
  attempt: 1,
  attemptsMax: 20,
  by: 'automatic',
  status: 204,
  failure: null,
  outcome: 'accepted',
  durationMs: 4,
  nextDueAt: null,
  offsetMinutes: 0,
  body: '{}',
} as const
const validated = {
  ...base,
  kind: 'user.validated',
  userId: 'player-1',
  stage: 'pay_pressed',
  status: 404,
  isAccepted: false,
  failure: null,
  durationMs: 3,
  body: '{}',
} as const

const LINES: readonly (readonly [TrailEvent, Omit<TrailLine, 'time'>])[] = [
  [
    { ...base, kind: 'order.status', from: null, to: 'new', cause: 'order_created' },
    { subject: 'order 10000001', what: 'new', detail: 'order created', tone: 'plain' },
  ],
  [
    { ...base, kind: 'order.status', from: 'new', to: 'paid', cause: 'payment' },
    { subject: 'order 10000001', what: 'paid', detail: 'new -> paid, payment', tone: 'plain' },
  ],
  [
    attempted,
    { subject: 'order 10000001', what: 'order_paid', detail: '[204] attempt 1 of 20, 4 ms, accepted', tone: 'good' },
  ],
  [
    { ...attempted, attempt: 2, status: null, failure: 'timeout', outcome: 'retry', nextDueAt, offsetMinutes: 5 },
    {
      subject: 'order 10000001',
      what: 'order_paid',
      detail: '[timeout] attempt 2 of 20 (+5 min), 4 ms, next at 17:36:20',
      tone: 'bad',
    },
  ],
  [
    { ...attempted, attempt: 3, by: 'manual', status: 500, outcome: 'retry', offsetMinutes: null },
    {
      subject: 'order 10000001',
      what: 'order_paid',
      detail: '[500] attempt 3, resent by hand, 4 ms, no further attempt',
      tone: 'bad',
    },
  ],
  [validated, { subject: 'user player-1', what: 'user_validation', detail: '[404] pay pressed, 3 ms', tone: 'bad' }],
  [
    { ...base, kind: 'alarm', orderId: null, code: 'ids_running_out', detail: '90 % are taken' },
    { subject: 'project', what: 'alarm ids_running_out', detail: '90 % are taken', tone: 'bad' },
  ],
]

for (const [event, line] of LINES) {
  test(`a line tells "${line.detail}"`, () => {
    assert.deepEqual(trailLine(event, at), { time: '17:31:20', ...line })
  })
}

test('lines stand in columns', () => {
  assert.equal(
    formatTrailLine(trailLine(attempted, at)),
    '17:31:20  order 10000001   order_paid       [204] attempt 1 of 20, 4 ms, accepted',
  )
})

test('the time of day has two digits each', () => {
  assert.equal(timeOfDay(new Date(2026, 0, 2, 7, 1, 2)), '07:01:02')
})
