// Commands with a pace: few go at once, a crowd is handed over together.
import { performance } from 'node:perf_hooks'
import type { AnyCommand } from './command.ts'
import type { Sent } from './command-desk.ts'

/** So many within one pace are a crowd. */
const CROWD_MIN = 8

/** Holds commands back for a moment. */
export interface Gatherer {
  /** Whether it holds `sent` back; then it gives it to `release` later, with all that came meanwhile. */
  holds(command: Pick<AnyCommand, 'name' | 'groupMax' | 'paceMs'>, sent: Sent): boolean
  /** Forgets what it holds. */
  clear(): void
}

/** What came of one command since its last pace began. */
interface Crowd {
  beganAt: number
  count: number
  held: Sent[]
  timer: NodeJS.Timeout | undefined
}

/**
 * Makes a gatherer; `release` gets what was held back, never nothing.
 *
 * @param now monotonic milliseconds
 */
export function makeGatherer(
  release: (held: readonly Sent[]) => void,
  now: () => number = () => performance.now(),
): Gatherer {
  const crowds = new Map<string, Crowd>()

  const letGo = (crowd: Crowd): void => {
    clearTimeout(crowd.timer)
    const { held } = crowd
    Object.assign(crowd, { beganAt: now(), count: held.length, held: [], timer: undefined })
    release(held)
  }
  const hold = (crowd: Crowd, sent: Sent, waitMs: number, max: number): void => {
    crowd.held.push(sent)
    if (crowd.held.length >= max) letGo(crowd)
    else crowd.timer ??= setTimeout(() => letGo(crowd), waitMs)
  }
  return {
    holds({ name, groupMax, paceMs }, sent) {
      if (paceMs === undefined) return false
      const crowd = crowdOf(crowds, name)
      const waitMs = crowd.beganAt + paceMs - now()
      if (waitMs <= 0 && crowd.held.length === 0) Object.assign(crowd, { beganAt: now(), count: 0 })
      crowd.count += 1
      if (crowd.count <= CROWD_MIN && crowd.held.length === 0) return false
      hold(crowd, sent, waitMs, groupMax)
      return true
    },
    clear() {
      for (const { timer } of crowds.values()) clearTimeout(timer)
      crowds.clear()
    },
  }
}

function crowdOf(crowds: Map<string, Crowd>, name: string): Crowd {
  const known = crowds.get(name) ?? { beganAt: Number.NEGATIVE_INFINITY, count: 0, held: [], timer: undefined }
  crowds.set(name, known)
  return known
}
