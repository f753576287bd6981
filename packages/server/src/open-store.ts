// Opens the store that the configuration names.
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Config, isAllRoles, type Role } from './platform/config/index.ts'
import type { Store } from './platform/store/index.ts'
import type { WriteSideOptions } from './write-side-options.ts'

const MEMORY = ':memory:'

/** Connections to PostgreSQL that read, made as they are needed. A dispatcher writes most of what it does. */
const READ_CONNECTIONS_MAX: Readonly<Record<Role, number>> = { api: 8, gateway: 8, dispatcher: 4 }

/** In the sources files end in .ts, in the published package in .js; a worker's module is found by its own URL. */
const WRITE_SIDE_MODULE = new URL(
  import.meta.url.endsWith('.ts') ? './write-side.ts' : './write-side.js',
  import.meta.url,
)

/**
 * Opens PostgreSQL where a database URL is set, else the SQLite file, whose folder is made when it is missing.
 *
 * Drivers are loaded here and not before, because each costs start-up time that the other engine need not pay.
 */
export async function openStore(config: Config, writeSideOptions: WriteSideOptions): Promise<Store> {
  const { databaseUrl, storePath } = config
  // What is due on the way of a skip is done by the process that skips.
  const allowTimeSkip = config.allowTimeSkip && isAllRoles(config.role)
  if (databaseUrl !== null) {
    const [{ openPostgresStore }, { composeWriteSide }] = await Promise.all([
      import('./platform/postgres/index.ts'),
      import('./write-side.ts'),
    ])
    const readConnectionsMax = Math.max(...config.role.map((role) => READ_CONNECTIONS_MAX[role]))
    const commands = composeWriteSide(writeSideOptions)
    return openPostgresStore({ url: databaseUrl, commands, allowTimeSkip, readConnectionsMax })
  }
  if (storePath !== MEMORY) await mkdir(dirname(storePath), { recursive: true })
  const { openSqliteStore } = await import('./platform/sqlite/index.ts')
  return openSqliteStore({ path: storePath, allowTimeSkip, writeSideModule: WRITE_SIDE_MODULE, writeSideOptions })
}
