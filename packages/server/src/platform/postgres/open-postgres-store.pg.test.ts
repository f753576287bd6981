// Opening, several processes on one database, and connections that are lost.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import pg from 'pg'
import type { Store, Tx } from '../store/index.ts'
import { bind, type Command, oneByOne, rareCommand, runText } from '../store/index.ts'
import { openTestDatabase, TEST_DATABASE_URL } from '../store/testing/index.ts'
import { commentOrders, composeWriteSide, probe, probeRow } from '../store/testing/probe-write-side.ts'
import { seedRows } from '../store/testing/seed-rows.ts'
import { openPostgresStore, type PostgresStoreOptions } from './open-postgres-store.ts'

const withServer = TEST_DATABASE_URL === undefined ? { skip: 'TEST_DATABASE_URL is not set' } : {}

/** A migrated database, and the stores of several processes on it; all of it is undone at the end, the last first. */
interface Given {
  readonly url: string
  openStore(options?: Partial<PostgresStoreOptions>): Promise<Store>
}

async function givenDatabase(t: TestContext): Promise<Given> {
  const undoes: (() => unknown)[] = []
  t.after(async () => {
    for (const undo of undoes.toReversed()) await undo()
  })
  const { url, drop } = await openTestDatabase(TEST_DATABASE_URL ?? '')
  undoes.push(drop)
  const openStore = async (options: Partial<PostgresStoreOptions> = {}): Promise<Store> => {
    const opened = await openPostgresStore({ url, commands: composeWriteSide(), ...options })
    undoes.push(() => opened.stop())
    return opened
  }
  return { url, openStore }
}

/** Runs a statement beside the stores. */
async function query(url: string, text: string): Promise<readonly pg.QueryResultRow[]> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return rows
}

const STORE_CONNECTIONS = `from pg_stat_activity where application_name = 'ordertrail' and datname = current_database()`

test('a database that cannot be reached is said with its address and without the password', async () => {
  const url = 'postgresql://shop:hunter2@127.0.0.1:1/orders'
  const error = await openPostgresStore({ url, commands: [] }).catch((reason: unknown) => reason)
  assert.ok(error instanceof Error)
  assert.match(error.message, /^PostgreSQL \(127\.0\.0\.1:1, database orders\) cannot be used: .*ECONNREFUSED/)
  assert.doesNotMatch(`${error.message}${error.stack}`, /hunter2/)
})

test('a database that does not exist is said', withServer, async (t) => {
  const url = (await givenDatabase(t)).url.replace(/ordertrail_test_\w+/, 'nowhere')
  const refused = { code: 'store_unavailable', message: /database "nowhere" does not exist/ }
  await assert.rejects(openPostgresStore({ url, commands: [] }), refused)
})

test('the schema of a newer version is refused', withServer, async (t) => {
  const { url } = await givenDatabase(t)
  await query(url, `insert into kysely_migration (name, timestamp) values ('9999-future', '2030-01-01T00:00:00Z')`)
  await assert.rejects(openPostgresStore({ url, commands: [] }), { code: 'store_too_new' })
})

test('processes that start together on an empty database migrate it once', withServer, async (t) => {
  const { url, openStore } = await givenDatabase(t)
  await query(url, 'drop schema public cascade; create schema public')
  const stores = await Promise.all([1, 2, 3].map(() => openStore()))
  await Promise.all(stores.map((store, index) => store.run(probe, { id: `${index}` })))
  assert.equal((await query(url, 'select 1 from users')).length, 3)
})

test('two processes never give the same id, and both know of skipped time', withServer, async (t) => {
  const { openStore } = await givenDatabase(t)
  const [here, there] = [await openStore({ allowTimeSkip: true }), await openStore({ allowTimeSkip: true })]
  const ids: number[] = []
  for (const [index, store] of [here, there, here, there].entries()) {
    ids.push(...(await store.run(probe, { id: `${index}`, idKind: 'order', idCount: 60 })).ids)
  }
  assert.equal(new Set(ids).size, 240)
  await here.skipTime(3_600_000)
  const { now, leaseNow } = await there.run(probe, { id: 'later' })
  assert.equal(now - leaseNow, 3_600_000)
  assert.ok(Math.abs(there.now() - here.now()) < 5_000)
})

test('a later event has the larger id, whichever process makes it', withServer, async (t) => {
  const { openStore } = await givenDatabase(t)
  const stores = [await openStore(), await openStore()]
  const ids: number[] = []
  for (let count = 0; count < 6; count++) {
    const run = stores[count % 2]?.run(probe, { id: `${count}`, idKind: 'event', idCount: 1 })
    ids.push(...((await run)?.ids ?? []))
  }
  assert.deepEqual(
    ids,
    [1, 2, 3, 4, 5, 6].map((number) => 10_000_000 + number),
  )
})

test('connections that were ended are made anew, and nobody notices', withServer, async (t) => {
  const { url, openStore } = await givenDatabase(t)
  const store = await openStore()
  for (let round = 0; round < 3; round++) {
    await store.ping()
    await query(url, `select pg_terminate_backend(pid) ${STORE_CONNECTIONS}`)
    await store.run(probe, { id: `${round}`, idCount: 1_500 })
    assert.equal((await store.read.selectFrom('users').selectAll().execute()).length, round + 1)
  }
})

const sleep: Command<{ readonly seconds: number }, null> = rareCommand('test.sleep')
const boundSleep = bind(
  sleep,
  oneByOne(async (tx: Tx, { seconds }) => {
    await runText(tx, 'select pg_sleep($1::int)', [seconds])
    return null
  }),
)

test('silence in the middle of a transaction is told to its caller', withServer, async (t) => {
  const { openStore } = await givenDatabase(t)
  const store = await openStore({ commands: [boundSleep], patience: { silenceMsMax: 200 } })
  await assert.rejects(store.run(sleep, { seconds: 60 }), { code: 'store_unavailable' })
  await store.run(sleep, { seconds: 0 })
})

test('a statement that takes too long is ended by the server', withServer, async (t) => {
  const { openStore } = await givenDatabase(t)
  const store = await openStore({ commands: [boundSleep], patience: { statementMsMax: 50 } })
  await assert.rejects(store.run(sleep, { seconds: 60 }), { code: 'store_unavailable' })
  await store.run(sleep, { seconds: 0 })
})

test('a transaction that cannot read its time leaves a connection that can be used', withServer, async (t) => {
  const { url, openStore } = await givenDatabase(t)
  const store = await openStore({ commands: [boundSleep], patience: { statementMsMax: 50 } })
  const naps = () => Promise.allSettled(Array.from({ length: 16 }, () => store.run(sleep, { seconds: 0 })))
  const client = new pg.Client(url)
  await client.connect()
  await client.query('begin; lock table meta in access exclusive mode')
  const refused = await naps()
  await client.end()
  assert.ok(refused.every(({ status }) => status === 'rejected'))
  assert.ok((await naps()).every(({ status }) => status === 'fulfilled'))
})

test('a column that a newer process adds does not disturb', withServer, async (t) => {
  const { url, openStore } = await givenDatabase(t)
  const store = await openStore()
  const touch = () => store.run(commentOrders, { projectId: 1, ids: [1], comment: 'x' })
  for (let round = 0; round < 3; round++) await Promise.all([touch(), touch()])
  await query(url, 'alter table orders add column newer text')
  assert.deepEqual(await Promise.all([touch(), touch()]), [[], []])
})

test('confirmed means on disk, even where the database is set up to be lax', withServer, async (t) => {
  const { url, openStore } = await givenDatabase(t)
  const [{ name } = { name: '' }] = await query(url, 'select current_database() as name')
  await query(url, `alter database ${name} set synchronous_commit = off`)
  const show: Command<null, unknown> = rareCommand('test.show')
  const handle = oneByOne(async (tx: Tx, _: null) => (await runText(tx, 'show synchronous_commit', []))[0])
  const store = await openStore({ commands: [bind(show, handle)] })
  assert.deepEqual(await store.run(show, null), { synchronous_commit: 'on' })
})

test('a text that PostgreSQL cannot hold is the fault of its own command only', withServer, async (t) => {
  const store = await (await givenDatabase(t)).openStore()
  const [good, bad] = await Promise.allSettled([
    store.run(probe, { id: 'good' }),
    store.run(seedRows, { table: 'users', rows: [probeRow('nul \u0000')] }),
  ])
  assert.deepEqual([good.status, bad.status], ['fulfilled', 'rejected'])
  await store.ping()
})
