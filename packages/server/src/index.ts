// What programs that run a server may use.
import type { ReadConfigOptions } from './platform/config/index.ts'

export { DEV_PROJECT } from './dev-project.ts'
export { type RunningServer, startServer } from './main.ts'
export { printConfig, type ReadConfigOptions, readConfig } from './platform/config/index.ts'
export type { Observe, TrailEvent } from './platform/trail.ts'

/** Settings that go before environment and file. */
export type ConfigOverrides = NonNullable<ReadConfigOptions['overrides']>
