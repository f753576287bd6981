import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogger } from '../platform/logger.ts'
import { createMetrics } from '../platform/metrics.ts'
import type { AttemptExchange } from './attempt-report.ts'
import { makeTellAttempt, type ToldAttempt } from './tell-attempt.ts'

const exchange: AttemptExchange = {
  url: 'https://game.test/webhooks',
  startedAt: 1_750_000_000_000,
  durationMs: 40,
  answer: { kind: 'response', status: 204 },
  failure: null,
  requestHeaders: '{"canary":1}',
  responseHeaders: '{"canary":1}',
  responseBody: 'canary',
}

function attemptWith(more: Partial<AttemptExchange>): ToldAttempt {
  return {
    projectId: 44056,
    orderId: 10_000_001,
    deliveryId: 7,
    type: 'order_paid',
    number: 2,
    attemptsMax: 20,
    by: 'automatic',
    position: 1,
    offsetMinutes: 5,
    isLate: false,
    lagMs: 3,
    body: '{"canary":1}',
    exchange: { ...exchange, ...more },
  }
}

test('logs an attempt in one line, without bodies, headers and the query of the URL, and counts it', async () => {
  const lines: string[] = []
  const logger = createLogger({ level: 'info', format: 'json', write: (line) => lines.push(line) })
  const metrics = await createMetrics({ isOn: true })
  const tell = makeTellAttempt({ logger, metrics })
  tell(attemptWith({ url: 'https://game.test/webhooks?canary=1?2' }), { kind: 'recorded', outcome: 'accepted' })
  tell(attemptWith({ answer: { kind: 'no_answer', reason: 'deadline' } }), { kind: 'late' })
  const [accepted, late] = lines.map((line) => {
    const { time, ...record } = JSON.parse(line) as Record<string, unknown>
    assert.equal(typeof time, 'number')
    return record
  })
  const both = {
    projectId: 44056,
    orderId: 10_000_001,
    deliveryId: 7,
    type: 'order_paid',
    attempt: 2,
    position: 1,
    by: 'automatic',
    durationMs: 40,
    lagMs: 3,
    isLate: false,
    url: 'https://game.test/webhooks',
    msg: 'delivery.attempted',
  }
  assert.deepEqual(accepted, { ...both, level: 30, outcome: 'accepted', status: 204 })
  assert.deepEqual(late, { ...both, level: 40, outcome: 'late', status: null, reason: 'deadline' })
  assert.doesNotMatch(lines.join(''), /canary/)
  const text = await metrics.text()
  assert.match(text, /^ordertrail_delivery_attempts_total\{type="order_paid",by="automatic",outcome="accepted"\} 1$/m)
  assert.match(text, /^ordertrail_delivery_attempts_total\{type="order_paid",by="automatic",outcome="late"\} 1$/m)
  assert.match(text, /^ordertrail_delivery_attempt_seconds_bucket\{le="0.05",type="order_paid"\} 2$/m)
  assert.match(text, /^ordertrail_delivery_lag_seconds_count\{type="order_paid"\} 2$/m)
})
