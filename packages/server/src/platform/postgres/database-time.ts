// Wall time of the database between two looks at it.

/** The database's wall time, with skipped time, as this process knows it. */
export interface DatabaseTime {
  /** Milliseconds; asks for a new look when the last one is old, without waiting for it. */
  now(): number
  /** A reading that has just come from the database. */
  learn(now: number): void
  /** Looks now. @throws what `look` throws */
  refresh(): Promise<void>
}

const AGE_MS_MAX = 1_000
/** Readings arrive late by the way they travel; one that is behind by less than this is late, not a step of the clock. */
const LATENESS_MS_MAX = 50

/**
 * Makes it from a first reading.
 *
 * @param look reads the database's wall time
 * @param monotonic milliseconds that never step
 */
export function makeDatabaseTime(first: number, look: () => Promise<number>, monotonic: () => number): DatabaseTime {
  let anchor = { now: first, at: monotonic() }
  let lookedAt = anchor.at
  const estimate = (at: number): number => Math.floor(anchor.now + at - anchor.at)
  const learn = (now: number): void => {
    const at = monotonic()
    lookedAt = at
    const behindMs = estimate(at) - now
    if (behindMs <= 0 || behindMs > LATENESS_MS_MAX) anchor = { now, at }
  }
  const refresh = async (): Promise<void> => learn(await look())
  return {
    now: () => {
      const at = monotonic()
      if (at - lookedAt > AGE_MS_MAX) {
        lookedAt = at
        // A database that is away is told by the commands; time goes on without it.
        refresh().catch(() => {})
      }
      return estimate(at)
    },
    learn,
    refresh,
  }
}
