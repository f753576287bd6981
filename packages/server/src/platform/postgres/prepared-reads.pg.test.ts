// Reads that are prepared: parsed once, planned anew by age, and answered all the same where what was prepared no longer fits.
import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import { type ManualClock, manualClock } from '../clock.ts'
import type { Tables } from '../store/index.ts'
import { openTestDatabase, TEST_DATABASE_URL, type TestDatabase } from '../store/testing/index.ts'
import { servingSettings } from './connection-settings.ts'
import { PREPARED_MAX, statementName } from './prepared-texts.ts'
import { makeReadingPool } from './reading-pool.ts'

const withServer = TEST_DATABASE_URL === undefined ? { skip: 'TEST_DATABASE_URL is not set' } : {}

type Db = Kysely<Tables>

/** The planner calls what it believes to be constant, so that each plan holds its own number. */
const NUMBER_PLANS = `create function plan_number() returns float8 language plpgsql immutable as 'begin return random(); end'`

describe('prepared reads', withServer, () => {
  let database: TestDatabase
  let beside: pg.Client
  before(async () => {
    database = await openTestDatabase(TEST_DATABASE_URL ?? '')
    beside = new pg.Client(database.url)
    await beside.connect()
    await beside.query(NUMBER_PLANS)
  })
  after(async () => {
    await beside.end()
    await database.drop()
  })

  function givenPool(t: TestContext, connectionsMax = 1): { readonly db: Db; readonly clock: ManualClock } {
    const clock = manualClock(0)
    const pool = makeReadingPool(servingSettings(database.url), connectionsMax, clock)
    t.after(() => pool.end())
    return { db: pool.db, clock }
  }

  /** A table that a newer process changes, with a row; it has been read so often that the read is prepared. */
  async function givenKnownTable(db: Db): Promise<void> {
    await beside.query(
      'drop table if exists known; create table known (id int, value int); insert into known values (1, 7)',
    )
    for (let reads = 0; reads < 3; reads += 1) assert.deepEqual(await knownValue(db, 1), 7)
  }

  test('a read is parsed once on each connection, under the same name', async (t) => {
    const { db } = givenPool(t, 2)
    const prepared = await Promise.all([1, 2].map(() => db.connection().execute((one) => preparedAfter(one, 4))))
    assert.deepEqual(prepared, Array(2).fill([{ name: statementName(ANSWER), uses: 3 }]))
  })

  test('a plan is kept until it is too old', async (t) => {
    const { db, clock } = givenPool(t)
    const plans = [await planOf(db), await planOf(db), await planOf(db)]
    clock.advance(5_000)
    plans.push(await planOf(db), await planOf(db))
    // The first time the text goes unprepared.
    assert.deepEqual(
      plans.map((plan) => plans.indexOf(plan)),
      [0, 1, 1, 3, 3],
    )
  })

  test('values decide about a plan where a plan for any would cost more', async (t) => {
    const { db } = givenPool(t)
    await beside.query(`create table skewed as select case when n < 20000 then 'done' else 'due' end as state
      from generate_series(1, 20000) as n; create index on skewed (state); analyze skewed`)
    for (let reads = 0; reads < 10; reads += 1) await sql`select from skewed where state = ${'due'}`.execute(db)
    const plans = sql`select custom_plans::int as custom from pg_prepared_statements where statement like '%skewed%'`
    assert.deepEqual((await plans.execute(db)).rows, [{ custom: 9 }])
  })

  test('texts without end cost a connection its place, and a read that comes often is prepared again', async (t) => {
    const { db } = givenPool(t)
    const first = await pidOf(db)
    for (let number = 0; number < PREPARED_MAX; number += 1) await sql.raw(`select ${number}`).execute(db)
    assert.notEqual(await pidOf(db), first)
    assert.deepEqual(await preparedAfter(db, 3), [{ name: statementName(ANSWER), uses: 2 }])
  })

  test('a connection that is ten minutes old is replaced', async (t) => {
    const { db, clock } = givenPool(t)
    const pids = [await pidOf(db)]
    for (const ms of [600_000, 1]) {
      clock.advance(ms)
      // The read that finds it old still has its answer from it.
      await pidOf(db)
      pids.push(await pidOf(db))
    }
    assert.deepEqual([pids[1] === pids[0], pids[2] === pids[0]], [true, false])
  })

  const CHANGES: readonly (readonly [string, (db: Db) => Promise<unknown>, number, unknown])[] = [
    ['a column that it gives has another type', () => alter('alter value type text'), 1, '7'],
    ['a column gives way to another', () => alter('drop value, add value text default 5'), 1, '5'],
    ['a column that it asks by is wider', () => alter('alter id type bigint').then(moveRow), 3_000_000_000, 7],
    ['a column that it asks by has another type', () => alter('alter id type text'), 1, 7],
    ['its connection has forgotten all statements', (db) => sql`deallocate all`.execute(db), 1, 7],
  ]
  for (const [what, change, id, value] of CHANGES) {
    test(`a read is answered when ${what}`, async (t) => {
      const { db } = givenPool(t)
      await givenKnownTable(db)
      const pid = await pidOf(db)
      await change(db)
      assert.deepEqual([await knownValue(db, id), await knownValue(db, id)], [value, value])
      // All that was prepared on that connection is as old.
      assert.notEqual(await pidOf(db), pid)
    })
  }

  test('a read is answered when its connection has it from somebody else', async (t) => {
    const { db } = givenPool(t)
    await sql.raw(`prepare ${statementName(ANSWER)} as ${ANSWER}`).execute(db)
    for (let reads = 0; reads < 3; reads += 1) assert.equal(await answerOf(db), 42)
  })

  test('a value that cannot be sent is refused, and the reads after it are answered', async (t) => {
    const { db } = givenPool(t)
    const echo = async (value: unknown) => (await sql<{ echo: string }>`select ${value}::text as echo`.execute(db)).rows
    const unsendable = {
      toPostgres: () => {
        throw new TypeError('No.')
      },
    }
    await echo('a')
    await assert.rejects(echo(unsendable), TypeError)
    for (let reads = 0; reads < 3; reads += 1) assert.deepEqual(await echo('a'), [{ echo: 'a' }])
  })

  for (const [how, code] of [
    ['alter value type text', 'store_unavailable'],
    ['alter id type text', '42883'],
  ] as const) {
    test(`in a transaction it is for the caller to begin again, on another connection (${how})`, async (t) => {
      const { db } = givenPool(t)
      await givenKnownTable(db)
      const pid = await pidOf(db)
      await alter(how)
      await assert.rejects(
        db.transaction().execute((tx) => knownValue(tx, 1)),
        { code },
      )
      assert.notEqual(await pidOf(db), pid)
      assert.equal(String(await knownValue(db, 1)), '7')
    })
  }

  test('a read that is at fault itself is refused as ever, and its connection is kept', async (t) => {
    const { db } = givenPool(t)
    const divide = (by: number) => sql<{ tenth: number }>`select 10 / ${by}::int as tenth`.execute(db)
    for (let reads = 0; reads < 2; reads += 1) await divide(1)
    const pid = await pidOf(db)
    await assert.rejects(divide(0), { code: '22012' })
    assert.equal(await pidOf(db), pid)
  })

  const alter = (how: string): Promise<unknown> => beside.query(`alter table known ${how}`)
  const moveRow = (): Promise<unknown> => beside.query('update known set id = 3000000000')
})

const ANSWER = 'select 42 as answer'

async function knownValue(db: Db, id: unknown): Promise<unknown> {
  const { rows } = await sql<{ value: unknown }>`select value from known where id = ${id}`.execute(db)
  return rows[0]?.value
}

async function answerOf(db: Db): Promise<unknown> {
  return (await sql.raw<{ answer: number }>(ANSWER).execute(db)).rows[0]?.answer
}

async function pidOf(db: Db): Promise<unknown> {
  return (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid
}

async function planOf(db: Db): Promise<unknown> {
  return (await sql<{ plan: number }>`select plan_number() as plan`.execute(db)).rows[0]?.plan
}

/** What the connection has prepared after so many reads, and how often it was used. */
async function preparedAfter(db: Db, reads: number): Promise<readonly unknown[]> {
  for (let count = 0; count < reads; count += 1) await answerOf(db)
  const prepared = sql`select name, (generic_plans + custom_plans)::int as uses from pg_prepared_statements`
  return (await prepared.execute(db)).rows
}
