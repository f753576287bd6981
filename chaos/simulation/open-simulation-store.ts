// Stores for simulations that are run by hand: SQLite in memory, or a PostgreSQL of the run's own that never waits for the disk.
import { openPostgresStore } from '../../packages/server/src/platform/postgres/index.ts'
import { openSqliteStore } from '../../packages/server/src/platform/sqlite/index.ts'
import { makePrivatePostgres } from '../../packages/server/src/platform/store/testing/private-postgres.ts'
import { boundSeedRows } from '../../packages/server/src/platform/store/testing/seed-rows.ts'
import type { OpenStore } from './simulated-time.ts'

/** Engines by their name on the command line. */
export const SIMULATION_STORES: Readonly<Record<string, OpenStore>> = {
  sqlite: async ({ commands }) => {
    const store = await openSqliteStore({ path: ':memory:', commands: [...commands, boundSeedRows] })
    return { store, stop: () => store.stop() }
  },
  postgres: async ({ commands }) => {
    const server = makePrivatePostgres(['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'])
    if (server === undefined)
      throw new Error('There is no PostgreSQL on this machine; npm brings one, see CONTRIBUTING.md.')
    await server.start()
    const store = await openPostgresStore({ url: server.url, commands: [...commands, boundSeedRows] })
    const stop = async (): Promise<void> => {
      await store.stop()
      await server.remove()
    }
    return { store, stop }
  },
}
