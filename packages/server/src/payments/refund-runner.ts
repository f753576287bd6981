// The service that works off refunds, and brings parked facts and their orders together.
import type { Logger } from '../platform/logger.ts'
import { polledWork } from '../platform/polled-work.ts'
import type { Service } from '../platform/service.ts'
import type { Store } from '../platform/store/index.ts'
import type { TimedWork } from '../platform/timed-work.ts'
import { nextSweepAt, sweepParkedFacts } from './parked-facts.ts'
import type { Psps, RefundAnswer } from './psp.ts'
import { type CallAnswer, type ClaimedRefund, claimRefunds, OPEN_STATES, recordRefund } from './run-refunds.ts'

/** What the runner needs. `callMsMax`: a provider that is slower is taken for silent; shorter than a lease. */
export interface RefundRunnerDeps {
  readonly store: Store
  readonly psps: Psps
  readonly logger: Logger
  readonly callMsMax?: number
}

/** Looks at the store this often even when nobody wakes it. */
const POLL_MS = 1_000
const CALL_MS_MAX = 30_000

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

/** Looks before it writes: most passes find nothing, and need no transaction for that. */
async function workOff(deps: RefundRunnerDeps): Promise<void> {
  const { store } = deps
  while (isDue(store, await nextSweepAt(store))) if ((await store.run(sweepParkedFacts, null)) === 0) break
  while (isDue(store, await nextRefundAt(store, 'all'))) {
    const claimed = await store.run(claimRefunds, null)
    if (claimed.length === 0) return
    await Promise.all(claimed.map((refund) => refundOne(deps, refund)))
  }
}

function isDue(store: Store, at: number | null): boolean {
  return at !== null && at <= store.now()
}

async function refundOne(deps: RefundRunnerDeps, claimed: ClaimedRefund): Promise<void> {
  const answer = await callProvider(deps, claimed)
  const { projectId, refundId } = claimed.request
  const isRecorded = await deps.store.run(recordRefund, {
    projectId,
    refundId,
    leaseToken: claimed.leaseToken,
    answer,
  })
  deps.logger.info('refund.answered', {
    projectId,
    refundId,
    provider: claimed.provider,
    outcome: isRecorded ? answer.kind : 'lease_lost',
  })
}

async function callProvider(deps: RefundRunnerDeps, claimed: ClaimedRefund): Promise<CallAnswer> {
  const { provider, request, providerReference } = claimed
  const psp = deps.psps.get(provider)
  // Money that another system took must be given back there; its refund comes to us as a fact.
  if (psp === undefined)
    return { kind: 'not_connected', reason: `provider ${provider} is not connected: refund it there` }
  try {
    const call = providerReference === null ? psp.refund(request) : psp.lookUpRefund({ ...request, providerReference })
    return await withinTime(call, deps.callMsMax ?? CALL_MS_MAX)
  } catch (error) {
    return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** A call that takes too long may still have its effect; the next one, with the same id, asks for it. */
async function withinTime(call: Promise<RefundAnswer>, timeoutMs: number): Promise<RefundAnswer> {
  const silence = Promise.withResolvers<RefundAnswer>()
  const timer = setTimeout(
    () => silence.resolve({ kind: 'unknown', reason: `no answer in ${timeoutMs} ms` }),
    timeoutMs,
  )
  try {
    return await Promise.race([call, silence.promise])
  } finally {
    clearTimeout(timer)
  }
}

async function nextDueAt(store: Store): Promise<number | null> {
  const times = [await nextRefundAt(store, 'free'), await nextSweepAt(store)].filter((at) => at !== null)
  return times.length === 0 ? null : Math.min(...times)
}

/**
 * Earliest due time of a refund; null: none is open.
 *
 * @param which `free` leaves out those that somebody has claimed: their lease runs by another clock, which no skip of time moves
 */
async function nextRefundAt(store: Store, which: 'free' | 'all'): Promise<number | null> {
  let query = store.read
    .selectFrom('refunds')
    .select('due_at')
    .where('state', 'in', OPEN_STATES)
    .where('due_at', 'is not', null)
  if (which === 'free') query = query.where('lease_until', 'is', null)
  const next = await query.orderBy('due_at').limit(1).executeTakeFirst()
  return next?.due_at ?? null
}
