// Every store: its tables as listed, and set-based writes and reads.
import assert from 'node:assert/strict'
import test from 'node:test'
import { sql } from 'kysely'
import { columnsOf, type Row, type Store, TABLES, type TableName } from '../index.ts'
import { eachProbeStore } from '../testing/each-probe-store.ts'
import { commentOrders } from '../testing/probe-write-side.ts'
import { seedRows } from '../testing/seed-rows.ts'

const ORDER: Row<'orders'> = {
  project_id: 1,
  id: 1,
  status: 'new',
  mode: 'sandbox',
  currency_kind: 'real',
  currency: 'USD',
  amount: 999_999_999_999_999,
  amount_without_discount: Number.MAX_SAFE_INTEGER,
  party_kind: 'user',
  party_id: 'O\'Neill "ü" \\ 漢字 🎮 {1,2} NULL',
  channel: 'p1_0',
  user_email: null,
  user_country: '',
  user_details: '{"name": "a\\"b"}',
  platform: null,
  comment: null,
  external_id: null,
  custom_parameters: null,
  promotions: '[]',
  promocodes: null,
  coupons: null,
  settings: '{}',
  accepted_payment_id: null,
  timeline_length: 0,
  created_at: 1_763_700_000_123,
  updated_at: -1,
  paid_at: null,
  overdue_at: null,
  expires_at: 0,
}

function orderRow(project_id: number, id: number): Row<'orders'> {
  return { ...ORDER, project_id, id }
}

/** Columns as the database has them: `name kind`, in order. */
async function realColumns(store: Store, table: TableName): Promise<readonly string[]> {
  return store.engine === 'sqlite' ? sqliteColumns(store, table) : postgresColumns(store, table)
}

async function sqliteColumns(store: Store, table: TableName): Promise<readonly string[]> {
  const query = sql<{ name: string; type: string; notnull: number; pk: number }>`
    select name, type, "notnull", pk from pragma_table_info(${table}) order by cid`
  const { rows } = await query.execute(store.read)
  const kinds: Readonly<Record<string, string>> = { INTEGER: 'int', TEXT: 'text' }
  return rows.map(({ name, type, notnull, pk }) => `${name} ${kinds[type]}${notnull === 1 || pk > 0 ? '' : '?'}`)
}

async function postgresColumns(store: Store, table: TableName): Promise<readonly string[]> {
  const query = sql<{ column_name: string; data_type: string; is_nullable: string }>`
    select column_name, data_type, is_nullable from information_schema.columns
    where table_schema = current_schema() and table_name = ${table} order by ordinal_position`
  const { rows } = await query.execute(store.read)
  const kinds: Readonly<Record<string, string>> = { bigint: 'int', text: 'text' }
  return rows.map((row) => `${row.column_name} ${kinds[row.data_type]}${row.is_nullable === 'NO' ? '' : '?'}`)
}

eachProbeStore((name, open) => {
  // A store in memory keeps nothing, and is read through the connection that writes.
  const testKept = name === 'sqlite memory' ? () => {} : test

  test(`${name}: TABLES names every table and column with its kind, in order`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const tables = await store.read.introspection.getTables()
    assert.deepEqual(tables.map((table) => table.name).sort(), Object.keys(TABLES).sort())
    for (const table of Object.keys(TABLES) as TableName[]) {
      const listed = Object.entries(columnsOf(table)).map(([column, kind]) => `${column} ${kind}`)
      assert.deepEqual(await realColumns(store, table), listed, table)
    }
  })

  test(`${name}: rows come back as they went in: texts, numbers up to 2^53, null and empty`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    await store.run(seedRows, { table: 'orders', rows: [orderRow(1, 1), orderRow(1, 2)] })
    const rows = await store.read.selectFrom('orders').selectAll().orderBy('id').execute()
    assert.deepEqual(rows, [orderRow(1, 1), orderRow(1, 2)])
  })

  test(`${name}: a thousand rows go in with one call`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const rows = Array.from({ length: 1_000 }, (_, index) => orderRow(1, index))
    await store.run(seedRows, { table: 'orders', rows })
    const { count } = await store.read
      .selectFrom('orders')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    assert.equal(count, 1_000)
  })

  test(`${name}: no rows are no statement`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    await store.run(seedRows, { table: 'orders', rows: [] })
    assert.deepEqual(await store.run(commentOrders, { projectId: 1, ids: [], comment: 'x' }), [])
  })

  test(`${name}: selects and updates the rows that are named, each once and in order`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const rows = [orderRow(2, 7), orderRow(1, 3), orderRow(1, 2), orderRow(1, 1)]
    await store.run(seedRows, { table: 'orders', rows })
    const changed = await store.run(commentOrders, { projectId: 1, ids: [3, 1, 3, 99], comment: "it's" })
    const commented = (id: number): Row<'orders'> => ({ ...orderRow(1, id), comment: "it's", timeline_length: 1 })
    assert.deepEqual(changed, [commented(1), commented(3)])
    const all = await store.read.selectFrom('orders').selectAll().orderBy('project_id').orderBy('id').execute()
    assert.deepEqual(all, [commented(1), { ...orderRow(1, 2), timeline_length: 1 }, commented(3), orderRow(2, 7)])
  })

  test(`${name}: an update to null takes the value away`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    await store.run(seedRows, { table: 'orders', rows: [{ ...orderRow(1, 1), comment: 'there' }] })
    const [row] = await store.run(commentOrders, { projectId: 1, ids: [1], comment: null })
    assert.equal(row?.comment, null)
  })

  test(`${name}: a balance below zero is refused by the table itself`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const balance = { project_id: 1, party_kind: 'user', party_id: 'u', sku: 'gold', balance: -1 }
    await assert.rejects(store.run(seedRows, { table: 'virtual_currency_balances', rows: [balance] }), /check/i)
  })

  testKept(`${name}: the reading side cannot write`, async (t) => {
    const { store, stop } = await open()
    t.after(stop)
    const writing = store.read.insertInto('meta').values({ key: 'a', value: 'b' }).execute()
    await assert.rejects(writing, { code: 'store_read_only' })
  })
})
