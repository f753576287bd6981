// A PostgreSQL database for one test: cloned from a migrated template, dropped at the end.
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { prepareDatabase } from '../../postgres/prepare-database.ts'

/** A database of a test's own. */
export interface TestDatabase {
  readonly url: string
  /** Drops it, whoever is still connected. */
  drop(): Promise<void>
}

/** The server where tests may create databases; undefined where there is none. */
export const TEST_DATABASE_URL: string | undefined = process.env.TEST_DATABASE_URL || undefined

const MIGRATIONS_FOLDER = new URL('../migrations/', import.meta.url)
/** Any number that only makers of templates use. */
const TEMPLATE_LOCK = 4_405_601

let template: Promise<string> | null = null

/**
 * Clones the template, which the first to ask on this server makes and which stays there for the next run.
 *
 * @param serverUrl a database of the server, whose user may create others
 */
export async function openTestDatabase(serverUrl: string): Promise<TestDatabase> {
  template ??= makeTemplate(serverUrl)
  const name = `ordertrail_test_${randomBytes(8).toString('hex')}`
  const source = await template
  // By files: the other way writes each of some five hundred relations to the log first, in twice the time.
  await withClient(serverUrl, (client) => client.query(`create database ${name} template ${source} strategy file_copy`))
  const drop = async (): Promise<void> => {
    await withClient(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`))
  }
  return { url: databaseUrl(serverUrl, name), drop }
}

/** Named after the migrations, so that a changed one gets a new template. */
async function makeTemplate(serverUrl: string): Promise<string> {
  const name = `ordertrail_template_${migrationsHash()}`
  await withClient(serverUrl, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await createTemplate(client, serverUrl, name)
  })
  return name
}

/** Renamed at the end: a template that was interrupted is never taken for a whole one. */
async function createTemplate(client: pg.Client, serverUrl: string, name: string): Promise<void> {
  const draft = `${name}_draft`
  await client.query(`drop database if exists ${draft} with (force)`)
  await client.query(`create database ${draft}`)
  await prepareDatabase(databaseUrl(serverUrl, draft), false)
  await client.query(`alter database ${draft} rename to ${name}`)
}

function migrationsHash(): string {
  const hash = createHash('sha256')
  for (const file of readdirSync(MIGRATIONS_FOLDER).sort()) hash.update(readFileSync(new URL(file, MIGRATIONS_FOLDER)))
  return hash.digest('hex').slice(0, 12)
}

async function withClient<Value>(url: string, act: (client: pg.Client) => Promise<Value>): Promise<Value> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await act(client)
  } finally {
    await client.end()
  }
}

/** By hand: a URL without a host, as sockets need, is none to `new URL`. */
function databaseUrl(serverUrl: string, name: string): string {
  return serverUrl.replace(/^([^:]+:\/\/[^/?]*)(\/[^?]*)?/, `$1/${name}`)
}
