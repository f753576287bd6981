// Opening, and the thread that writes: what is refused, what is said, what stays.
import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import test, { type TestContext } from 'node:test'
import { manualClock } from '../clock.ts'
import type { Store } from '../store/index.ts'
import { openThreadStore } from '../store/testing/each-probe-store.ts'
import { composeWriteSide, endThread, probe, unpostable } from '../store/testing/probe-write-side.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

// The user "nobody", by number: root may write whatever the rights of a file say.
const NOBODY_ID = 65_534

function givenPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-open-'))
  t.after(() => {
    chmodSync(folder, 0o755)
    rmSync(folder, { recursive: true })
  })
  return join(folder, 'shop.db')
}

/** Opens and stops a store, so that its file is there. */
async function givenStore(t: TestContext): Promise<string> {
  const path = givenPath(t)
  await (await openThreadStore(path)).stop()
  return path
}

/** Runs `act` as a user who has no more rights than the files give. */
async function withoutRootRights<Value>(act: () => Promise<Value>): Promise<Value> {
  if (process.geteuid?.() !== 0) return act()
  process.seteuid?.(NOBODY_ID)
  try {
    return await act()
  } finally {
    process.seteuid?.(0)
  }
}

test('a store that is open is refused to a second opener, and free after stop', async (t) => {
  const path = givenPath(t)
  const store = await openThreadStore(path)
  await assert.rejects(openThreadStore(path), { code: 'store_locked' })
  await store.stop()
  await (await openThreadStore(path)).stop()
})

test('a folder that may not be written is said at the opening', async (t) => {
  const path = await givenStore(t)
  chmodSync(dirname(path), 0o555)
  rmSync(`${path}.lock`, { force: true })
  const opening = withoutRootRights(() => openSqliteStore({ path, commands: [] }))
  await assert.rejects(opening, { code: 'store_read_only', message: /shop\.db.* cannot be opened/ })
})

test('a file that may not be written is said at the opening', async (t) => {
  const path = await givenStore(t)
  chmodSync(dirname(path), 0o777)
  chmodSync(path, 0o444)
  rmSync(`${path}.lock`, { force: true })
  const opening = withoutRootRights(() => openSqliteStore({ path, commands: [] }))
  await assert.rejects(opening, { code: 'store_read_only', message: /shop\.db cannot be opened/ })
})

test('a file that is no database is said at the opening, and is not touched', async (t) => {
  const path = givenPath(t)
  writeFileSync(path, 'These are the notes of somebody, who would like to keep them.'.repeat(20))
  await assert.rejects(openThreadStore(path), { message: /shop\.db cannot be opened: file is not a database/ })
  await assert.rejects(openThreadStore(path), { message: /file is not a database/ })
})

test('the schema of a newer version is refused, and the file is free again', async (t) => {
  const path = await givenStore(t)
  const raw = new DatabaseSync(path)
  raw.exec("insert into kysely_migration (name, timestamp) values ('9999-future', '2030-01-01T00:00:00Z')")
  raw.close()
  await assert.rejects(openThreadStore(path), { code: 'store_too_new', details: { migration: '9999-future' } })
  await assert.rejects(openThreadStore(path), { code: 'store_too_new' })
})

test('a store whose time was skipped is not opened where time may not be skipped', async (t) => {
  const path = givenPath(t)
  const store = await openThreadStore(path, true)
  await store.skipTime(1_500)
  await store.stop()
  await assert.rejects(openThreadStore(path), { code: 'time_skip_refused', details: { offsetMs: 1_500 } })
})

test('a migration that fails leaves nothing of itself', async (t) => {
  const path = givenPath(t)
  const raw = new DatabaseSync(path)
  raw.exec('create table orders (a integer)')
  raw.close()
  await assert.rejects(openThreadStore(path), { message: /table orders already exists/ })
  const after = new DatabaseSync(path, { readOnly: true })
  const tables = after.prepare("select name from sqlite_master where type = 'table' and name not like 'kysely%'").all()
  after.close()
  assert.deepEqual(
    tables.map(({ name }) => name),
    ['orders'],
  )
})

test('the file is written back and the log removed at stop', async (t) => {
  const path = givenPath(t)
  const store = await openThreadStore(path)
  await store.run(probe, { id: 'a' })
  assert.ok(existsSync(`${path}-wal`))
  await store.stop()
  assert.ok(!existsSync(`${path}-wal`))
})

test('a module without composeWriteSide is refused, and the file is free again', async (t) => {
  const path = givenPath(t)
  const writeSideModule = new URL('./file-lock.ts', import.meta.url)
  for (let round = 0; round < 2; round++) {
    const opening = openSqliteStore({ path, writeSideModule, writeSideOptions: null })
    await assert.rejects(opening, { message: /file-lock\.ts does not export composeWriteSide/ })
  }
})

test('a module that cannot be loaded is refused', async (t) => {
  const writeSideModule = new URL('./absent.ts', import.meta.url)
  const opening = openSqliteStore({ path: givenPath(t), writeSideModule, writeSideOptions: null })
  await assert.rejects(opening, { message: /Cannot find module/ })
})

test('a store in memory takes its write side from a module too', async (t) => {
  const writeSideModule = new URL('../store/testing/probe-write-side.ts', import.meta.url).href
  const store = await openSqliteStore({ path: ':memory:', writeSideModule, writeSideOptions: null })
  t.after(() => store.stop())
  await store.run(probe, { id: 'a' })
  assert.equal((await store.read.selectFrom('users').selectAll().execute()).length, 1)
})

test('stores in memory are empty and apart, though later ones begin with the tables of the first', async (t) => {
  const open = async () => {
    const store = await openSqliteStore({ path: ':memory:', commands: composeWriteSide() })
    t.after(() => store.stop())
    return store
  }
  const users = (store: Store) => store.read.selectFrom('users').select('party_id').execute()
  const [first, second] = [await open(), await open()]
  await first.run(probe, { id: 'a' })
  await second.run(probe, { id: 'b' })
  assert.deepEqual(await Promise.all([first, second, await open()].map(users)), [
    [{ party_id: 'a' }],
    [{ party_id: 'b' }],
    [],
  ])
})

test('when the write thread dies every caller is told, now and later, and the store can be stopped', async (t) => {
  const path = givenPath(t)
  const store = await openThreadStore(path)
  const unavailable = { code: 'store_unavailable', message: /write thread of the store ended/ }
  await Promise.all([
    assert.rejects(store.run(endThread, null), unavailable),
    assert.rejects(store.run(probe, { id: 'a' }), unavailable),
  ])
  await assert.rejects(store.run(probe, { id: 'b' }), unavailable)
  await assert.rejects(store.ping(), unavailable)
  await store.stop()
  await (await openThreadStore(path)).stop()
})

test('a result that is not plain data fails its own command only', async (t) => {
  const store = await openThreadStore(givenPath(t))
  t.after(() => store.stop())
  const [odd, plain] = await Promise.allSettled([store.run(unpostable, null), store.run(probe, { id: 'a' })])
  assert.ok(odd.status === 'rejected')
  assert.match(odd.reason.message, /could not be cloned/)
  assert.equal(plain.status, 'fulfilled')
})

test('a handler that throws in the thread shows where', async (t) => {
  const store = await openThreadStore(givenPath(t))
  t.after(() => store.stop())
  await assert.rejects(store.run(probe, { id: 'a', failure: 'throw' }), { stack: /probe-write-side\.ts/ })
})

test('transactions and readers take the time from the clock of the write side', async (t) => {
  const clock = manualClock(1_000_000)
  const store = await openSqliteStore({ path: ':memory:', commands: composeWriteSide(), clock })
  t.after(() => store.stop())
  clock.advance(5)
  const { now } = await store.run(probe, { id: 'a' })
  assert.deepEqual([now, store.now()], [1_000_005, 1_000_005])
})
