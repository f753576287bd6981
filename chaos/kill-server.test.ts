// A short run of the killer in the suite; `npm run chaos -- kill-server` does the long ones.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { killServer } from './kill-server.ts'
import { seededRandom } from './seeded-random.ts'

const ROUNDS = 2
const CALLERS = 8
const SEED = 4400
const databaseUrl = process.env.TEST_DATABASE_URL

test('SQLite: a server killed under load loses nothing that it acknowledged', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ordertrail-kill-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await survives({ path: folder })
})

test('PostgreSQL: a server killed under load loses nothing that it acknowledged', {
  skip: databaseUrl === undefined ? 'TEST_DATABASE_URL is not set' : false,
}, async (t) => {
  const { url, drop } = await emptyDatabase(databaseUrl as string)
  t.after(drop)
  await survives({ databaseUrl: url })
})

async function survives(store: Parameters<typeof killServer>[0]['store']): Promise<void> {
  const options = { store, rounds: ROUNDS, callers: CALLERS, random: seededRandom(SEED), report: () => undefined }
  const { violations, doubleGrants, acknowledgedOrders } = await killServer(options)
  assert.deepEqual({ violations, doubleGrants }, { violations: [], doubleGrants: 0 })
  assert.ok(acknowledgedOrders > 0, 'the load acknowledged no order, so nothing was tested')
}

/** A database of this test's own; the server under test makes its tables. */
async function emptyDatabase(serverUrl: string): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const name = `ordertrail_kill_${process.pid}`
  await run(serverUrl, `create database ${name}`)
  // Not by URL: the address of a socket folder has no host, which URL does not take.
  const url = serverUrl.replace(/^([^:]+:\/\/[^/?]*)(\/[^?]*)?/, `$1/${name}`)
  return { url, drop: () => run(serverUrl, `drop database ${name} with (force)`) }
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}
