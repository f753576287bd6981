// Claims as much as there is room for and keeps count of what is under way.
import type { Store } from '../platform/store/index.ts'
import { type ClaimedDelivery, claimDeliveries } from './claim-due-deliveries.ts'
import type { EndpointSlots, Pace } from './endpoint-slots.ts'

/** What claiming needs; `deliver` never rejects, `onEnd` is called after each delivery. */
export interface ClaimRoundsDeps {
  readonly store: Store
  readonly slots: EndpointSlots
  /** Name of this process on its leases. */
  readonly owner: string
  readonly leaseMs: number
  readonly deliver: (claimed: ClaimedDelivery) => Promise<Pace>
  readonly onEnd: () => void
}

/** The claiming of one process. */
export interface ClaimRounds {
  /** Claims until nothing more is to be had; gives how many were. After `close` it claims nothing. */
  claimAll(): Promise<number>
  /** Resolves when one of those under way has ended; null: none is. */
  oneEnded(): Promise<void> | null
  /** Claims nothing more and resolves when all that is under way has ended. */
  close(): Promise<void>
}

/** Makes the claiming. */
export function createClaimRounds(deps: ClaimRoundsDeps): ClaimRounds {
  const { store, slots, owner, leaseMs } = deps
  const underWay = new Set<Promise<void>>()
  let claiming: Promise<number> | null = null
  let isClosed = false

  const send = (claimed: ClaimedDelivery): void => {
    const { projectId, isFirst } = claimed
    slots.take(projectId, isFirst)
    const sending = deps.deliver(claimed).then((pace) => {
      slots.give(projectId, isFirst, pace)
      underWay.delete(sending)
      deps.onEnd()
    })
    underWay.add(sending)
  }
  const claimRound = async (): Promise<number> => {
    const claimed = await store.run(claimDeliveries, { owner, leaseMs, ...slots.room() })
    for (const each of claimed) send(each)
    return claimed.length
  }
  // One round at a time: a second one would not know what room the first one takes.
  const claimOnce = (): Promise<number> => {
    claiming ??= claimRound().finally(() => {
      claiming = null
    })
    return claiming
  }
  return {
    async claimAll() {
      let total = 0
      while (!isClosed && slots.room().free.all > 0) {
        const count = await claimOnce()
        if (count === 0) break
        total += count
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
