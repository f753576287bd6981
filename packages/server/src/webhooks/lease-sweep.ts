// Looks for leases that are over by a clock of its own, however long the dispatcher's looks and claims take.
import type { Logger } from '../platform/logger.ts'
import { polledWork } from '../platform/polled-work.ts'
import type { Service } from '../platform/service.ts'
import type { Store } from '../platform/store/index.ts'
import { returnLeases } from './return-leases.ts'

/** So that whoever died is made up for within a second after its lease. */
const SWEEP_MS = 500

/** What the sweep needs. `owner`: whose leases it is not to take back before their time. */
export interface LeaseSweepDeps {
  readonly store: Store
  readonly logger: Logger
  readonly owner: string
}

/** Takes back leases that are over; the first pass also those of a former process of a SQLite file. */
export function makeLeaseSweep({ store, logger, owner }: LeaseSweepDeps): Service & { settle(): Promise<void> } {
  return polledWork({
    name: 'lease-sweep',
    pollMs: SWEEP_MS,
    logger,
    pass: async () => {
      for (let isMore = true; isMore; ) {
        const returned = await store.run(returnLeases, { owner, isAlone: store.engine === 'sqlite' })
        if (returned.count > 0) logger.warn('delivery.leases_returned', { count: returned.count })
        isMore = returned.isMore
      }
    },
    nextDueAt: async () => null,
  })
}
