// What a connection may do next: pure decisions over its phase and its deadlines.
import type { ReceivedCommand } from '@ordertrail/centrifuge-protocol'

/**
 * `new`: nothing was asked. `connecting`: the connect request is being answered. `live`: let in. `closed`: nothing is sent or
 * taken any more.
 */
export type Phase = 'new' | 'connecting' | 'live' | 'closed'

/** What to do with a command: connect comes first and once, everything else follows it. */
export type Admission = 'pass_over' | 'connect' | 'answer' | 'bad_request'

/** Engine clients send pongs that nobody asked for, to keep their connection alive; those are welcome at any time. */
export function admitCommand(phase: Phase, command: ReceivedCommand): Admission {
  if (phase === 'closed' || command.kind === 'pong') return 'pass_over'
  const isConnect = command.kind === 'request' && command.method === 'connect'
  if (phase === 'new') return isConnect ? 'connect' : 'bad_request'
  // Hand-written clients do not wait for the answer to their connect request, so others may stand behind it.
  return isConnect ? 'bad_request' : 'answer'
}

/** How often a client may send. */
export interface CommandRate {
  readonly commandsPerSecond: number
  readonly commandsAtOnceMax: number
}

/**
 * Counts commands by when they are paid for, at so many a second.
 *
 * @param paidAt when all commands so far are paid for; monotonic milliseconds, like `now`
 * @returns when these are, too; null: they are more than may come at once
 */
export function payForCommands(
  count: number,
  paidAt: number,
  now: number,
  { commandsPerSecond, commandsAtOnceMax }: CommandRate,
): number | null {
  const paid = Math.max(paidAt, now) + (count * 1_000) / commandsPerSecond
  return (paid - now) * commandsPerSecond > commandsAtOnceMax * 1_000 + ROUNDING ? null : paid
}

/** Sums of many thousandths are off by less than this. */
const ROUNDING = 1e-3

/** Deadlines of a connection that was let in; monotonic milliseconds but for `endsAt`, which is wall time. */
export interface LiveTimes {
  readonly pingAt: number
  /** When the pong to the last ping must be here; null: it is. */
  readonly pongBy: number | null
  readonly endsAt: number
}

/** One moment on both clocks. */
export interface Moment {
  readonly monotonic: number
  readonly wall: number
}

/** What is due on a live connection. */
export function decideDue(times: LiveTimes, now: Moment): 'expired' | 'no_pong' | 'ping' | 'nothing' {
  if (times.endsAt <= now.wall) return 'expired'
  if (times.pongBy !== null && times.pongBy <= now.monotonic) return 'no_pong'
  return times.pingAt <= now.monotonic ? 'ping' : 'nothing'
}

/** Monotonic time of the next deadline. */
export function nextDeadline(times: LiveTimes, now: Moment): number {
  return Math.min(times.pingAt, times.pongBy ?? Number.POSITIVE_INFINITY, now.monotonic + times.endsAt - now.wall)
}
