// Every limit of the gateway, with the values of a node that nobody has configured.
import type { RateLimitMode } from '../platform/http/index.ts'

/** Limits of one node. Times are milliseconds. */
export interface GatewayLimits {
  /** Connections of this node; above it upgrades are answered 503. */
  readonly connectionsMax: number
  /**
   * Connect requests that are being answered; above it upgrades are answered 503, before a storm chokes the node. Connections that
   * ask for nothing do not count: whoever opens many of them shall not shut the others out.
   */
  readonly connectingMax: number
  /** Upgrades and connect requests that wait for their turn; above it upgrades are answered 503. An upgrade takes some 15 KB until then. */
  readonly waitingMax: number
  /** Connections of one party on this node; the next one is closed with 3504. */
  readonly connectionsPerPartyMax: number
  /** Requests of one connection that wait for the one under way; more are answered 111. */
  readonly waitingRequestsMax: number
  /**
   * Commands, frames without one among them, that one connection may send a second in the long run, and how many at once; then it is closed
   * with 3013. Clients send one or two at their connect and one every 25 s. At once may come a whole frame of commands and a little more.
   */
  readonly commandsPerSecond: number
  readonly commandsAtOnceMax: number
  /** Bytes that wait for a slow client; above it the connection is closed with 3008. */
  readonly queuedBytesMax: number
  /** How long a connection may be silent before its connect request; then 3502, which ends it for good, so it is long. */
  readonly connectMsMax: number
  /** How long we may take to answer a connect request; then 3004. */
  readonly answerMsMax: number
  readonly pingMs: number
  /** Shorter than `pingMs`; then 3012. */
  readonly pongMsMax: number
  /** Life of a connection in wall time; up to `lifetimeJitterMs` more. Then 3005, after which clients come back. */
  readonly lifetimeMs: number
  readonly lifetimeJitterMs: number
  /** How often the position of a live channel is compared with the store, at least and at most. */
  readonly positionCheckMsMin: number
  readonly positionCheckMsMax: number
  /** Connections that are closed at once when the node stops; the rest follows in steps. */
  readonly closedAtOnceMax: number
  /** How long all those steps take together. */
  readonly drainMs: number
}

export const DEFAULT_LIMITS: GatewayLimits = {
  connectionsMax: 50_000,
  connectingMax: 2_000,
  waitingMax: 10_000,
  connectionsPerPartyMax: 100,
  waitingRequestsMax: 64,
  commandsPerSecond: 50,
  commandsAtOnceMax: 1_200,
  queuedBytesMax: 1_048_576,
  connectMsMax: 25_000,
  answerMsMax: 10_000,
  pingMs: 25_000,
  pongMsMax: 10_000,
  lifetimeMs: 300_000,
  lifetimeJitterMs: 30_000,
  positionCheckMsMin: 25_000,
  positionCheckMsMax: 40_000,
  closedAtOnceMax: 200,
  drainMs: 5_000,
}

/** Limits of the commands of one connection, as strict as those of requests. */
export function commandLimits(mode: RateLimitMode): Pick<GatewayLimits, 'commandsPerSecond' | 'commandsAtOnceMax'> {
  const factor = FACTORS[mode]
  return {
    commandsPerSecond: DEFAULT_LIMITS.commandsPerSecond * factor,
    commandsAtOnceMax: DEFAULT_LIMITS.commandsAtOnceMax * factor,
  }
}

const FACTORS: Readonly<Record<RateLimitMode, number>> = { on: 1, generous: 10, off: Number.POSITIVE_INFINITY }

/** A longer message is answered with 1009, as by every server of this protocol; clients do not come back after it, and rightly. */
export const MESSAGE_BYTES_MAX = 65_536
/** Publications in one answer; of a longer stream the newest. */
export const PUBLICATIONS_PER_ANSWER_MAX = 5_000
