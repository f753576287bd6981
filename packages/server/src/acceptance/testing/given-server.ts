// A whole server on a free port for acceptance tests, on every store that is there, called through real HTTP.
import { test } from 'node:test'
import { DEV_PROJECT } from '../../dev-project.ts'
import { type RunningServer, startServer } from '../../main.ts'
import { openTestDatabase, TEST_DATABASE_URL } from '../../platform/store/testing/index.ts'

/** The stores that acceptance tests run on. */
export type AcceptanceStore = 'sqlite' | 'postgres'

/** A running server with the demo project, and how to call it. */
export interface GivenServer {
  readonly url: string
  readonly server: RunningServer
  call(method: string, path: string, options?: CallOptions): Promise<CallAnswer>
  stop(): Promise<void>
}

/** Who calls and with what. `as` null: nobody; a text: that bearer token. */
export interface CallOptions {
  readonly as?: 'project' | 'admin' | null | { readonly bearer: string } | { readonly basic: string }
  readonly body?: unknown
  /** Sent as it is instead of `body`. */
  readonly rawBody?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer; `body` is parsed JSON, or text where it is none. */
export interface CallAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** Key of the installation in dev. */
const ADMIN_KEY = 'dev_admin_key_for_your_own_machine_only'

/** Starts a server whose store is empty but for the demo project. */
export async function givenServer(store: AcceptanceStore = 'sqlite', overrides: object = {}): Promise<GivenServer> {
  const database =
    store === 'postgres' && TEST_DATABASE_URL !== undefined ? await openTestDatabase(TEST_DATABASE_URL) : null
  const server = await startServer({
    mode: 'dev',
    env: {},
    overrides: {
      port: 0,
      logLevel: 'error',
      storePath: ':memory:',
      ...(database === null ? {} : { databaseUrl: database.url }),
      ...overrides,
    },
  })
  return {
    url: server.url,
    server,
    call: (method, path, options) => call(server.url, method, path, options),
    stop: async () => {
      await server.stop()
      await database?.drop()
    },
  }
}

/** Defines tests for every store; PostgreSQL is reported as skipped by name where there is none. */
export function eachAcceptanceStore(define: (store: AcceptanceStore) => void): void {
  define('sqlite')
  if (TEST_DATABASE_URL === undefined) test('postgres', { skip: 'TEST_DATABASE_URL is not set' })
  else define('postgres')
}

async function call(url: string, method: string, path: string, options: CallOptions = {}): Promise<CallAnswer> {
  const body = options.rawBody ?? (options.body === undefined ? undefined : JSON.stringify(options.body))
  const response = await fetch(new URL(path, url), {
    method,
    redirect: 'manual',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...authorization(options.as ?? null),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: parsed(text) }
}

function authorization(as: NonNullable<CallOptions['as']> | null): Readonly<Record<string, string>> {
  if (as === null) return {}
  if (as === 'project') return { authorization: basic(`${DEV_PROJECT.projectId}:${DEV_PROJECT.apiKey}`) }
  if (as === 'admin') return { authorization: `Bearer ${ADMIN_KEY}` }
  return { authorization: 'bearer' in as ? `Bearer ${as.bearer}` : basic(as.basic) }
}

function basic(credentials: string): string {
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
