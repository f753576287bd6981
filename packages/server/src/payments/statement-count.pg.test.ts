// How many statements a group of payments takes on PostgreSQL: as many as one of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bind, type Command, oneByOne, rareCommand, type Tx } from '../platform/store/index.ts'
import { eachStore } from '../platform/store/testing/index.ts'
import type { PaymentFact } from './payment-fact.ts'
import { recordPaymentFacts } from './record-payment-facts.ts'
import { givenFact } from './testing/given-fact.ts'
import { ORDER_ID, openPayments, type Payments } from './testing/payment-store.ts'

const GROUP = 64

const countStatements: Command<readonly PaymentFact[], number> = rareCommand('test.count-statements')

async function counted(tx: Tx, facts: readonly PaymentFact[]): Promise<number> {
  let count = 0
  const runText: Tx['runText'] = (text, values) => {
    count += 1
    return tx.runText(text, values)
  }
  const db = tx.db.withPlugin({
    transformQuery: ({ node }) => {
      count += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  await recordPaymentFacts({ ...tx, runText, db }, facts)
  return count
}

const commands = [bind(countStatements, oneByOne(counted))]

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
    ['successes', undefined, 22],
    ['successes by external id', (id: number) => ({ order: { externalId: `shop-${id}` } }), 24],
    ['declines', () => ({ type: 'payment.failed' as const }), 12],
    ['payments for review', () => ({ amount: 1 }), 10],
    ['facts without an order', (id: number) => ({ order: { externalId: `nobody-${id}` } }), 5],
  ] as const) {
    test(`${GROUP} ${what} take no more statements than one`, async (t) => {
      const shop = await openPayments(t, open, { order: null, commands })
      const one = await shop.store.run(countStatements, await givenFacts(shop, 1, changes))
      assert.equal(await shop.store.run(countStatements, await givenFacts(shop, GROUP, changes)), one)
      assert.ok(one <= most, `${one} statements`)
    })
  }
})
