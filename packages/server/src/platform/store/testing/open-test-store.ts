// Opens a store for a test, with the handlers in this thread.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { openPostgresStore } from '../../postgres/index.ts'
import { openSqliteStore } from '../../sqlite/index.ts'
import type { BoundCommand, Store } from '../index.ts'
import { writeEmptyFile } from './empty-file.ts'
import { boundSeedRows } from './seed-rows.ts'
import { openTestDatabase, TEST_DATABASE_URL } from './test-database.ts'

/** Where a test store is kept. */
export type TestEngine = 'sqlite memory' | 'sqlite file' | 'postgres'

/** What a test store is opened with. */
export interface TestStoreOptions {
  readonly commands?: readonly BoundCommand[]
  /** True when left out. */
  readonly allowTimeSkip?: boolean
}

/** An open store of a test. */
export interface TestStore {
  readonly store: Store
  /** Stops the store and opens what it kept once more; a store in memory keeps nothing. */
  reopen(): Promise<Store>
  /** Stops the store and removes what it kept. */
  stop(): Promise<void>
}

/** The place where a store is kept, and how one is opened there. */
export interface TestPlace {
  open(): Promise<Store>
  remove(): Promise<void>
}

const ENGINES: readonly TestEngine[] = ['sqlite memory', 'sqlite file', 'postgres']

/** Opens an empty store; `postgres` needs TEST_DATABASE_URL. */
export async function openTestStore(engine: TestEngine, options: TestStoreOptions = {}): Promise<TestStore> {
  return openIn(await placeFor(engine, options))
}

/** Opens a store in a place of its own. */
export async function openIn(place: TestPlace): Promise<TestStore> {
  let store = await place.open()
  return {
    store,
    reopen: async () => {
      await store.stop()
      store = await place.open()
      return store
    },
    stop: async () => {
      await store.stop()
      await place.remove()
    },
  }
}

/**
 * Calls `define` for every engine, so that it registers its tests; each of them opens its own store.
 *
 * Without TEST_DATABASE_URL one test named `postgres` is reported as skipped instead.
 */
export function eachStore(
  define: (name: TestEngine, open: (options?: TestStoreOptions) => Promise<TestStore>) => void,
): void {
  for (const engine of ENGINES) {
    if (engine === 'postgres' && TEST_DATABASE_URL === undefined) skipPostgres()
    else define(engine, (options) => openTestStore(engine, options))
  }
}

/** Says in the report that the tests on PostgreSQL did not run. */
function skipPostgres(): void {
  test('postgres', { skip: 'TEST_DATABASE_URL is not set' })
}

async function placeFor(
  engine: TestEngine,
  { commands = [], allowTimeSkip = true }: TestStoreOptions,
): Promise<TestPlace> {
  const options = { commands: [...commands, boundSeedRows].map(overThreadBorder), allowTimeSkip }
  if (engine === 'postgres') {
    if (TEST_DATABASE_URL === undefined) throw new Error('TEST_DATABASE_URL is not set.')
    const database = await openTestDatabase(TEST_DATABASE_URL)
    return { open: () => openPostgresStore({ ...options, url: database.url }), remove: () => database.drop() }
  }
  if (engine === 'sqlite file') return filePlace((path) => openSqliteStore({ ...options, path }))
  return { open: () => openSqliteStore({ ...options, path: ':memory:' }), remove: async () => {} }
}

/** A place for a SQLite file, in a temporary folder; its tables are there before it is opened. */
export function filePlace(open: (path: string) => Promise<Store>): TestPlace {
  const folder = mkdtempSync(join(tmpdir(), 'ordertrail-store-'))
  const path = join(folder, 'shop.db')
  return {
    open: async () => {
      if (!existsSync(path)) await writeEmptyFile(path)
      return open(path)
    },
    remove: async () => rmSync(folder, { recursive: true }),
  }
}

/** In production these cross to the write thread; a test whose data could not must fail too. */
function overThreadBorder({ command, handle }: BoundCommand): BoundCommand {
  const cloned = async (...[tx, inputs]: Parameters<typeof handle>): Promise<readonly unknown[]> =>
    structuredClone(await handle(tx, structuredClone(inputs)))
  return { command, handle: cloned }
}
