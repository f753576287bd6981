import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { createMetrics, noMetrics } from './metrics.ts'

const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30]

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

test('tells what prom-client tells of the same figures', async () => {
  const metrics = await createMetrics({ isOn: true })
  const theirs = new Registry()
  const help = 'Back\\slash and\nline.'
  const title = (name: string, labelNames: string[]) => ({
    name: `ordertrail_${name}`,
    help,
    labelNames,
    registers: [theirs],
  })
  const counter = metrics.counter({ name: 'a_total', help, labels: ['type', 'by'] })
  const theirCounter = new Counter(title('a_total', ['type', 'by']))
  const texts = ['order_paid', 'say "hi"', 'back\\slash', 'two\nlines', 'order_paid']
  for (const type of texts) {
    counter.add({ type, by: 7 }, 2)
    theirCounter.inc({ type, by: 7 }, 2)
    counter.add({ type })
    theirCounter.inc({ type })
  }
  metrics.counter({ name: 'quiet_total', help })
  metrics.counter({ name: 'silent_total', help, labels: ['type'] })
  new Counter(title('quiet_total', []))
  new Counter(title('silent_total', ['type']))
  const gauge = metrics.gauge({ name: 'depth', help, labels: ['type'] })
  const theirGauge = new Gauge(title('depth', ['type']))
  for (const [type, value] of [
    ['a', 1e21],
    ['b', -0.1],
    ['c', Number.POSITIVE_INFINITY],
    ['d', Number.NEGATIVE_INFINITY],
  ] as const) {
    gauge.set(value, { type })
    theirGauge.set({ type }, value)
  }
  metrics.histogram({ name: 'plain_seconds', help })
  new Histogram({ ...title('plain_seconds', []), buckets: SECONDS_BUCKETS })
  const spread = metrics.histogram({ name: 'spread_seconds', help, labels: ['type'] })
  const theirSpread = new Histogram({ ...title('spread_seconds', ['type']), buckets: SECONDS_BUCKETS })
  for (const seconds of [0, 0.001, 0.0010001, 0.3, 30, 31, 0.3]) {
    for (const type of ['a', 'b']) {
      spread.observe(seconds, { type })
      theirSpread.observe({ type }, seconds)
    }
  }
  const text = await metrics.text()
  assert.equal(text.slice(text.indexOf('# HELP ordertrail_')), await theirs.metrics())
})

test('refuses two kinds of figure under one name', async () => {
  const metrics = await createMetrics({ isOn: true })
  metrics.gauge({ name: 'x', help: 'X.' })
  assert.throws(() => metrics.histogram({ name: 'x', help: 'X.' }), /ordertrail_x is a gauge and cannot be a histogram/)
})

test('does nothing when it is off', async () => {
  const metrics = await createMetrics({ isOn: false })
  assert.equal(metrics, noMetrics)
  metrics.counter({ name: 'x_total', help: 'X.' }).add()
  metrics.gauge({ name: 'x', help: 'X.' }).set(1)
  metrics.histogram({ name: 'x_seconds', help: 'X.' }).observe(1)
  assert.equal(await metrics.text(), '')
})
