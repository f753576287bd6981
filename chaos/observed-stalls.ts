// How late the observer itself was: a timer that should fire every few milliseconds, and when it did not.
import { performance } from 'node:perf_hooks'

/** A time in which the observer wanted to run and did not; wall milliseconds. */
export interface Stall {
  readonly from: number
  readonly until: number
}

/** Watches until it is stopped. */
export interface StallWatch {
  readonly stalls: readonly Stall[]
  stop(): void
}

const TICK_MS = 20
/** Timers fire a millisecond late where nothing is wrong. */
const STALL_MS_MIN = 2

/** Begins to watch. A server on the same machine asks for the same cores, so what we did not get it may not have got either. */
export function watchStalls(): StallWatch {
  const stalls: Stall[] = []
  let dueAt = performance.now() + TICK_MS
  const timer = setInterval(() => {
    const now = performance.now()
    const lateMs = now - dueAt
    const until = Date.now()
    if (lateMs >= STALL_MS_MIN) stalls.push({ from: until - lateMs, until })
    dueAt = now + TICK_MS
  }, TICK_MS)
  return { stalls, stop: () => clearInterval(timer) }
}

/** Milliseconds of the time from `from` to `until` in which the observer was stalled. */
export function stalledMs(stalls: readonly Stall[], { from, until }: Stall): number {
  return stalls.reduce((sum, stall) => sum + Math.max(0, Math.min(stall.until, until) - Math.max(stall.from, from)), 0)
}
