// Time: the only file that reads the machine's clocks; everybody else is handed a Clock.

/** Where code gets the time from. All values are milliseconds. */
export interface Clock {
  /** Wall time, whole, with skipped time: due times, expiry, lifetimes, what is written into rows. */
  now(): number
  /** Wall time, whole, that no skip moves: the `exp` of tokens, leases. */
  unskippedNow(): number
  /** Time since an unknown moment, with fractions, never stepping: HTTP deadlines, pings, rate limits, durations. */
  monotonic(): number
}

/** One moment read on both clocks; two threads that share it tell the same wall time. */
export interface ClockAnchor {
  readonly wallMs: number
  readonly monotonicMs: number
}

/** What a system clock is made of; tests put their own readings in. */
export interface ClockSource {
  readonly readWallMs: () => number
  readonly readMonotonicMs: () => number
}

/** A clock of this machine. */
export interface SystemClock extends Clock {
  /** The moment wall time is counted from, to be handed to another thread. */
  anchor(): ClockAnchor
}

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  advance(ms: number): void
}

/** How far the machine's wall clock may be ahead of ours before we follow it. */
const BEHIND_MS_MAX = 1_000

const MACHINE: ClockSource = {
  readWallMs: () => Date.now(),
  // Not performance.now(): it begins anew in each thread.
  readMonotonicMs: () => {
    const [seconds, nanoseconds] = process.hrtime()
    return seconds * 1_000 + nanoseconds / 1_000_000
  },
}

/**
 * Wall time at the start, carried on by the monotonic clock, so that a backward step of the system clock repeats nothing.
 *
 * A forward step is followed, because a sleeping machine stops the monotonic clock but not the world.
 *
 * @param anchor the anchor of another thread's clock, to tell the same time as it
 */
export function systemClock(anchor?: ClockAnchor, source: ClockSource = MACHINE): SystemClock {
  let from = anchor ?? { wallMs: source.readWallMs(), monotonicMs: source.readMonotonicMs() }
  const unskippedNow = (): number => {
    const monotonicMs = source.readMonotonicMs()
    const steadyMs = Math.floor(from.wallMs + monotonicMs - from.monotonicMs)
    const wallMs = source.readWallMs()
    if (wallMs - steadyMs <= BEHIND_MS_MAX) return steadyMs
    from = { wallMs, monotonicMs }
    return wallMs
  }
  return { now: unskippedNow, unskippedNow, monotonic: source.readMonotonicMs, anchor: () => from }
}

/** The clock of a process that has a store: its wall time is the store's, with all time that was skipped. */
export function storeClock(store: { now(): number }, system: Clock = systemClock()): Clock {
  return { now: () => store.now(), unskippedNow: system.unskippedNow, monotonic: system.monotonic }
}

/** A clock for tests, standing at `startMs` of wall time; its monotonic time starts at 0. */
export function manualClock(startMs: number): ManualClock {
  let elapsedMs = 0
  const now = (): number => startMs + elapsedMs
  return {
    now,
    unskippedNow: now,
    monotonic: () => elapsedMs,
    advance: (ms) => {
      elapsedMs += ms
    },
  }
}
