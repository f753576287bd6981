// PostgreSQL dies under a running server: requests get 503 meanwhile, and nothing that was acknowledged is lost.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEV_PROJECT, startServer } from '@ordertrail/server'
import { devSession } from 'ordertrail'
import { makePrivatePostgres } from '../packages/server/src/platform/store/testing/private-postgres.ts'
import { checkOrders } from './check-orders.ts'
import { startCountingListener } from './counting-listener.ts'
import { type Acknowledged, startOrderLoad } from './order-load.ts'

const OUTAGES = 2
const CALLERS = 8
/** Orders that are acknowledged before PostgreSQL is killed. */
const ORDERS_BEFORE = 20
/** Longer than every schedule. */
const SETTLE_MINUTES = 13 * 60
const postgres = makePrivatePostgres()

test('a server outlives outages of PostgreSQL and loses nothing that it acknowledged', {
  skip: postgres === undefined ? 'there is no PostgreSQL on this machine' : false,
}, async (t) => {
  const database = postgres as NonNullable<typeof postgres>
  t.after(() => database.remove())
  await database.start()
  const listener = await startCountingListener(DEV_PROJECT.webhookSecret)
  t.after(() => listener.stop())
  const server = await startServer({
    mode: 'dev',
    env: {},
    overrides: { port: 0, databaseUrl: database.url, rateLimits: 'off', logLevel: 'error' },
  })
  t.after(() => server.stop())
  const session = devSession(server.url)
  await session.setWebhook(listener.url)

  const orders: Acknowledged[] = []
  for (let outage = 0; outage < OUTAGES; outage += 1) {
    const load = startOrderLoad(session, CALLERS, 'gold_100')
    await until(() => load.acknowledged.length >= ORDERS_BEFORE)
    await database.kill()
    await load.ended
    assert.deepEqual([...new Set(load.failures.map(statusIn))], ['503'])
    orders.push(...load.acknowledged)
    await database.start()
    await until(async () => (await fetch(new URL('/readyz', server.url))).status === 200)
  }
  await session.skipMinutes(SETTLE_MINUTES)
  const { grants } = listener
  const violations = await checkOrders({ session, url: server.url, projectId: DEV_PROJECT.projectId, grants }, orders)
  assert.deepEqual(violations, [])
})

/** The status in the sentence of a failed call; the sentence itself where there is none. */
function statusIn(sentence: string): string {
  return / with (\d{3}):/.exec(sentence)?.[1] ?? sentence
}

/** Asks again and again; the timeout of the run ends it. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve))
}
