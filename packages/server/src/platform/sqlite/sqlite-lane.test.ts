// Transactions and savepoints when the store itself fails in the middle.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { manualClock } from '../clock.ts'
import { makeIdBlocks, migrate, runText, type Tx, type WriteLane } from '../store/index.ts'
import { openSqliteConnection, type SqliteConnection } from './sqlite-connection.ts'
import { makeSqliteLane } from './sqlite-lane.ts'

interface Given {
  readonly connection: SqliteConnection
  readonly lane: WriteLane
  /** A lane as the next process would have it: it knows only what is in the file. */
  nextProcess(): WriteLane
}

async function givenLane(t: TestContext): Promise<Given> {
  const connection = openSqliteConnection(':memory:', 'write')
  t.after(() => connection.close())
  await migrate('sqlite', connection.db)
  const nextProcess = () => makeSqliteLane({ connection, clock: manualClock(1_000), ids: makeIdBlocks() })
  return { connection, lane: nextProcess(), nextProcess }
}

/** Fails as a full disk does; SQLite undoes the whole transaction then. */
async function fillUp(tx: Tx): Promise<void> {
  await runText(tx, 'pragma max_page_count = 1', [])
  await runText(tx, `insert into meta (key, value) values ('big', ?)`, ['x'.repeat(1_000_000)])
}

function takeOrderId(tx: Tx): Promise<readonly number[]> {
  return tx.takeIds(1, 'order', 1)
}

test('ids that were seen stay taken when a member, and then its whole transaction, is undone', async (t) => {
  const { connection, lane, nextProcess } = await givenLane(t)
  let seen = 0
  const refused = async (tx: Tx) => {
    seen = (await takeOrderId(tx))[0] ?? 0
    throw new Error('refused')
  }
  const { value: settled } = await lane.transactEach([refused, fillUp])
  assert.deepEqual(
    settled.map((one) => one.kind === 'failed' && one.error),
    Array(2).fill(connection.failure),
  )
  connection.run('pragma max_page_count = 1000000', [])
  const { value: next } = await nextProcess().transact(takeOrderId)
  assert.ok((next[0] ?? 0) > seen, `${next} after ${seen}`)
})

test('counters that could not be written again at once are written with the next transaction', async (t) => {
  const { connection, lane, nextProcess } = await givenLane(t)
  const failing = lane.transact(async (tx) => {
    await takeOrderId(tx)
    connection.raw.exec('pragma query_only = 1')
    throw new Error('refused')
  })
  await assert.rejects(failing, { message: 'refused' })
  connection.raw.exec('pragma query_only = 0')
  await lane.transact(async () => {})
  const { value: next } = await nextProcess().transact(takeOrderId)
  assert.deepEqual(next, [10_000_101])
})

test('a member that fails with the store fails all members, and nothing of them stays', async (t) => {
  const { connection, lane } = await givenLane(t)
  const write = (tx: Tx) => runText(tx, `insert into meta (key, value) values ('kept', '1')`, [])
  const { value: settled, wakeUps } = await lane.transactEach<unknown>([write, fillUp, write])
  const codes = settled.map((one) => one.kind === 'failed' && (one.error as { readonly code: string }).code)
  assert.deepEqual([codes, wakeUps], [['store_full', 'store_full', 'store_full'], []])
  connection.run('pragma max_page_count = 1000000', [])
  assert.deepEqual(connection.run('select key from meta', []), [])
})

test('a handler that hides the failure of the store behind its own error does not hide it from callers', async (t) => {
  const { lane } = await givenLane(t)
  const hiding = lane.transact(async (tx) => {
    await fillUp(tx).catch(() => {
      throw new Error('my own')
    })
  })
  await assert.rejects(hiding, { code: 'store_full' })
})
