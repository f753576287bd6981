// Opens the store that the configuration names.
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Config } from './platform/config/index.ts'
import type { Store } from './platform/store/index.ts'
import type { WriteSideOptions } from './write-side-options.ts'

const MEMORY = ':memory:'

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
  const { databaseUrl, storePath, allowTimeSkip } = config
  if (databaseUrl !== null) {
    const [{ openPostgresStore }, { composeWriteSide }] = await Promise.all([
      import('./platform/postgres/index.ts'),
      import('./write-side.ts'),
    ])
    return openPostgresStore({ url: databaseUrl, commands: composeWriteSide(writeSideOptions), allowTimeSkip })
  }
  if (storePath !== MEMORY) await mkdir(dirname(storePath), { recursive: true })
  const { openSqliteStore } = await import('./platform/sqlite/index.ts')
  return openSqliteStore({ path: storePath, allowTimeSkip, writeSideModule: WRITE_SIDE_MODULE, writeSideOptions })
}
