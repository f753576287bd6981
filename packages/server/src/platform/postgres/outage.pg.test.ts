// A database that is killed, or falls silent, while callers write.
import assert from 'node:assert/strict'
import { after, describe, type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError } from '@ordertrail/core'
import { sql } from 'kysely'
import type { Store } from '../store/index.ts'
import { makePrivatePostgres, type PrivatePostgres } from '../store/testing/private-postgres.ts'
import { composeWriteSide, faultsOf, sell } from '../store/testing/sale-write-side.ts'
import { openPostgresStore } from './open-postgres-store.ts'

const CALLERS = 16
const ROUNDS = 3
const ROUND_SALES = 200

/** Callers that sell without pause, and what they were told. */
interface Callers {
  readonly confirmed: string[]
  readonly errors: unknown[]
  stop(): Promise<void>
}

function startCallers(store: Store): Callers {
  const callers = { confirmed: [] as string[], errors: [] as unknown[] }
  let isStopping = false
  const sellOn = async (caller: number): Promise<void> => {
    for (let count = 0; !isStopping; count++) {
      const key = `${caller}-${count}`
      try {
        await store.run(sell, { key, party: `player${(caller + count) % 5}` })
        callers.confirmed.push(key)
      } catch (error) {
        callers.errors.push(error)
      }
    }
  }
  const all = Promise.all(Array.from({ length: CALLERS }, (_, caller) => sellOn(caller)))
  const stop = async (): Promise<void> => {
    isStopping = true
    await all
  }
  return { ...callers, stop }
}

async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await nextTurn()
}

/** The server, started, and killed at the end of the test. */
async function started(server: PrivatePostgres | undefined, t: TestContext): Promise<PrivatePostgres> {
  if (server === undefined) return assert.fail('no PostgreSQL')
  await server.start()
  t.after(() => server.kill())
  return server
}

const postgres = makePrivatePostgres()
const options = postgres === undefined ? { skip: 'no PostgreSQL binaries run here' } : {}

describe('a database of our own', options, () => {
  after(() => postgres?.remove())

  test('kill -9 of the database under 16 callers: 503 meanwhile, then it goes on; nothing confirmed is lost', async (t) => {
    const server = await started(postgres, t)
    const store = await openPostgresStore({ url: server.url, commands: composeWriteSide() })
    const callers = startCallers(store)
    for (let round = 1; round <= ROUNDS; round++) {
      const before = callers.confirmed.length
      await until(() => callers.confirmed.length > before + ROUND_SALES)
      const told = callers.errors.length
      await server.kill()
      await until(() => callers.errors.length > told + CALLERS)
      await assert.rejects(store.ping(), { code: 'store_unavailable', status: 503 })
      await assert.rejects(store.read.selectFrom('orders').select('id').execute(), { code: 'store_unavailable' })
      await server.start()
    }
    const before = callers.confirmed.length
    await until(() => callers.confirmed.length > before + ROUND_SALES)
    await callers.stop()
    const codes = callers.errors.map((error) => (error instanceof AppError ? error.code : error))
    assert.deepEqual(new Set(codes), new Set(['store_unavailable']))
    assert.deepEqual(await faultsOf(store, callers.confirmed), [])
    await store.stop()
  })

  test('connections that fell silent are left after a while', async (t) => {
    const server = await started(postgres, t)
    const store = await openPostgresStore({
      url: server.url,
      commands: composeWriteSide(),
      patience: { silenceMsMax: 200 },
    })
    await store.ping()
    const pids = sql<{ pid: number }>`select pid from pg_stat_activity where application_name = 'ordertrail'`
    const { rows: frozen } = await pids.execute(store.read)
    for (const { pid } of frozen) process.kill(pid, 'SIGSTOP')
    // Nothing was begun on the silent connection, so the write goes over a new one; a read is for its caller to repeat.
    await store.run(sell, { key: 'silent', party: 'player' })
    const read = () =>
      store.read.selectFrom('orders').select('external_id').where('external_id', '=', 'silent').execute()
    await assert.rejects(read(), { code: 'store_unavailable' })
    assert.deepEqual(await read(), [{ external_id: 'silent' }])
    for (const { pid } of frozen) process.kill(pid, 'SIGCONT')
    await store.stop()
  })
})
