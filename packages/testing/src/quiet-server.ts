// The server of an emulator: everything in this process, in memory, silent, reachable from this machine only.
import { type RunningServer, startServer } from '@ordertrail/server'
import type { TrailLog } from './trail-log.ts'

const SETTINGS = {
  host: '127.0.0.1',
  databaseUrl: null,
  storePath: ':memory:',
  logLevel: 'error',
  rateLimits: 'off',
  isMetricsOn: false,
} as const

/** Ids of one store; no test creates more orders. */
const IDS_PER_STORE = 100_000

/** Which port, and how many stores this emulator has had before. */
export interface QuietServerOptions {
  readonly port: number
  readonly storesBefore: number
}

/** Starts one whose trail goes into the log. Neither the environment nor a configuration file of the working folder reaches it. */
export async function startQuietServer(
  log: TrailLog,
  { port, storesBefore }: QuietServerOptions,
): Promise<RunningServer> {
  const server = await startServer({
    mode: 'dev',
    env: {},
    folder: import.meta.dirname,
    overrides: { ...SETTINGS, port },
    idOffset: storesBefore * IDS_PER_STORE,
  })
  server.watchTrail(log.take)
  return server
}
