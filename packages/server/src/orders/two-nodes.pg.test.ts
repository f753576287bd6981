// Two nodes on one PostgreSQL ask for the same thing about one order at the same moment.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestRefund } from '../payments/request-refund.ts'
import { openPostgresStore } from '../platform/postgres/index.ts'
import type { Store } from '../platform/store/index.ts'
import { boundSeedRows } from '../platform/store/testing/seed-rows.ts'
import { openTestDatabase, TEST_DATABASE_URL } from '../platform/store/testing/test-database.ts'
import { composeWriteSide } from '../write-side.ts'
import { applyTransition, type TransitionInput } from './index.ts'
import { PROJECT_ID } from './testing/given-rows.ts'
import { seedProject } from './testing/open-shop.ts'
import { Shop } from './testing/shop.ts'

const postgres = { skip: TEST_DATABASE_URL === undefined && 'TEST_DATABASE_URL is not set' }
/** Enough for the two to meet in every way. */
const ROUNDS = 30

async function openNodes(t: { after(end: () => Promise<void>): void }): Promise<readonly [Store, Store]> {
  const { url, drop } = await openTestDatabase(TEST_DATABASE_URL ?? '')
  const commands = [...composeWriteSide({ isDev: true }), boundSeedRows]
  const nodes = [await openPostgresStore({ url, commands }), await openPostgresStore({ url, commands })] as const
  t.after(async () => {
    await Promise.all(nodes.map((node) => node.stop()))
    await drop()
  })
  await seedProject(nodes[0], {})
  return nodes
}

test(
  'two nodes that pay and cancel one order: one wins, and the other hears what became of it',
  postgres,
  async (t) => {
    const nodes = await openNodes(t)
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
  const nodes = await openNodes(t)
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
