// What tools around an emulator share: its calls, and words for what happens in it. It loads none of the server.
export { CallFailed, callServer, type ServerAddress } from './call-server.ts'
export {
  type DevSession,
  devSession,
  type OrderView,
  type PaymentEnd,
  type PlacedOrder,
  type Resent,
  type SandboxOutcome,
} from './dev-session.ts'
export { formatTrailLine, type TrailLine, timeOfDay, trailLine } from './trail-line.ts'
