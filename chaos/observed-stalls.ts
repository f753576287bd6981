// What the machine kept from the observer: commits of its own that should take some milliseconds, and did not.
import { setTimeout as delay } from 'node:timers/promises'

/** A time in which the observer waited for the machine; wall milliseconds. */
export interface Stall {
  readonly from: number
  readonly until: number
}

/** Watches until it is stopped. */
export interface StallWatch {
  readonly stalls: readonly Stall[]
  stop(): Promise<void>
}

const PAUSE_MS = 50
/** A timer and a commit take less where nothing is wrong. */
const STALL_MS_MIN = 20

/**
 * Begins to watch. What waits for the same cores and the same disk as a server was late by about as much.
 *
 * @param commit one on the disk of the store; while it fails, its time counts for nothing
 */
export function watchStalls(commit: () => Promise<unknown>): StallWatch {
  const stalls: Stall[] = []
  let isOver = false
  const watch = async (): Promise<void> => {
    while (!isOver) {
      const from = Date.now() + PAUSE_MS
      await delay(PAUSE_MS)
      const isDone = await commit().then(
        () => true,
        () => false,
      )
      const until = Date.now()
      if (isDone && until - from >= STALL_MS_MIN) stalls.push({ from, until })
    }
  }
  const watching = watch()
  const stop = (): Promise<void> => {
    isOver = true
    return watching
  }
  return { stalls, stop }
}

/** Milliseconds of the time from `from` to `until` in which the observer was stalled. */
export function stalledMs(stalls: readonly Stall[], { from, until }: Stall): number {
  return stalls.reduce((sum, stall) => sum + Math.max(0, Math.min(stall.until, until) - Math.max(stall.from, from)), 0)
}
