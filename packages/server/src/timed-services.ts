// What a process with the role dispatcher runs: webhooks, refunds, and everything else that waits for a time.
import { retirableCarts } from './catalog/index.ts'
import { retirableEvents } from './events/index.ts'
import { makeOrderExpiry, makeOverdueAlarms } from './orders/index.ts'
import { makeRefundRunner, makeSandboxCompletion, type Psps, retirableFactBodies } from './payments/index.ts'
import type { Service } from './platform/service.ts'
import type { TimedWork } from './platform/timed-work.ts'
import { retirableAudit, retirablePaymentTokens } from './projects/index.ts'
import { retirablePublications } from './realtime/index.ts'
import { makeRetention } from './retention.ts'
import type { OperatorDays } from './retention-pace.ts'
import {
  createDispatcher,
  type DispatcherDeps,
  makeRecoveryRunner,
  retirableAttempts,
  retirableDetails,
} from './webhooks/index.ts'

/** What they need; `store` also tells of the commits of other processes. */
export type TimedServicesDeps = DispatcherDeps &
  Parameters<typeof makeRecoveryRunner>[0] & {
    readonly psps: Psps
    /** How long what has ended is kept. */
    readonly operatorDays: OperatorDays
  }

/** The services in the order of their start. */
export interface TimedServices {
  readonly services: readonly Service[]
  /** Those of them for which a skip of time stops on its way. */
  readonly work: readonly TimedWork[]
}

/** Makes them all. Any number of processes may run them on one PostgreSQL: what one is at, the others pass over. */
export function makeTimedServices(deps: TimedServicesDeps): TimedServices {
  const { store, logger, metrics, psps, operatorDays } = deps
  const work: readonly (Service & TimedWork)[] = [
    makeOrderExpiry({ store, logger }),
    makeOverdueAlarms({ store, logger }),
    makeSandboxCompletion({ store, logger }),
    makeRefundRunner({ store, psps, logger }),
    createDispatcher(deps),
  ]
  const retention = makeRetention({
    store,
    logger,
    metrics,
    retirables: [
      retirableDetails,
      retirableEvents,
      retirableFactBodies,
      retirableAttempts,
      retirableAudit,
      retirablePublications,
      retirablePaymentTokens,
      retirableCarts,
    ],
    operatorDays,
  })
  return { services: [...work, makeRecoveryRunner(deps), retention], work }
}
