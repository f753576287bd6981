// What other programs may use of the command line: its session with a running emulator, and how it shows things.
export {
  CallFailed,
  type DevSession,
  devSession,
  type OrderView,
  type PaymentEnd,
  type PlacedOrder,
  type Resent,
  type SandboxOutcome,
  timeOfDay,
} from '@ordertrail/server/dev-tools'
export { DEMO_SKU, devKeys } from './dev-keys.ts'
export { type DevScreen, devScreen } from './dev-screen.ts'
export { hasTerminal, type KeyBinding, type KeyListener, keysLine, readKeys } from './terminal-keys.ts'
export { ownVersion } from './version.ts'
