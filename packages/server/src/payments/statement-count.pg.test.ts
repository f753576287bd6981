// How many statements a group of payments takes on PostgreSQL: as many as one of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, type Command, oneByOne, rareCommand, type Tx } from '../platform/store/index.ts'
import { countStatements, eachStore } from '../platform/store/testing/index.ts'
import type { PaymentFact } from './payment-fact.ts'
import { recordPaymentFacts } from './record-payment-facts.ts'
import { type RequestRefundInput, requestRefunds } from './request-refund.ts'
import { givenFact } from './testing/given-fact.ts'
import { ORDER_ID, openPayments, type Payments, PROJECT_ID } from './testing/payment-store.ts'

const GROUP = 64

const countFacts: Command<readonly PaymentFact[], number> = rareCommand('test.count-facts')

/** How often a group of refund requests locks orders. */
const countOrderLocks: Command<readonly RequestRefundInput[], number> = rareCommand('test.count-order-locks')

async function orderLocksOf(tx: Tx, inputs: readonly RequestRefundInput[]): Promise<number> {
  let count = 0
  const runText: Tx['runText'] = (text, values) => {
    if (/from orders .*for update/.test(text)) count += 1
    return tx.runText(text, values)
  }
  await requestRefunds({ ...tx, runText }, inputs)
  return count
}

/** How often recording facts waits for PostgreSQL: statements that are asked for while none is waited for begin another wait. */
const countWaits: Command<readonly PaymentFact[], number> = rareCommand('test.count-waits')

async function waitsOf(tx: Tx, facts: readonly PaymentFact[]): Promise<number> {
  let [waits, asked] = [0, 0]
  const runText: Tx['runText'] = async (text, values) => {
    if (asked === 0) waits += 1
    asked += 1
    try {
      return await tx.runText(text, values)
    } finally {
      asked -= 1
    }
  }
  await recordPaymentFacts({ ...tx, runText }, facts)
  return waits
}

const commands = [
  bind(countWaits, oneByOne(waitsOf)),
  bind(countFacts, oneByOne(countStatements(recordPaymentFacts))),
  bind(countOrderLocks, oneByOne(orderLocksOf)),
]

let lastId = ORDER_ID

/** Facts about `size` new orders; the changes say what is told of each. */
async function givenFacts(shop: Payments, size: number, changes: (id: number) => Partial<PaymentFact> = () => ({})) {
  const ids = Array.from({ length: size }, () => ++lastId)
  for (const id of ids) await shop.addOrder({ id, external_id: `shop-${id}` })
  return ids.map((id) =>
    givenFact({ eventId: `evt-${id}`, providerReference: `pay-${id}`, order: { id }, ...changes(id) }),
  )
}

eachStore((name, open) => {
  if (name !== 'postgres') return

  for (const [what, changes, most] of [
    ['successes', undefined, 15],
    ['successes by external id', (id: number) => ({ order: { externalId: `shop-${id}` } }), 18],
    ['declines', () => ({ type: 'payment.failed' as const }), 12],
    ['payments for review', () => ({ amount: 1 }), 10],
    ['facts without an order', (id: number) => ({ order: { externalId: `nobody-${id}` } }), 5],
  ] as const) {
    test(`${GROUP} ${what} take no more statements than one`, async (t) => {
      const shop = await openPayments(t, open, { order: null, commands })
      const one = await shop.store.run(countFacts, await givenFacts(shop, 1, changes))
      assert.equal(await shop.store.run(countFacts, await givenFacts(shop, GROUP, changes)), one)
      assert.ok(one <= most, `${one} statements`)
    })
  }

  test('what a payment reads of its order is asked for with the record of its fact', async (t) => {
    const shop = await openPayments(t, open, { order: null, commands })
    const byId = await shop.store.run(countWaits, await givenFacts(shop, GROUP))
    const byName = await shop.store.run(
      countWaits,
      await givenFacts(shop, GROUP, (id) => ({ order: { externalId: `shop-${id}` } })),
    )
    assert.deepEqual([byId, byName], [2, 5])
  })

  test('a group of refund requests locks its orders together, so that two nodes never wait for each other', async (t) => {
    const shop = await openPayments(t, open, { order: null, commands })
    await givenFacts(shop, 2)
    const asked = { projectId: PROJECT_ID, paymentId: null, amount: null, code: 1, reasonDetail: null, author: 'test' }
    const group = [lastId, lastId - 1].map((orderId) => ({ ...asked, orderId }))
    assert.equal(await shop.store.run(countOrderLocks, group), 1)
  })
})
