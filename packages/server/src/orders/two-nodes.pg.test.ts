// Two nodes on one PostgreSQL: they ask for the same thing at the same moment, or one switches settings meanwhile.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { recordPaymentFact } from '../payments/record-payment-facts.ts'
import { requestRefund } from '../payments/request-refund.ts'
import { givenFact } from '../payments/testing/given-fact.ts'
import { openPostgresStore } from '../platform/postgres/index.ts'
import { bind, type Command, oneByOne, rareCommand, type Store } from '../platform/store/index.ts'
import { boundSeedRows } from '../platform/store/testing/seed-rows.ts'
import { openTestDatabase, TEST_DATABASE_URL } from '../platform/store/testing/test-database.ts'
import { lockProjectAlone } from '../projects/project-facts.ts'
import { recordAttempt } from '../webhooks/attempt-report.ts'
import { beginManualAttempt } from '../webhooks/begin-manual-attempt.ts'
import { composeWriteSide } from '../write-side.ts'
import { applyTransition, type TransitionInput } from './index.ts'
import { PROJECT_ID } from './testing/given-rows.ts'
import { seedProject } from './testing/open-shop.ts'
import { Shop } from './testing/shop.ts'

const postgres = { skip: TEST_DATABASE_URL === undefined && 'TEST_DATABASE_URL is not set' }
/** Enough for the two to meet in every way. */
const ROUNDS = 30

/** Holds a project as a switch of settings does, until `release` is called. */
const holdProject: Command<null, null> = rareCommand('test.hold-project')
let held = Promise.withResolvers<void>()
let release = Promise.withResolvers<void>()
const boundHold = bind(
  holdProject,
  oneByOne(async (tx) => {
    await lockProjectAlone(tx, PROJECT_ID)
    held.resolve()
    await release.promise
    return null
  }),
)

interface Nodes {
  readonly nodes: readonly [Store, Store]
  readonly url: string
}

async function openNodes(t: { after(end: () => Promise<void>): void }): Promise<Nodes> {
  const { url, drop } = await openTestDatabase(TEST_DATABASE_URL ?? '')
  const commands = [...composeWriteSide({ isDev: true }), boundSeedRows, boundHold]
  const nodes = [await openPostgresStore({ url, commands }), await openPostgresStore({ url, commands })] as const
  t.after(async () => {
    // First, or a test that failed would wait for its own switch for ever.
    release.resolve()
    await Promise.all(nodes.map((node) => node.stop()))
    await drop()
  })
  await seedProject(nodes[0], {})
  return { nodes, url }
}

test(
  'two nodes that pay and cancel one order: one wins, and the other hears what became of it',
  postgres,
  async (t) => {
    const { nodes } = await openNodes(t)
    const shop = new Shop(nodes[0])
    for (let round = 0; round < ROUNDS; round += 1) {
      const orderId = await shop.buy()
      const paymentId = await shop.payment(orderId)
      const pay: TransitionInput = {
        projectId: PROJECT_ID,
        orderId,
        to: 'paid',
        cause: { kind: 'payment_succeeded', reference: null },
        paymentId,
      }
      const cancel: TransitionInput = { ...pay, to: 'canceled', cause: { kind: 'staff_cancel', reference: null } }
      const [paid, canceled] = await Promise.all([
        nodes[0].run(applyTransition, pay),
        nodes[1].run(applyTransition, cancel),
      ])
      const { status } = await shop.order(orderId)
      assert.ok(status === 'paid' || status === 'canceled', status)
      assert.deepEqual([paid.kind, canceled.kind], status === 'paid' ? ['applied', 'refused'] : ['ignored', 'applied'])
    }
  },
)

test('two nodes that are asked to give the same money back write one request', postgres, async (t) => {
  const { nodes } = await openNodes(t)
  const shop = new Shop(nodes[0])
  for (let round = 0; round < ROUNDS; round += 1) {
    const orderId = await shop.buy()
    await shop.pay(orderId)
    const wish = {
      projectId: PROJECT_ID,
      orderId,
      paymentId: null,
      amount: null,
      code: 1,
      reasonDetail: null,
      author: 'test',
    }
    const results = await Promise.all(nodes.map((node) => node.run(requestRefund, wish)))
    assert.deepEqual(results.map(({ kind }) => kind).sort(), ['refused', 'requested'])
  }
})

/** Every kind of write that locks an order which is there; `deliveryId` is its order_paid. */
const WRITES: Readonly<Record<string, (node: Store, orderId: number, deliveryId: number) => Promise<unknown>>> = {
  'a transition': (node, orderId) => {
    const cause = { kind: 'fulfilled', reference: null } as const
    return node.run(applyTransition, { projectId: PROJECT_ID, orderId, to: 'done', cause })
  },
  'the request of a refund': (node, orderId) => {
    const wish = { paymentId: null, amount: null, code: 1, reasonDetail: null, author: 'test' }
    return node.run(requestRefund, { projectId: PROJECT_ID, orderId, ...wish })
  },
  'a fact about a payment': (node, orderId) => node.run(recordPaymentFact, givenFact({ order: { id: orderId } })),
  'a fact about a refund': (node, orderId) => {
    const fact = givenFact({ order: { id: orderId }, type: 'refund.succeeded', eventId: 'evt-2' })
    return node.run(recordPaymentFact, fact)
  },
  'a resend': (node, _, deliveryId) => node.run(beginManualAttempt, { projectId: PROJECT_ID, deliveryId }),
  'the record of an attempt': (node, orderId, deliveryId) => {
    const report = { kind: 'unsent', leaseToken: 1, isFirst: true, waitMs: 0, number: 1 } as const
    return node.run(recordAttempt, { projectId: PROJECT_ID, orderId, deliveryId, ...report })
  },
}

for (const [name, write] of Object.entries(WRITES)) {
  test(`${name} that waits for a switch of settings holds no order meanwhile`, postgres, async (t) => {
    const { nodes, url } = await openNodes(t)
    const shop = new Shop(nodes[0])
    const orderId = await shop.buy()
    await shop.pay(orderId)
    const { id: deliveryId } = await shop.store.read.selectFrom('deliveries').select('id').executeTakeFirstOrThrow()
    held = Promise.withResolvers()
    release = Promise.withResolvers()
    const switching = nodes[0].run(holdProject, null)
    await held.promise
    let isDone = false
    const writing = write(nodes[1], orderId, deliveryId).finally(() => {
      isDone = true
    })
    while (!isDone && !(await isAnyWaiting(nodes[0]))) await nextTurn()
    const seen = { isWaiting: !isDone, isOrderFree: await isFree(url, orderId) }
    release.resolve()
    await Promise.all([switching, writing])
    assert.deepEqual(seen, { isWaiting: true, isOrderFree: true })
  })
}

/** True when nobody holds the lock of the order; reading connections of a store may not ask for it. */
async function isFree(url: string, orderId: number): Promise<boolean> {
  const client = new pg.Client(url)
  await client.connect()
  const { rowCount } = await client.query('select id from orders where id = $1 for update skip locked', [orderId])
  await client.end()
  return rowCount === 1
}

/** True when a connection to this database waits for a project. */
async function isAnyWaiting({ read }: Store): Promise<boolean> {
  const waiting = sql`select 1 from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())`
  return (await waiting.execute(read)).rows.length > 0
}
