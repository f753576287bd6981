// The store's own tests run on every engine and on both ways of running the write side, with the probe commands.
import { openSqliteStore } from '../../sqlite/index.ts'
import type { Store } from '../index.ts'
import {
  eachStore,
  filePlace,
  openIn,
  type TestEngine,
  type TestPlace,
  type TestStore,
  type TestStoreOptions,
} from './open-test-store.ts'
import { composeWriteSide } from './probe-write-side.ts'

/** Where the write side runs: in this thread, or for `sqlite thread` as in production. */
export type ProbeEngine = TestEngine | 'sqlite thread'

/** Opens a store that has the probe commands. */
export type OpenProbeStore = (options?: Omit<TestStoreOptions, 'commands'>) => Promise<TestStore>

/** Calls `define` for each. */
export function eachProbeStore(define: (name: ProbeEngine, open: OpenProbeStore) => void): void {
  eachStore((name, open) => define(name, (options) => open({ ...options, commands: withoutSeed() })))
  define('sqlite thread', (options) => openIn(threadPlace(options?.allowTimeSkip ?? true)))
}

/** A file whose write side is the module of the probe commands. */
function threadPlace(allowTimeSkip: boolean): TestPlace {
  return filePlace((path) => openThreadStore(path, allowTimeSkip))
}

/** Opens `path` as a process would. */
export function openThreadStore(path: string, allowTimeSkip = false): Promise<Store> {
  const writeSideModule = new URL('./probe-write-side.ts', import.meta.url)
  return openSqliteStore({ path, allowTimeSkip, writeSideModule, writeSideOptions: null })
}

/** Test stores bring the command that seeds rows themselves. */
function withoutSeed(): ReturnType<typeof composeWriteSide> {
  return composeWriteSide().filter(({ command }) => command.name !== 'test.seed-rows')
}
