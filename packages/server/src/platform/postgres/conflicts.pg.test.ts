import assert from 'node:assert/strict'
import test from 'node:test'
import pg from 'pg'
import { bind, type Command, runText, type Tx } from '../store/index.ts'
import { openTestDatabase, TEST_DATABASE_URL } from '../store/testing/index.ts'
import { boundSeedRows, seedRows } from '../store/testing/seed-rows.ts'
import { openPostgresStore } from './open-postgres-store.ts'

const withServer = TEST_DATABASE_URL === undefined ? { skip: 'TEST_DATABASE_URL is not set' } : {}
const RUNS = 24

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

test('lanes and processes whose locks cross all get through, and each counts once', withServer, async (t) => {
  const database = await openTestDatabase(TEST_DATABASE_URL ?? '')
  t.after(() => database.drop())
  const client = new pg.Client(database.url)
  await client.connect()
  const { rows } = await client.query('select current_database() as name')
  // A deadlock is looked for after a second otherwise.
  await client.query(`alter database ${rows[0].name} set deadlock_timeout = '5ms'`)
  await client.end()

  const commands = [boundSeedRows, boundCountUp]
  const stores = [1, 2].map(() => openPostgresStore({ url: database.url, commands }))
  const [here, there] = await Promise.all(stores)
  if (here === undefined || there === undefined) return assert.fail('no stores')
  const balance = (sku: string) => ({ project_id: 1, party_kind: 'user', party_id: 'u', sku, balance: 0 })
  await here.run(seedRows, { table: 'virtual_currency_balances', rows: [balance('gold'), balance('gems')] })

  let deadlocks = 0
  const runs = Array.from({ length: RUNS }, async (_, index) => {
    const store = index % 4 < 2 ? here : there
    const skus = index % 2 === 0 ? ['gold', 'gems'] : ['gems', 'gold']
    for (;;) {
      const error = await store.run(countUp, { skus }).catch((reason: unknown) => reason)
      if (error === null) return
      // What a caller is told to do.
      assert.equal((error as { readonly code: string }).code, 'store_unavailable')
      deadlocks += 1
    }
  })
  await Promise.all(runs)
  const balances = await here.read
    .selectFrom('virtual_currency_balances')
    .select(['sku', 'balance'])
    .orderBy('sku')
    .execute()
  assert.deepEqual(balances, [
    { sku: 'gems', balance: RUNS },
    { sku: 'gold', balance: RUNS },
  ])
  t.diagnostic(`${deadlocks} callers had to repeat`)
  await Promise.all([here.stop(), there.stop()])
})
