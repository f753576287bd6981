// Where nodes live that are to be killed: a PostgreSQL of the run's own, and a NATS where it is wanted and there.
import pg from 'pg'
import { makePrivatePostgres } from '../../packages/server/src/platform/store/testing/private-postgres.ts'
import { makePrivateNats } from '../../packages/server/src/realtime/brokers/testing/private-nats.ts'
import { freezeConnections } from '../stage/freeze-connections.ts'
import type { GatewaysPlace } from './kill-gateways.ts'

/** Brokers by the names of `--broker`. */
export const GATEWAY_BROKERS = ['nats', 'postgres'] as const

/** An open place. */
export interface OpenGatewaysPlace {
  readonly place: GatewaysPlace
  close(): Promise<void>
}

/** @throws {Error} when a server is not on this machine */
export async function openGatewaysPlace(broker: (typeof GATEWAY_BROKERS)[number]): Promise<OpenGatewaysPlace> {
  const database = makePrivatePostgres(['fsync=off'])
  if (database === undefined) throw new Error('There is no PostgreSQL on this machine; npm brings one.')
  const nats = broker === 'nats' ? makePrivateNats() : null
  if (nats === undefined) throw new Error('There is no nats-server on this machine; use --broker postgres.')
  await Promise.all([database.start(), nats?.start()])
  const place: GatewaysPlace = {
    databaseUrl: database.url,
    database: { ...database, ...frozenConnections(database.url) },
    nats: nats === null ? null : { ...nats, url: nats.url },
    topsOf: (userIds) => topsOf(database.url, userIds),
  }
  const close = async (): Promise<void> => {
    await Promise.all([database.remove(), nats?.kill()])
  }
  return { place, close }
}

async function topsOf(url: string, userIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const text = `select party_id, last_offset::int from channels where party_kind = 'user' and party_id = any($1)`
    const { rows } = await client.query<{ party_id: string; last_offset: number }>(text, [userIds])
    return new Map(rows.map((row) => [row.party_id, row.last_offset]))
  } finally {
    await client.end()
  }
}

function frozenConnections(url: string): Pick<GatewaysPlace['database'], 'freeze' | 'thaw'> {
  let thaw = (): void => undefined
  return {
    freeze: async () => {
      thaw = await freezeConnections(url)
    },
    thaw: async () => thaw(),
  }
}
