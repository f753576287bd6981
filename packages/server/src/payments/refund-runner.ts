// The service that works off refunds and gives up on parked facts when their time comes.
import type { Logger } from '../platform/logger.ts'
import { polledWork } from '../platform/polled-work.ts'
import type { Service } from '../platform/service.ts'
import type { Store } from '../platform/store/index.ts'
import type { TimedWork } from '../platform/timed-work.ts'
import { expireParkedFacts } from './parked-facts.ts'
import type { Psps, RefundAnswer } from './psp.ts'
import { type ClaimedRefund, claimRefunds, recordRefund } from './run-refunds.ts'

/** What the runner needs. */
export interface RefundRunnerDeps {
  readonly store: Store
  readonly psps: Psps
  readonly logger: Logger
}

/** Looks at the store this often even when nobody wakes it. */
const POLL_MS = 1_000

/** Makes the runner; `settle` works off all that is due. */
export function makeRefundRunner(deps: RefundRunnerDeps): Service & TimedWork {
  return polledWork({
    name: 'refunds',
    pollMs: POLL_MS,
    logger: deps.logger,
    pass: () => workOff(deps),
    nextDueAt: () => nextDueAt(deps.store),
    listen: (hurry) =>
      deps.store.onWakeUp((wakeUps) => {
        if (wakeUps.some((wakeUp) => wakeUp.kind === 'refund_requested')) hurry()
      }),
  })
}

async function workOff(deps: RefundRunnerDeps): Promise<void> {
  while ((await deps.store.run(expireParkedFacts, null)) > 0);
  for (;;) {
    const claimed = await deps.store.run(claimRefunds, null)
    if (claimed.length === 0) return
    await Promise.all(claimed.map((refund) => refundOne(deps, refund)))
  }
}

async function refundOne({ store, psps, logger }: RefundRunnerDeps, claimed: ClaimedRefund): Promise<void> {
  const answer = await callProvider(psps, claimed)
  const { projectId, refundId } = claimed.request
  const isRecorded = await store.run(recordRefund, { projectId, refundId, leaseToken: claimed.leaseToken, answer })
  logger.info('refund.answered', {
    projectId,
    refundId,
    provider: claimed.provider,
    outcome: isRecorded ? answer.kind : 'lease_lost',
  })
}

async function callProvider(psps: Psps, { provider, request }: ClaimedRefund): Promise<RefundAnswer> {
  const psp = psps.get(provider)
  // Money that another system took must be given back there; its refund comes to us as a fact.
  if (psp === undefined) return { kind: 'unknown', reason: `provider ${provider} is not connected; refund it there` }
  try {
    return await psp.refund(request)
  } catch (error) {
    return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) }
  }
}

async function nextDueAt(store: Store): Promise<number | null> {
  const refund = await store.read
    .selectFrom('refunds')
    .select((eb) => eb.fn.min('due_at').as('at'))
    .where('state', '=', 'requested')
    .executeTakeFirst()
  const parked = await store.read
    .selectFrom('payment_events')
    .select((eb) => eb.fn.min('parked_until').as('at'))
    .where('state', '=', 'parked')
    .executeTakeFirst()
  const times = [refund?.at, parked?.at].filter((at) => at !== null && at !== undefined)
  return times.length === 0 ? null : Math.min(...times)
}
