// Every make of broker for the suite that all of them pass: how nodes are made, and what can be done to the server between them.
import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { connect } from '@nats-io/transport-node'
import pg from 'pg'
import { silentLogger } from '../../../platform/logger.ts'
import { parseNatsServer } from '../../../platform/nats-server.ts'
import { openTestDatabase, TEST_DATABASE_URL } from '../../../platform/store/testing/index.ts'
import type { Broker } from '../../broker.ts'
import type { CarriedBrokerDeps } from '../carried-broker.ts'
import { createMemoryBroker, type MemoryExchange } from '../memory.ts'
import { createNatsBroker, subjectOf } from '../nats.ts'
import { createPostgresBroker } from '../postgres.ts'
import { type CutProxy, givenProxy } from './cut-proxy.ts'

/** How quickly brokers of tests try again. */
const TEST_PACE = { beatMs: 100, subscribeMsMax: 100, retryMsMin: 5, retryMsMax: 20, drainMsMax: 100 }
/** Over a wire that is going to be silent: long enough for a busy machine, short enough to wait for. */
const SHORT_PACE = { ...TEST_PACE, silenceMsMax: 1_500 }

export type BrokerDeps = Pick<CarriedBrokerDeps, 'metrics'>

/** A place where brokers meet. */
export interface BrokerPlace {
  /** Makes the broker of another node. */
  makeBroker(deps: BrokerDeps): Broker
}

/** A place whose server can be taken away. */
export interface ServedPlace extends BrokerPlace {
  /** The same with its connections over `proxy`. */
  makeCuttable(deps: BrokerDeps): Broker
  readonly proxy: CutProxy
  /** Sends a text to those who hear `channel`, as a stranger could. */
  say(channel: string, text: string): Promise<void>
}

export const TEST_NATS_URL: string | undefined = process.env.TEST_NATS_URL || undefined

const DEPS = { logger: silentLogger, pace: TEST_PACE, random: () => 0.5 }
const CUTTABLE_DEPS = { ...DEPS, pace: SHORT_PACE }

/** Nodes of one process. */
export function memoryPlace(): BrokerPlace {
  const exchange: MemoryExchange = new Set()
  return { makeBroker: () => createMemoryBroker(exchange) }
}

/** A database of the test's own. */
export async function postgresPlace(t: TestContext): Promise<ServedPlace> {
  const database = await openTestDatabase(TEST_DATABASE_URL ?? '')
  t.after(() => database.drop())
  const { host, port = 5432, database: name, user } = new pg.Client(database.url)
  const target = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port }
  const proxy = await givenProxy(t, target)
  const proxied = `postgresql://${user}@127.0.0.1:${proxy.port}/${name}`
  return {
    makeBroker: (deps) => createPostgresBroker(database.url, { ...DEPS, ...deps }),
    makeCuttable: (deps) => createPostgresBroker(proxied, { ...CUTTABLE_DEPS, ...deps }),
    proxy,
    say: async (_, text) => {
      const client = new pg.Client(database.url)
      await client.connect()
      await client.query(`select pg_notify('ordertrail_hints', $1)`, [text])
      await client.end()
    },
  }
}

/** Subjects of the test's own. */
export async function natsPlace(t: TestContext): Promise<ServedPlace> {
  const server = parseNatsServer(TEST_NATS_URL ?? '')
  if (server === undefined) throw new Error('TEST_NATS_URL is not set.')
  const { host, port } = server
  const proxy = await givenProxy(t, { host, port })
  const prefix = `test-${randomBytes(8).toString('hex')}`
  return {
    makeBroker: (deps) => createNatsBroker({ servers: [server], prefix }, { ...DEPS, ...deps }),
    makeCuttable: (deps) =>
      createNatsBroker(
        { servers: [{ ...server, host: '127.0.0.1', port: proxy.port }], prefix },
        { ...CUTTABLE_DEPS, ...deps },
      ),
    proxy,
    say: async (channel, text) => {
      const connection = await connect({ servers: `${host}:${port}` })
      connection.publish(subjectOf(prefix, channel), text)
      await connection.flush()
      await connection.close()
    },
  }
}
