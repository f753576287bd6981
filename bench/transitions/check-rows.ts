// Whether everything that a transition writes is there: a fast figure counts only then.
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import type { Place } from '../stage/databases.ts'
import { ROWS_ADDED, STATUSES, type TransitionName } from './transition.ts'

/** Rows by table, and orders that have the status. */
export type RowCounts = Readonly<Record<string, number>>

/** Counts what `transition` adds to. */
export async function countRows(place: Place, transition: TransitionName): Promise<RowCounts> {
  const tables = ROWS_ADDED[transition].map((table) => `(select count(*) from ${table}) as ${table}`)
  const moved = `(select count(*) from orders where status = '${STATUSES[transition].to}') as orders`
  const row = await firstRow(place, `select ${[...tables, moved].join(', ')}`)
  return Object.fromEntries(Object.entries(row).map(([name, count]) => [name, Number(count)]))
}

/** @throws {AssertionError} where not each table has grown by `moved` */
export function checkGrowth(before: RowCounts, after: RowCounts, moved: number): void {
  const expected = Object.fromEntries(Object.entries(before).map(([name, count]) => [name, count + moved]))
  assert.deepEqual(after, expected, 'What was moved is not all written.')
}

async function firstRow(place: Place, text: string): Promise<object> {
  if (place.engine === 'postgres') {
    const client = new pg.Client({ connectionString: place.url })
    await client.connect()
    const { rows } = await client.query(text)
    await client.end()
    return rows[0]
  }
  const database = new DatabaseSync(place.path, { readOnly: true })
  const row = database.prepare(text).get() ?? {}
  database.close()
  return row
}
