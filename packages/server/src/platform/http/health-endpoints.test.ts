import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createMetrics, noMetrics } from '../metrics.ts'
import { type HealthCheck, makeHealthEndpoints } from './health-endpoints.ts'
import { givenRoute, givenServer } from './testing/index.ts'

async function givenHealth(
  t: TestContext,
  checks: () => Readonly<Record<string, HealthCheck>>,
  metrics = noMetrics,
): Promise<string> {
  const { healthz, readyz, metricsText } = makeHealthEndpoints({ checks, metrics, roles: ['api'] })
  const routes = [
    givenRoute(healthz, { path: '/healthz' }),
    givenRoute(readyz, { path: '/readyz' }),
    givenRoute(metricsText, { path: '/metrics' }),
  ]
  return (await givenServer(t, routes)).url
}

async function ask(url: string): Promise<readonly [number, unknown]> {
  const answer = await fetch(url)
  return [answer.status, await answer.json()]
}

const ok = async (): Promise<void> => undefined

test('is alive, and ready while every check passes', async (t) => {
  let isStoreAway = false
  const store = async (): Promise<void> => {
    if (isStoreAway) throw new Error('away')
  }
  const url = await givenHealth(t, () => ({ store, gateway: ok }))
  assert.deepEqual(await ask(`${url}/healthz`), [200, { status: 'alive', roles: ['api'] }])
  assert.deepEqual(await ask(`${url}/readyz`), [200, { status: 'ready', checks: { store: 'ok', gateway: 'ok' } }])
  isStoreAway = true
  assert.deepEqual(await ask(`${url}/readyz`), [
    503,
    { status: 'not_ready', checks: { store: 'failed', gateway: 'ok' } },
  ])
  assert.deepEqual(await ask(`${url}/healthz`), [200, { status: 'alive', roles: ['api'] }])
})

test('does not wait for a check that hangs', async (t) => {
  const url = await givenHealth(t, () => ({ store: () => new Promise(() => undefined) }))
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const asked = ask(`${url}/readyz`)
  await new Promise<void>((resolve) => {
    const tick = setInterval(() => {
      t.mock.timers.tick(500)
      void asked.then(() => {
        clearInterval(tick)
        resolve()
      })
    }, 5)
  })
  assert.deepEqual(await asked, [503, { status: 'not_ready', checks: { store: 'late' } }])
})

test('gives figures in the format of Prometheus', async (t) => {
  const metrics = await createMetrics({ isOn: true })
  const url = await givenHealth(t, () => ({}), metrics)
  const answer = await fetch(`${url}/metrics`)
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  assert.match(await answer.text(), /^process_cpu_seconds_total /m)
})
