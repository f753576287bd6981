// Stores on simulated time: the real commands with their real statements, only the clock of their transactions is ours.
import type { BoundCommand, Store } from '../../packages/server/src/platform/store/index.ts'
import { composeWriteSide } from '../../packages/server/src/write-side.ts'

/** Where time begins in every simulation, so that a seed repeats every row. */
export const SIMULATION_START_MS: number = Date.UTC(2026, 0, 5)

/** Wall time of a simulation, in milliseconds; only the simulation moves it. */
export interface SimulatedTime {
  now: number
}

/** An open store that belongs to one simulation. */
export interface OpenedStore {
  readonly store: Store
  stop(): Promise<void>
}

/** Opens an empty store with these commands and `test.seed-rows`; stopping it is up to the caller. */
export type OpenStore = (options: { readonly commands: readonly BoundCommand[] }) => Promise<OpenedStore>

/** Every command of the server, and `others`; their transactions read `time` instead of the engine's clock. */
export function simulatedCommands(time: SimulatedTime, others: readonly BoundCommand[] = []): readonly BoundCommand[] {
  return [...composeWriteSide({ isDev: true }), ...others].map(({ command, handle }) => ({
    command,
    handle: (tx, inputs) => handle({ ...tx, now: time.now, leaseNow: time.now }, inputs),
  }))
}
