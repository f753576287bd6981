// Claims as much as there is room for and keeps count of what is under way: being sent, or waiting for its record.
import { performance } from 'node:perf_hooks'
import type { Store } from '../platform/store/index.ts'
import { type ClaimedDelivery, claimDeliveries } from './claim-due-deliveries.ts'
import type { ClaimRoom } from './claim-room.ts'
import type { EndpointSlots, Pace } from './endpoint-slots.ts'

/** Most deliveries under way, as a multiple of those that may be sent at once: the others wait for their records. */
const UNDER_WAY_FACTOR = 8

/** Shortest time between two claims: under load many exchanges end and much becomes due in it, and one claim takes all of that. */
export const CLAIM_PACE_MS = 10

/** What claiming needs; `deliver` never rejects and tells when its exchange is over. `onRoom` is called when there is room again. */
export interface ClaimRoundsDeps {
  readonly store: Store
  readonly slots: EndpointSlots
  /** Name of this process on its leases. */
  readonly owner: string
  readonly leaseMs: number
  readonly inFlightMax: number
  /** Default: CLAIM_PACE_MS. */
  readonly paceMs?: number
  readonly deliver: (claimed: ClaimedDelivery, onSent: (pace: Pace) => void) => Promise<void>
  readonly onRoom: () => void
}

/** The claiming of one process. */
export interface ClaimRounds {
  /**
   * Claims until nothing more is to be had; gives how many were. After `close` it claims nothing.
   *
   * @param between done after each round, with the monotonic time at which that was asked for: where listeners are fast, a backlog may be
   *   claimed for minutes
   */
  claimAll(between?: (askedAt: number) => Promise<void>): Promise<number>
  /** Resolves when one of those under way has ended; null: none is. */
  oneEnded(): Promise<void> | null
  /** Claims nothing more and resolves when all that is under way has ended. */
  close(): Promise<void>
}

/** Makes the claiming. */
export function createClaimRounds(deps: ClaimRoundsDeps): ClaimRounds {
  const { store, slots, owner, leaseMs, paceMs = CLAIM_PACE_MS } = deps
  const underWayMax = deps.inFlightMax * UNDER_WAY_FACTOR
  const underWay = new Set<Promise<void>>()
  let claiming: Promise<number> | null = null
  let isClosed = false

  const send = (claimed: ClaimedDelivery): void => {
    const { projectId, isFirst } = claimed
    slots.take(projectId, isFirst)
    const onSent = (pace: Pace): void => {
      slots.give(projectId, isFirst, pace)
      deps.onRoom()
    }
    const delivering = deps.deliver(claimed, onSent).then(() => {
      if (underWay.size >= underWayMax) deps.onRoom()
      underWay.delete(delivering)
    })
    underWay.add(delivering)
  }
  /** Where the store is slow to record, sending waits for it. */
  const room = (): ClaimRoom => {
    const { free, ...endpoints } = slots.room()
    const left = Math.max(0, underWayMax - underWay.size)
    return { free: { all: Math.min(free.all, left), retries: Math.min(free.retries, left) }, ...endpoints }
  }
  const claimRound = async (): Promise<number> => {
    const askedAt = performance.now()
    const claimed = await claimThatMuch(room())
    for (const each of claimed) send(each)
    // Now, and not when these are on their way: that keeps this thread busy for as long as the store needs to answer.
    if (claimed.length > 0 && performance.now() - askedAt >= paceMs) claimAhead()
    return claimed.length
  }
  const claimThatMuch = async (most: ClaimRoom): Promise<readonly ClaimedDelivery[]> => {
    try {
      return await store.run(claimDeliveries, { owner, leaseMs, ...most })
    } finally {
      claiming = null
    }
  }
  // One round at a time: a second one would not know what room the first one takes.
  const claimOnce = (): Promise<number> => {
    claiming ??= claimRound()
    return claiming
  }
  /** Trouble shows again at the next look. */
  const claimAhead = (): void => {
    if (!isClosed && room().free.all > 0) claimOnce().catch(() => undefined)
  }
  return {
    async claimAll(between) {
      let total = 0
      while (!isClosed && room().free.all > 0) {
        const askedAt = performance.now()
        const count = await claimOnce()
        if (count === 0) break
        total += count
        await between?.(askedAt)
      }
      return total
    },
    oneEnded: () => (underWay.size === 0 ? null : Promise.race(underWay)),
    async close() {
      isClosed = true
      await claiming?.catch(() => 0)
      await Promise.all(underWay)
    },
  }
}
