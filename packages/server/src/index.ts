// What programs that run a server may use.
export { DEV_PROJECT } from './dev-project.ts'
export { type RunningServer, type StartServerOptions, startServer } from './main.ts'
export { printConfig, type ReadConfigOptions, readConfig } from './platform/config/index.ts'
export type { TrailEvent, TrailWatcher } from './platform/trail.ts'
