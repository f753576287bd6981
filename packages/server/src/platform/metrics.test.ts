import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics, noMetrics } from './metrics.ts'

/** The lines of our own figures. */
async function ownLines(text: Promise<string>): Promise<string[]> {
  return (await text).split('\n').filter((line) => line.startsWith('ordertrail_'))
}

test('counts, shows and spreads figures under one prefix', async () => {
  const metrics = await createMetrics({ isOn: true })
  const sent = metrics.counter({ name: 'webhooks_sent_total', help: 'Sent.', labels: ['type'] })
  sent.add({ type: 'payment' })
  sent.add({ type: 'payment' }, 2)
  metrics.gauge({ name: 'queue_depth', help: 'Depth.' }).set(5)
  let connections = 7
  metrics.gauge({ name: 'connections', help: 'Open.', read: () => connections })
  connections = 8
  metrics.histogram({ name: 'wait_seconds', help: 'Wait.', buckets: [1, 2] }).observe(1.5)
  assert.deepEqual(await ownLines(metrics.text()), [
    'ordertrail_webhooks_sent_total{type="payment"} 3',
    'ordertrail_queue_depth 5',
    'ordertrail_connections 8',
    'ordertrail_wait_seconds_bucket{le="1"} 0',
    'ordertrail_wait_seconds_bucket{le="2"} 1',
    'ordertrail_wait_seconds_bucket{le="+Inf"} 1',
    'ordertrail_wait_seconds_sum 1.5',
    'ordertrail_wait_seconds_count 1',
  ])
  assert.match(await metrics.text(), /^process_cpu_seconds_total /m)
})

test('gives the same figure for the same name', async () => {
  const metrics = await createMetrics({ isOn: true })
  for (const count of [1, 2]) metrics.counter({ name: 'x_total', help: 'X.' }).add({}, count)
  assert.deepEqual(await ownLines(metrics.text()), ['ordertrail_x_total 3'])
})

test('does nothing when it is off', async () => {
  const metrics = await createMetrics({ isOn: false })
  assert.equal(metrics, noMetrics)
  metrics.counter({ name: 'x_total', help: 'X.' }).add()
  metrics.gauge({ name: 'x', help: 'X.' }).set(1)
  metrics.histogram({ name: 'x_seconds', help: 'X.' }).observe(1)
  assert.equal(await metrics.text(), '')
})
