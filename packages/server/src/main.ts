// Starts and stops a server from its configuration.
import type { App } from './app.ts'
import { openStore } from './open-store.ts'
import { type ReadConfig, type ReadConfigOptions, readConfig } from './platform/config/index.ts'
import { startAll, stopAll } from './platform/service.ts'
import type { TrailWatcher } from './platform/trail.ts'
import { seedDevProject } from './seed-dev-project.ts'
import type { WriteSideOptions } from './write-side-options.ts'

/** A server that answers. */
export interface RunningServer {
  /** How a client on this machine reaches it. */
  readonly url: string
  /** The store in words, without credentials. */
  readonly storeName: string
  /** Calls back for everything that happens; returns its own removal. */
  watchTrail(watcher: TrailWatcher): () => void
  /** Ends after what is under way. Safe to call twice. */
  stop(): Promise<void>
}

/** Where the configuration comes from. */
export interface StartServerOptions extends ReadConfigOptions {
  /** In dev, for a new store: how much later than usual ids begin, so that a listener that knew the last store takes none for a repeat. */
  readonly idOffset?: number
}

/**
 * Reads the configuration, opens the store, starts everything and resolves when requests are answered. In dev the demo project is there.
 *
 * @throws AppError config_invalid with every wrong setting, or of the store when it cannot be opened
 */
export async function startServer({ idOffset = 0, ...options }: StartServerOptions): Promise<RunningServer> {
  const read = await readConfig(options)
  // The write thread of a SQLite file loads its modules while this one loads the rest.
  const [store, { createApp }] = await Promise.all([openStore(read.config, writeSideOptions(read)), import('./app.ts')])
  const app = await createApp(read.config, store)
  for (const sentence of read.warnings) app.logger.warn('config.suspicious', { sentence })
  await startOrClose(app, read, idOffset)
  const { url } = app.http.address()
  app.logger.info('server.started', { detail: `${url}, ${storeNameOf(read)}`, role: read.config.role.join(',') })
  return {
    url,
    storeName: storeNameOf(read),
    watchTrail: app.trail.watch,
    stop: async () => {
      await stopAll(app.services, { logger: app.logger })
      app.logger.info('server.stopped')
    },
  }
}

function writeSideOptions({ config }: ReadConfig): WriteSideOptions {
  return { isDev: config.mode === 'dev' }
}

/** A server that cannot start leaves no store open and no port taken. */
async function startOrClose(app: App, { config }: ReadConfig, idOffset: number): Promise<void> {
  try {
    if (config.mode === 'dev') await seedDevProject(app.store, app.seal, idOffset)
    await startAll(app.services, { logger: app.logger })
  } catch (error) {
    await stopAll(app.services, { logger: app.logger })
    await app.store.stop()
    throw error
  }
}

function storeNameOf({ config }: ReadConfig): string {
  return config.databaseUrl === null ? `SQLite ${config.storePath}` : `PostgreSQL ${databaseName(config.databaseUrl)}`
}

/** The database's name alone: host and user are nobody's business on a screen. */
function databaseName(url: string): string {
  return /^[^:]+:\/\/[^/?]*\/([^?]*)/.exec(url)?.[1] || 'default database'
}
