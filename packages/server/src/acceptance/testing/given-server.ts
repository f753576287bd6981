// A whole server on a free port for acceptance tests, on every store that is there, called through real HTTP.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type RunningServer, startServer } from '../../main.ts'
import { openTestDatabase, TEST_DATABASE_URL } from '../../platform/store/testing/index.ts'
import { type CallAnswer, type CallOptions, callServer } from './call-server.ts'
import { readPostgres, readSqlite, type StoreContent } from './store-content.ts'

/** The stores that acceptance tests run on. */
export type AcceptanceStore = 'sqlite' | 'postgres'

/** A running server with the demo project, and how to call it. */
export interface GivenServer {
  readonly url: string
  readonly server: RunningServer
  call(method: string, path: string, options?: CallOptions): Promise<CallAnswer>
  /** What every table holds, read beside the server. Needs `isReadable`. */
  content(): Promise<StoreContent>
  stop(): Promise<void>
}

/** How to start it; `isReadable`: SQLite keeps a file, so that `content` can read beside the server. */
export interface GivenServerOptions {
  readonly store?: AcceptanceStore
  readonly isReadable?: boolean
  /** Default: dev. `start` is how it runs in production: no demo project, no rights by loopback, no skipping of time. */
  readonly mode?: 'dev' | 'start'
  readonly overrides?: Readonly<Record<string, unknown>>
}

/** Starts a server whose store is empty but for the demo project, and stops it with the test. */
export async function givenServer(t: TestContext, options: GivenServerOptions = {}): Promise<GivenServer> {
  const given = await startGivenServer(options)
  t.after(() => given.stop())
  return given
}

/** The same for a whole file: the caller stops it. */
export async function startGivenServer(options: GivenServerOptions = {}): Promise<GivenServer> {
  const place = await storePlace(options)
  const server = await startServer({
    mode: options.mode ?? 'dev',
    env: {},
    overrides: { port: 0, logLevel: 'error', rateLimits: 'off', ...place.settings, ...options.overrides },
  })
  return {
    url: server.url,
    server,
    call: (method, path, callOptions) => callServer(server.url, method, path, callOptions),
    content: place.read,
    stop: async () => {
      await server.stop()
      await place.remove()
    },
  }
}

/** Where a store lives: what the server is told, how to read beside it, and its end. */
interface StorePlace {
  readonly settings: Readonly<Record<string, unknown>>
  read(): Promise<StoreContent>
  remove(): Promise<void>
}

async function storePlace({ store = 'sqlite', isReadable = false }: GivenServerOptions): Promise<StorePlace> {
  if (store === 'postgres') return postgresPlace()
  if (!isReadable) return { settings: { storePath: ':memory:' }, read: unreadable, remove: async () => undefined }
  const folder = await mkdtemp(join(tmpdir(), 'ordertrail-acceptance-'))
  const storePath = join(folder, 'store.db')
  return {
    settings: { storePath },
    read: async () => readSqlite(storePath),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

async function postgresPlace(): Promise<StorePlace> {
  if (TEST_DATABASE_URL === undefined) throw new Error('TEST_DATABASE_URL is not set.')
  const database = await openTestDatabase(TEST_DATABASE_URL)
  return {
    settings: { databaseUrl: database.url },
    read: () => readPostgres(database.url),
    remove: () => database.drop(),
  }
}

async function unreadable(): Promise<StoreContent> {
  throw new Error('A store in memory cannot be read beside its server; ask for isReadable.')
}

/** Defines tests for every store; PostgreSQL is reported as skipped by name where there is none. */
export function eachAcceptanceStore(define: (store: AcceptanceStore) => void): void {
  define('sqlite')
  if (TEST_DATABASE_URL === undefined) test('postgres', { skip: 'TEST_DATABASE_URL is not set' })
  else define('postgres')
}
