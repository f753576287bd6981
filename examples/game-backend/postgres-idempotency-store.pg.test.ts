import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { createWebhookListener, refuse, type WebhookListener } from '@ordertrail/webhooks'
import { sampleOrderCanceled, sampleOrderPaid, signWebhook } from '@ordertrail/webhooks/testing'
import pg from 'pg'
import { HANDLED_WEBHOOKS_TABLE, postgresIdempotencyStore } from './postgres-idempotency-store.ts'

const SECRET = 'dev_secret_change_me'
const AT_ONCE = 50
const REPEATS = 1_000
const URL_OF_TEST = process.env.TEST_DATABASE_URL ?? ''
const REAL = { skip: URL_OF_TEST === '' ? 'TEST_DATABASE_URL is not set' : false }

type AfterGrant = () => 'refuse' | undefined | Promise<never>

/** Two game servers on one database (a schema of its own), each granting into the table `grants`. */
async function givenShops(t: TestContext, afterGrant: AfterGrant = () => undefined) {
  const schema = `game_${randomUUID().replaceAll('-', '')}`
  const pool = new pg.Pool({ connectionString: URL_OF_TEST, max: 8, options: `-c search_path=${schema}` })
  t.after(async () => {
    await pool.query(`drop schema ${schema} cascade`)
    await pool.end()
  })
  await pool.query(`create schema ${schema}; ${HANDLED_WEBHOOKS_TABLE}; create table grants (order_id int)`)
  return { pool, listeners: [givenListener(pool, afterGrant), givenListener(pool, afterGrant)] as const }
}

function givenListener(pool: pg.Pool, afterGrant: AfterGrant): WebhookListener {
  return createWebhookListener<pg.PoolClient>({
    secret: SECRET,
    projectId: 44056,
    idempotency: postgresIdempotencyStore(pool),
    userExists: () => true,
    onPaid: async ({ orderId }, { tx }) => {
      await tx.query('insert into grants values ($1)', [orderId])
      return (await afterGrant()) === 'refuse' ? refuse('INVALID_USER') : undefined
    },
    onCanceled: async ({ orderId }, { tx }) =>
      void (await tx.query('delete from grants where order_id = $1', [orderId])),
    onError: () => {},
  })
}

async function deliver(listener: WebhookListener, body: object): Promise<number> {
  const signed = await signWebhook(body, SECRET)
  return (await listener.handle({ headers: signed.headers, rawBody: signed.body })).status
}

/** Everything that is committed: granted orders, then kept keys. */
async function contentsOf(pool: pg.Pool) {
  const granted = await pool.query('select order_id from grants order by order_id')
  const kept = await pool.query('select key from handled_webhooks order by key')
  return { granted: granted.rows.map((row) => row.order_id), kept: kept.rows.map((row) => row.key) }
}

test('grants once for 1,000 repeats, 50 at once, on two servers', REAL, async (t) => {
  const { pool, listeners } = await givenShops(t)
  const { headers, body: rawBody } = await signWebhook(sampleOrderPaid({ orderId: 1 }), SECRET)
  const statuses = new Set<number>()
  for (let sent = 0; sent < REPEATS; sent += AT_ONCE) {
    const wave = Array.from({ length: AT_ONCE }, (_, index) =>
      listeners[index % 2 === 0 ? 0 : 1].handle({ headers, rawBody }),
    )
    for (const { status } of await Promise.all(wave)) statuses.add(status)
  }
  assert.deepEqual([...statuses], [204])
  assert.deepEqual(await contentsOf(pool), { granted: [1], kept: ['project-44056:order_paid:1'] })
})

for (const { name, first, status } of [
  { name: 'throws after granting', first: () => Promise.reject(new Error('crash')), status: 500 },
  { name: 'refuses after granting', first: () => 'refuse' as const, status: 400 },
]) {
  test(`keeps neither grant nor key when the handler ${name}, and both the next time`, REAL, async (t) => {
    let attempts = 0
    const { pool, listeners } = await givenShops(t, () => (++attempts === 1 ? first() : undefined))
    assert.equal(await deliver(listeners[0], sampleOrderPaid({ orderId: 1 })), status)
    assert.deepEqual(await contentsOf(pool), { granted: [], kept: [] })
    assert.equal(await deliver(listeners[1], sampleOrderPaid({ orderId: 1 })), 204)
    assert.deepEqual(await contentsOf(pool), { granted: [1], kept: ['project-44056:order_paid:1'] })
  })
}

test('grants nothing after the cancellation that another server handled', REAL, async (t) => {
  const { pool, listeners } = await givenShops(t)
  assert.equal(await deliver(listeners[0], sampleOrderCanceled({ orderId: 1 })), 204)
  assert.equal(await deliver(listeners[1], sampleOrderPaid({ orderId: 1 })), 204)
  assert.deepEqual(await contentsOf(pool), { granted: [], kept: ['project-44056:order_canceled:1'] })
})
