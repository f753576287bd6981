// What @ordertrail/client/track gives: tracking and nothing else.
export { ordertrailEndpoints, type TrackEndpoints } from './endpoints.ts'
export type { StoreAnswer } from './look-at-order.ts'
export type {
  Aborted,
  Canceled,
  Done,
  Failed,
  FailureCode,
  Order,
  OrderContent,
  OrderItem,
  OrderPrice,
  Outcome,
  StatusUpdate,
  TimedOut,
  Via,
} from './outcome.ts'
export type { RequestLike, ResponseLike, Runtime, SocketLike } from './runtime.ts'
export type { TokenOption } from './token-source.ts'
export type { TrackOptions } from './track-order.ts'
export { createTracker, type Tracker, type TrackerOptions } from './tracker.ts'
export type { Tracking, Update } from './tracking.ts'
