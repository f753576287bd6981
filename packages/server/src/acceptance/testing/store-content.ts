// Everything that a store holds, read by a second connection, so that a test can tell that nothing was left behind.
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { TABLES, type TableName } from '../../platform/store/index.ts'

/** By table: its rows as texts, in a fixed order. */
export type StoreContent = Readonly<Record<string, readonly string[]>>

const TABLE_NAMES = Object.keys(TABLES) as readonly TableName[]

/** Reads a SQLite file beside the process that has it open. */
export function readSqlite(path: string): StoreContent {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return contentOf(TABLE_NAMES.map((name) => [name, database.prepare(`select * from ${name}`).all()]))
  } finally {
    database.close()
  }
}

/** Reads a PostgreSQL database with a connection of its own. */
export async function readPostgres(url: string): Promise<StoreContent> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const tables: [string, readonly object[]][] = []
    for (const name of TABLE_NAMES) tables.push([name, (await client.query(`select * from ${name}`)).rows])
    return contentOf(tables)
  } finally {
    await client.end()
  }
}

function contentOf(tables: readonly (readonly [string, readonly object[]])[]): StoreContent {
  return Object.fromEntries(tables.map(([name, rows]) => [name, rows.map((row) => JSON.stringify(row)).sort()]))
}

/** Names of the tables whose content differs. */
export function changedTables(before: StoreContent, after: StoreContent): readonly string[] {
  return TABLE_NAMES.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
}
