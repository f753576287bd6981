import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import {
  createWebhookListener,
  type HandlerContext,
  type Purchase,
  refuse,
  type WebhookListener,
} from '@ordertrail/webhooks'
import { sampleOrderCanceled, sampleOrderPaid, signWebhook } from '@ordertrail/webhooks/testing'
import { sqliteIdempotencyStore } from './sqlite-idempotency-store.ts'

const SECRET = 'dev_secret_change_me'
const AT_ONCE = 50
const REPEATS = 1_000

type Grant = (purchase: Purchase, tx: DatabaseSync) => unknown

/** A listener that writes what it grants into the table `grants` of a database in memory. */
function givenShop(t: TestContext, afterGrant: Grant = () => {}) {
  const database = new DatabaseSync(':memory:')
  t.after(() => database.close())
  database.exec('CREATE TABLE grants (order_id INTEGER, user_id TEXT)')
  const listener = createWebhookListener({
    secret: SECRET,
    projectId: 44056,
    idempotency: sqliteIdempotencyStore(database),
    userExists: () => true,
    onPaid: async (purchase: Purchase, { tx }: HandlerContext<DatabaseSync>) => {
      tx.prepare('INSERT INTO grants VALUES (?, ?)').run(purchase.orderId, purchase.userId)
      await new Promise(setImmediate)
      const result = await afterGrant(purchase, tx)
      return result === 'refuse' ? refuse('INVALID_USER') : undefined
    },
    onCanceled: ({ orderId }, { tx }) => void tx.prepare('DELETE FROM grants WHERE order_id = ?').run(orderId),
    onError: () => {},
  })
  return { database, listener }
}

async function deliver(listener: WebhookListener, body: object): Promise<number> {
  const signed = await signWebhook(body, SECRET)
  return (await listener.handle({ headers: signed.headers, rawBody: signed.body })).status
}

/** Everything that is committed: granted orders, then kept keys. */
function contentsOf(database: DatabaseSync) {
  const column = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map((row) => Object.values(row)[0])
  return {
    granted: column('SELECT order_id FROM grants ORDER BY order_id'),
    kept: column('SELECT key FROM handled_webhooks ORDER BY key'),
  }
}

test('keeps the grant and its key together, once for 50 repeats at once', async (t) => {
  const { database, listener } = givenShop(t)
  const statuses = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, index) => deliver(listener, sampleOrderPaid({ orderId: 1 + (index % 2) }))),
  )
  assert.deepEqual(statuses, Array(AT_ONCE).fill(204))
  assert.deepEqual(contentsOf(database), {
    granted: [1, 2],
    kept: ['project-44056:order_paid:1', 'project-44056:order_paid:2'],
  })
})

test('grants once for 1,000 repeats, 50 at once', async (t) => {
  const { database, listener } = givenShop(t)
  const { headers, body: rawBody } = await signWebhook(sampleOrderPaid({ orderId: 1 }), SECRET)
  const statuses = new Set<number>()
  for (let sent = 0; sent < REPEATS; sent += AT_ONCE) {
    const wave = Array.from({ length: AT_ONCE }, () => listener.handle({ headers, rawBody }))
    for (const { status } of await Promise.all(wave)) statuses.add(status)
  }
  assert.deepEqual([...statuses], [204])
  assert.deepEqual(contentsOf(database), { granted: [1], kept: ['project-44056:order_paid:1'] })
})

for (const { name, first, status } of [
  { name: 'throws after granting', first: () => Promise.reject(new Error('crash')), status: 500 },
  { name: 'refuses after granting', first: () => 'refuse', status: 400 },
]) {
  test(`keeps neither grant nor key when the handler ${name}, and both when it is called again`, async (t) => {
    let attempts = 0
    const { database, listener } = givenShop(t, () => (++attempts === 1 ? first() : undefined))
    assert.equal(await deliver(listener, sampleOrderPaid({ orderId: 1 })), status)
    assert.deepEqual(contentsOf(database), { granted: [], kept: [] })
    assert.equal(await deliver(listener, sampleOrderPaid({ orderId: 1 })), 204)
    assert.deepEqual(contentsOf(database), { granted: [1], kept: ['project-44056:order_paid:1'] })
  })
}

test('grants nothing after a cancellation that an earlier process handled', async (t) => {
  const { database, listener } = givenShop(t)
  database.exec("INSERT INTO handled_webhooks VALUES ('project-44056:order_canceled:1', 0)")
  assert.equal(await deliver(listener, sampleOrderPaid({ orderId: 1 })), 204)
  assert.deepEqual(contentsOf(database), { granted: [], kept: ['project-44056:order_canceled:1'] })
})

test('takes back in one transaction what was granted', async (t) => {
  const { database, listener } = givenShop(t)
  for (const body of [sampleOrderPaid({ orderId: 1 }), sampleOrderCanceled({ orderId: 1 })]) {
    assert.equal(await deliver(listener, body), 204)
  }
  assert.deepEqual(contentsOf(database), {
    granted: [],
    kept: ['project-44056:order_canceled:1', 'project-44056:order_paid:1'],
  })
})
