// A store of the bench as plain statements, past the server; nobody else may have it open.
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import type { Engine } from '../../packages/server/src/platform/store/index.ts'
import type { Place } from './databases.ts'

/** Runs one statement and gives its rows. */
export type RunText = (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

/** An open store that takes statements. */
export interface RawStore {
  readonly engine: Engine
  readonly run: RunText
}

/** Opens a place for as long as `act` takes; without waiting for the disk, for who fills a store can fill it again. */
export async function withRawStore<Value>(place: Place, act: (store: RawStore) => Promise<Value>): Promise<Value> {
  return place.engine === 'sqlite' ? withFile(place.path, act) : withDatabase(place.url, act)
}

async function withFile<Value>(path: string, act: (store: RawStore) => Promise<Value>): Promise<Value> {
  const database = new DatabaseSync(path)
  try {
    database.exec('pragma synchronous = off; pragma cache_size = -262144')
    const value = await act({ engine: 'sqlite', run: async (text) => database.prepare(text).all() })
    database.exec('pragma wal_checkpoint(truncate)')
    return value
  } finally {
    database.close()
  }
}

async function withDatabase<Value>(url: string, act: (store: RawStore) => Promise<Value>): Promise<Value> {
  const client = new pg.Client({ connectionString: url, options: '-c synchronous_commit=off' })
  await client.connect()
  try {
    return await act({ engine: 'postgres', run: async (text) => (await client.query(text)).rows })
  } finally {
    await client.end()
  }
}
