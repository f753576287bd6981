// Empties a node that stops: its clients come back within a second, so they are sent away in steps.
import type { Clock } from '../platform/clock.ts'
import type { GatewayLimits } from './gateway-limits.ts'
import type { Sessions } from './sessions.ts'

/** What draining needs; `onTick`: called several times a second. */
export interface DrainDeps {
  readonly sessions: Pick<Sessions, 'connectionCount' | 'drain' | 'terminate' | 'settle'>
  readonly limits: Pick<GatewayLimits, 'closedAtOnceMax' | 'drainMs'>
  readonly clock: Pick<Clock, 'monotonic'>
  readonly onTick: Set<() => void>
}

/** How long clients may take for their closing handshake after the last step. */
const GRACE_MS = 2_000

/** How many connections of `total` are to be closed `elapsedMs` after the beginning; all of them when few. */
export function drainedBy(
  elapsedMs: number,
  total: number,
  { closedAtOnceMax, drainMs }: Pick<GatewayLimits, 'closedAtOnceMax' | 'drainMs'>,
): number {
  if (drainMs <= 0 || elapsedMs >= drainMs) return total
  const rest = Math.max(0, total - closedAtOnceMax)
  return Math.min(total, closedAtOnceMax + Math.floor((rest * elapsedMs) / drainMs))
}

/** Resolves when no connection is left. */
export async function drainSessions({ sessions, limits, clock, onTick }: DrainDeps): Promise<void> {
  const total = sessions.connectionCount
  const from = clock.monotonic()
  let drained = 0
  const step = (): void => {
    const elapsedMs = clock.monotonic() - from
    const wanted = drainedBy(elapsedMs, total, limits)
    if (wanted > drained) sessions.drain(wanted - drained)
    drained = wanted
    if (elapsedMs >= limits.drainMs + GRACE_MS) sessions.terminate()
  }
  onTick.add(step)
  step()
  await sessions.settle()
  onTick.delete(step)
}
