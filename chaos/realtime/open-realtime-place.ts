// Where random histories take place: a store, and a broker for each node on it.

import { silentLogger } from '../../packages/server/src/platform/logger.ts'
import { noMetrics } from '../../packages/server/src/platform/metrics.ts'
import { openPostgresStore } from '../../packages/server/src/platform/postgres/index.ts'
import { openSqliteStore } from '../../packages/server/src/platform/sqlite/index.ts'
import type { Store } from '../../packages/server/src/platform/store/index.ts'
import { makePrivatePostgres } from '../../packages/server/src/platform/store/testing/private-postgres.ts'
import { boundSeedRows } from '../../packages/server/src/platform/store/testing/seed-rows.ts'
import { createMemoryBroker, type MemoryExchange } from '../../packages/server/src/realtime/brokers/memory.ts'
import { createPostgresBroker } from '../../packages/server/src/realtime/brokers/postgres.ts'
import type { Broker } from '../../packages/server/src/realtime/index.ts'
import { SHOP_COMMANDS } from '../../packages/server/src/realtime/testing/given-shop.ts'

/** An open place. */
export interface RealtimePlace {
  readonly store: Store
  makeBroker(): Broker
  stop(): Promise<void>
}

const COMMANDS = [...SHOP_COMMANDS, boundSeedRows]

/** Places by the names of `--store`. */
export const REALTIME_PLACES: Readonly<Record<string, () => Promise<RealtimePlace>>> = {
  sqlite: async () => {
    const store = await openSqliteStore({ path: ':memory:', commands: COMMANDS })
    const exchange: MemoryExchange = new Set()
    return { store, makeBroker: () => createMemoryBroker(exchange), stop: () => store.stop() }
  },
  postgres: async () => {
    const server = makePrivatePostgres(['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'])
    if (server === undefined) throw new Error('There is no PostgreSQL on this machine; npm brings one.')
    await server.start()
    const store = await openPostgresStore({ url: server.url, commands: COMMANDS })
    return {
      store,
      makeBroker: () => createPostgresBroker(server.url, { logger: silentLogger, metrics: noMetrics }),
      stop: async () => {
        await store.stop()
        await server.remove()
      },
    }
  },
}
