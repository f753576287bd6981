// Two processes on one PostgreSQL that hear of the same money at the same moment.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { markEventProcessed } from '../events/index.ts'
import { openPostgresStore } from '../platform/postgres/index.ts'
import { openTestDatabase, seedRows, TEST_DATABASE_URL } from '../platform/store/testing/index.ts'
import { boundSeedRows } from '../platform/store/testing/seed-rows.ts'
import { composeWriteSide } from '../write-side.ts'
import { sweepParkedFacts } from './parked-facts.ts'
import { claimRefunds } from './run-refunds.ts'
import {
  type GivenPayments,
  givenOrder,
  ORDER_ID,
  openPayments,
  Payments,
  PROJECT_ID,
} from './testing/payment-store.ts'

const skip = TEST_DATABASE_URL === undefined ? 'TEST_DATABASE_URL is not set' : false
const ROUNDS = 25

async function openNodes(t: TestContext, given: GivenPayments = {}): Promise<readonly [Payments, Payments]> {
  const database = await openTestDatabase(TEST_DATABASE_URL as string)
  t.after(() => database.drop())
  const options = { url: database.url, commands: [...composeWriteSide({ isDev: true }), boundSeedRows] }
  const second = await openPostgresStore(options)
  t.after(() => second.stop())
  const open = async () => {
    const store = await openPostgresStore(options)
    return { store, reopen: async () => store, stop: () => store.stop() }
  }
  return [await openPayments(t, open, given), new Payments(second)]
}

const ids = Array.from({ length: ROUNDS }, (_, index) => ORDER_ID + index)

async function addOrders(shop: Payments, externalId?: (id: number) => string): Promise<void> {
  for (const id of ids)
    await shop.addOrder({ id, ...(externalId === undefined ? {} : { external_id: externalId(id) }) })
}

test('a fact that both nodes hear of has one effect and one record', { skip }, async (t) => {
  const [one, two] = await openNodes(t, { order: null })
  await addOrders(one)
  const tell = (node: Payments, id: number) =>
    node.tell({ eventId: `evt-${id}`, providerReference: `pay-${id}`, order: { id } })
  for (const id of ids) {
    const results = await Promise.all([tell(one, id), tell(two, id), tell(one, id), tell(two, id)])
    assert.deepEqual(results.map(({ note }) => note).sort(), ['applied', 'duplicate', 'duplicate', 'duplicate'])
    assert.equal(new Set(results.map(({ eventId }) => eventId)).size, 1)
    for (const { order } of results) assert.deepEqual(order, { id, status: 'paid' })
  }
  assert.equal((await one.told()).length, ROUNDS)
})

test('many facts told crosswise on both nodes all arrive', { skip }, async (t) => {
  const [one, two] = await openNodes(t, { order: null })
  await addOrders(one)
  const tell = (node: Payments) => (id: number) =>
    node.tell({ eventId: `evt-${id}`, providerReference: `pay-${id}`, order: { id } })
  const results = await Promise.all([...ids.map(tell(one)), ...ids.toReversed().map(tell(two))])
  assert.equal(results.filter(({ note }) => note === 'applied').length, ROUNDS)
  assert.equal((await one.told()).length, ROUNDS)
})

test('of two payments at once one is accepted, and the other goes back', { skip }, async (t) => {
  const [one, two] = await openNodes(t, { order: null })
  await addOrders(one)
  for (const id of ids) {
    const results = await Promise.all([
      one.tell({ eventId: `a-${id}`, providerReference: `a-${id}`, order: { id } }),
      two.tell({ eventId: `b-${id}`, providerReference: `b-${id}`, order: { id } }),
    ])
    assert.deepEqual(results.map(({ note }) => note).sort(), ['applied', 'second_payment'])
  }
  assert.equal((await one.refunds()).length, ROUNDS)
})

test('a fact for an unknown order is parked once, whoever hears of it', { skip }, async (t) => {
  const [one, two] = await openNodes(t)
  for (const id of ids) {
    const fact = { eventId: `evt-${id}`, order: { externalId: `nobody-${id}` } }
    const notes = (await Promise.all([one.tell(fact), two.tell(fact)])).map(({ note }) => note)
    assert.deepEqual(notes.sort(), ['duplicate', 'parked'])
  }
  assert.equal((await one.records()).length, ROUNDS)
})

test('facts and orders that appear at the same moment meet after one sweep at the latest', { skip }, async (t) => {
  const [one, two] = await openNodes(t, { order: null })
  const now = one.store.now()
  await Promise.all(
    ids.flatMap((id) => [
      one.tell({ eventId: `evt-${id}`, providerReference: `pay-${id}`, order: { externalId: `shop-${id}` } }),
      two.store.run(seedRows, { table: 'orders', rows: [{ ...givenOrder(now), id, external_id: `shop-${id}` }] }),
    ]),
  )
  await Promise.all([one.store.run(sweepParkedFacts, null), two.store.run(sweepParkedFacts, null)])
  for (const id of ids) assert.equal(await one.status(id), 'paid')
  assert.equal((await one.told()).length, ROUNDS)
})

test('refunds asked for on both nodes never exceed the payment', { skip }, async (t) => {
  const [one, two] = await openNodes(t)
  await one.tell()
  const asked = await Promise.all([one, two, one, two].map((node) => node.askRefund({ amount: 100 })))
  assert.equal(asked.filter(({ kind }) => kind === 'requested').length, 1)
})

test('no refund is claimed by both nodes', { skip }, async (t) => {
  const [one, two] = await openNodes(t)
  await one.tell()
  for (let part = 0; part < ROUNDS; part += 1) await one.askRefund({ amount: 1 })
  const claims = await Promise.all([one, two, one, two].map((node) => node.store.run(claimRefunds, null)))
  const claimed = claims.flat().map(({ request }) => request.refundId)
  assert.equal(claimed.length, new Set(claimed).size)
  assert.equal(claimed.length, ROUNDS)
})

test('an event that both nodes mark makes its order done once', { skip }, async (t) => {
  const [one, two] = await openNodes(t, { settings: { isEventsApiOn: true } })
  await one.tell()
  const { id } = await one.store.read.selectFrom('events_state').select('id').executeTakeFirstOrThrow()
  const party = { projectId: PROJECT_ID, kind: 'user', id: 'player-1' } as const
  const marks = await Promise.all(
    [one, two, one, two].map((node) => node.store.run(markEventProcessed, { party, eventId: id })),
  )
  for (const { kind } of marks) assert.ok(kind === 'marked' || kind === 'repeated')
  assert.deepEqual(await one.timeline(), [
    'new → paid: applied, payment_succeeded',
    'paid → done: applied, event_processed',
  ])
})
