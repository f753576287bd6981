// Stores of the bench: a PostgreSQL and SQLite files that wait for the disk, seeded once and copied for each round.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { openPostgresStore } from '../../packages/server/src/platform/postgres/index.ts'
import { openSqliteStore } from '../../packages/server/src/platform/sqlite/index.ts'
import type { Store } from '../../packages/server/src/platform/store/index.ts'
import { makePrivatePostgres } from '../../packages/server/src/platform/store/testing/private-postgres.ts'
import { composeWriteSide } from '../../packages/server/src/write-side.ts'

/** Where a store is: a SQLite file or a PostgreSQL URL. */
export type Place =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgres'; readonly url: string }

/** Name of an engine, as `ordertrail` knows it. */
export type EngineName = Place['engine']

/** Engines as people read them. */
export const ENGINE_TITLES: Readonly<Record<EngineName, string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL' }

/** The databases of one run. */
export interface Databases {
  /** A new empty place. */
  make(engine: EngineName): Promise<Place>
  /** A place with the rows of `source`, which nobody may have open. */
  copy(source: Place): Promise<Place>
  /** Takes a place away; files go with the folder of the run. */
  drop(place: Place): Promise<void>
  stop(): Promise<void>
}

const WRITE_SIDE_MODULE = new URL('../../packages/server/src/write-side.ts', import.meta.url)

/** Starts the databases for as long as `use` runs. @throws what startDatabases or `use` throws */
export async function withDatabases<Value>(
  folder: string,
  use: (databases: Databases) => Promise<Value>,
): Promise<Value> {
  const databases = await startDatabases(folder)
  try {
    return await use(databases)
  } finally {
    await databases.stop()
  }
}

/**
 * Starts the PostgreSQL of the run, with its default durability, below the temporary folder of this machine.
 *
 * @throws {Error} where no PostgreSQL runs
 */
export async function startDatabases(folder: string): Promise<Databases> {
  const postgres = makePrivatePostgres()
  if (postgres === undefined) throw new Error('No PostgreSQL runs on this machine; the bench needs one.')
  await postgres.start()
  let lastNumber = 0
  const newName = (): string => {
    lastNumber += 1
    return `bench_${lastNumber}`
  }
  const createDatabase = async (template: string): Promise<Place> => {
    const name = newName()
    // Copied file by file, because the other way writes all of it into the log.
    await queryOnce(postgres.url, `create database ${name} template ${template} strategy file_copy`)
    return { engine: 'postgres', url: databaseUrl(postgres.url, name) }
  }
  return {
    async make(engine) {
      return engine === 'postgres' ? createDatabase('template0') : { engine, path: join(folder, `${newName()}.db`) }
    },
    async copy(source) {
      if (source.engine === 'postgres') return createDatabase(databaseName(source.url))
      const path = join(folder, `${newName()}.db`)
      cpSync(source.path, path)
      return { engine: 'sqlite', path }
    },
    async drop(place) {
      if (place.engine === 'postgres')
        await queryOnce(postgres.url, `drop database ${databaseName(place.url)} with (force)`)
    },
    stop: () => postgres.remove(),
  }
}

/** Opens a place in this process, without anything that sends. */
export function openPlace(place: Place): Promise<Store> {
  const writeSideOptions = { isDev: false }
  return place.engine === 'postgres'
    ? openPostgresStore({ url: place.url, commands: composeWriteSide(writeSideOptions) })
    : openSqliteStore({ path: place.path, writeSideModule: WRITE_SIDE_MODULE, writeSideOptions })
}

/** Opens a place for as long as `act` takes. */
export async function withStore<Value>(place: Place, act: (store: Store) => Promise<Value>): Promise<Value> {
  const store = await openPlace(place)
  try {
    return await act(store)
  } finally {
    await store.stop()
  }
}

/** Runs statements on a PostgreSQL database; no time limit. */
export async function queryOnce(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

function databaseName(url: string): string {
  return /^[^:]+:\/\/[^/?]*\/([^?]*)/.exec(url)?.[1] ?? ''
}

/** By hand: a URL without a host, as sockets need, is none to `new URL`. */
function databaseUrl(serverUrl: string, name: string): string {
  return serverUrl.replace(/^([^:]+:\/\/[^/?]*)(\/[^?]*)?/, `$1/${name}`)
}
