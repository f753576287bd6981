// The broker of installations of a few nodes: LISTEN and NOTIFY of the PostgreSQL that holds the store, on a connection of its own.
import pg from 'pg'
import { servingSettings } from '../../platform/postgres/index.ts'
import type { Broker } from '../broker.ts'
import { type CarriedBrokerDeps, createCarriedBroker } from './carried-broker.ts'
import type { Carrier, CarrierInbox } from './carrier.ts'
import { packLines, splitLines } from './message.ts'

/** Every node hears every hint and keeps those it has connections for. Names of a database are its own, so installations stay apart. */
const NOTIFY_NAME = 'ordertrail_hints'
const CONNECT_MS_MAX = 2_000
const ANSWER_MS_MAX = 5_000
const GOODBYE_MS_MAX = 500

// A notification that a crash of the server swallows is found by comparing positions, so nothing waits for the disk.
const PREPARE = 'set synchronous_commit = off; select pg_backend_pid() as pid'
const LISTEN = `listen ${NOTIFY_NAME}`
// Outside any transaction that writes: there a NOTIFY makes all commits of the database queue.
const NOTIFY = `select pg_notify('${NOTIFY_NAME}', line) from unnest($1::text[]) as line`

/** Makes a broker over the database at `url`; the connection must be one to the server itself, not to a pooler of transactions. */
export function createPostgresBroker(url: string, deps: CarriedBrokerDeps): Broker {
  return createCarriedBroker((inbox) => openCarrier(url, inbox), deps)
}

async function openCarrier(url: string, inbox: CarrierInbox): Promise<Carrier> {
  const patience = { connectMsMax: CONNECT_MS_MAX, statementMsMax: ANSWER_MS_MAX, silenceMsMax: ANSWER_MS_MAX }
  const client = new pg.Client({ ...servingSettings(url, patience), application_name: 'ordertrail broker' })
  const { promise: ended, resolve: end } = Promise.withResolvers<unknown>()
  client.on('error', end)
  client.on('end', () => end(new Error('PostgreSQL has ended the connection.')))
  let ownPid = 0
  let isListening = false
  client.on('notification', ({ processId, payload = '' }) => {
    if (processId !== ownPid) for (const line of splitLines(payload)) inbox.onLine(line)
  })
  const close = (): Promise<void> => closeClient(client)
  try {
    await client.connect()
    ownPid = await prepare(client)
  } catch (error) {
    await close()
    throw error
  }
  return {
    ended,
    send: async (messages) => {
      await client.query(NOTIFY, [packLines(messages.map(({ line }) => line))])
    },
    // Whoever follows one channel hears all; a process without clients follows none.
    follow: async (channels) => {
      if (channels.length === 0 || isListening) return
      await client.query(LISTEN)
      isListening = true
    },
    leave: () => undefined,
    beat: async () => {
      await client.query('select 1')
    },
    close,
  }
}

/** @returns the number by which the server names this connection */
async function prepare(client: pg.Client): Promise<number> {
  const results: unknown = await client.query(PREPARE)
  const last = (results as readonly pg.QueryResult<{ readonly pid: number }>[]).at(-1)
  return last?.rows[0]?.pid ?? 0
}

/** Says goodbye; a server that does not answer is left after a moment. */
async function closeClient(client: pg.Client): Promise<void> {
  const patience = setTimeout(() => client.connection.stream.destroy(), GOODBYE_MS_MAX)
  await client.end().catch(() => undefined)
  clearTimeout(patience)
  client.connection.stream.destroy()
}
