// Deadlocks between lanes and between processes.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { AppError } from '@ordertrail/core'
import pg from 'pg'
import {
  type BoundCommand,
  bind,
  type Command,
  oneByOne,
  rareCommand,
  runText,
  type Store,
  type Tx,
} from '../store/index.ts'
import { openTestDatabase, TEST_DATABASE_URL } from '../store/testing/index.ts'
import { boundSeedRows, seedRows } from '../store/testing/seed-rows.ts'
import { openPostgresStore } from './open-postgres-store.ts'

const withServer = TEST_DATABASE_URL === undefined ? { skip: 'TEST_DATABASE_URL is not set' } : {}
const RUNS = 24
const COUNT_UP = 'update virtual_currency_balances set balance = balance + 1 where sku = $1'

/** Counts up two balances, in the order given: the way to deadlocks that handlers must not take. */
const countUp: Command<{ readonly skus: readonly string[] }, null> = {
  name: 'test.count-up',
  groupMax: 4,
  keys: () => [],
}
const boundCountUp = bind(countUp, async (tx: Tx, inputs) => {
  for (const { skus } of inputs) {
    for (const sku of skus)
      await runText(tx, 'update virtual_currency_balances set balance = balance + 1 where sku = $1', [sku])
  }
  return inputs.map(() => null)
})

/** Two that meet with the first of their locks in hand: the database has to undo one of them. */
const meet: Command<{ readonly skus: readonly string[] }, null> = rareCommand('test.meet')

function bindMeeting(): { readonly bound: BoundCommand; readonly tries: () => number } {
  let tries = 0
  let locks = 0
  const bothThere = Promise.withResolvers<void>()
  const handle = oneByOne(async (tx: Tx, { skus }: { readonly skus: readonly string[] }) => {
    tries += 1
    for (const sku of skus) {
      await runText(tx, COUNT_UP, [sku])
      locks += 1
      if (locks === 2) bothThere.resolve()
      await bothThere.promise
    }
    return null
  })
  return { bound: bind(meet, handle), tries: () => tries }
}

const BALANCES = ['gold', 'gems'].map((sku) => ({ project_id: 1, party_kind: 'user', party_id: 'u', sku, balance: 0 }))

/** Two balances of 0 in a database where deadlocks are found at once. */
async function givenBalances(
  t: TestContext,
  commands: readonly BoundCommand[],
  stores: number,
): Promise<readonly Store[]> {
  const database = await openTestDatabase(TEST_DATABASE_URL ?? '')
  const client = new pg.Client(database.url)
  await client.connect()
  const { rows } = await client.query('select current_database() as name')
  await client.query(`alter database ${rows[0].name} set deadlock_timeout = '5ms'`)
  await client.end()
  const open = () => openPostgresStore({ url: database.url, commands: [boundSeedRows, ...commands] })
  const opened = await Promise.all(Array.from({ length: stores }, open))
  t.after(async () => {
    await Promise.all(opened.map((store) => store.stop()))
    await database.drop()
  })
  await opened[0]?.run(seedRows, { table: 'virtual_currency_balances', rows: BALANCES })
  return opened
}

async function balancesOf(store: Store | undefined): Promise<unknown> {
  return store?.read.selectFrom('virtual_currency_balances').select(['sku', 'balance']).orderBy('sku').execute()
}

test('a transaction that a deadlock undid is run again', withServer, async (t) => {
  const { bound, tries } = bindMeeting()
  const [store] = await givenBalances(t, [bound], 1)
  await Promise.all([store?.run(meet, { skus: ['gold', 'gems'] }), store?.run(meet, { skus: ['gems', 'gold'] })])
  assert.equal(tries(), 3)
  assert.deepEqual(await balancesOf(store), [
    { sku: 'gems', balance: 2 },
    { sku: 'gold', balance: 2 },
  ])
})

test('lanes and processes whose locks cross all get through, and each counts once', withServer, async (t) => {
  const stores = await givenBalances(t, [boundCountUp], 2)
  const runs = Array.from({ length: RUNS }, async (_, index) => {
    const skus = index % 2 === 0 ? ['gold', 'gems'] : ['gems', 'gold']
    // Told to repeat after too many deadlocks, a caller does so.
    while (!(await isDone(stores[index % stores.length]?.run(countUp, { skus })))) {}
  })
  await Promise.all(runs)
  assert.deepEqual(await balancesOf(stores[0]), [
    { sku: 'gems', balance: RUNS },
    { sku: 'gold', balance: RUNS },
  ])
})

/** False when the caller was told to repeat. */
async function isDone(run: Promise<null> | undefined): Promise<boolean> {
  const error = await run?.catch((reason: unknown) => reason)
  if (error !== null) assert.equal(error instanceof AppError && error.code, 'store_unavailable')
  return error === null
}
