// A sender for simulations: claims with the real command and reports answers with the real command, but posts nothing.
import type { AttemptAnswer } from '@ordertrail/core'
import type { Store } from '../../packages/server/src/platform/store/index.ts'
import {
  type AttemptExchange,
  type AttemptReport,
  type AttemptResult,
  recordAttempt,
} from '../../packages/server/src/webhooks/attempt-report.ts'
import { type ClaimedDelivery, claimDeliveries } from '../../packages/server/src/webhooks/claim-due-deliveries.ts'
import { type ReturnLeasesInput, returnLeases } from '../../packages/server/src/webhooks/return-leases.ts'

/** The lease of every claim: the deadline of an exchange and a margin. */
export const LEASE_MS = 25_000

/** What one claim takes at most; a smaller one says that nothing more is due. */
const CLAIM_MAX = 100
/** What is not sent is looked at again after this time. */
export const UNSENT_WAIT_MS = 1_000

const ROOM = { all: 1_000_000, retries: 1_000_000 }

/** Claims everything that is due. */
export async function claimAllDue(store: Store, owner: string): Promise<readonly ClaimedDelivery[]> {
  const all: ClaimedDelivery[] = []
  for (;;) {
    const input = { owner, leaseMs: LEASE_MS, free: ROOM, perProject: [], perOtherProject: ROOM }
    const claimed = await store.run(claimDeliveries, input)
    all.push(...claimed)
    if (claimed.length < CLAIM_MAX) return all
  }
}

/** Takes back every lease that is over; gives how many. */
export async function returnAllLeases(store: Store, input: ReturnLeasesInput): Promise<number> {
  let count = 0
  for (;;) {
    const returned = await store.run(returnLeases, input)
    count += returned.count
    if (!returned.isMore) return count
  }
}

/** Reports the answer to a claimed delivery. */
export function reportAnswer(
  store: Store,
  claimed: ClaimedDelivery,
  answer: AttemptAnswer,
  durationMs: number,
): Promise<AttemptResult> {
  const { projectId, orderId, deliveryId, number, position, leaseToken, isLate, claimedAt } = claimed
  const attempt = { projectId, orderId, deliveryId, number, position, leaseToken, isLate }
  const exchange = exchangeOf(claimedAt, answer, durationMs)
  return store.run(recordAttempt, { kind: 'automatic', ...attempt, exchange })
}

/** Tells that nothing was sent, because webhooks were off by then. */
export function reportNothingSent(store: Store, claimed: ClaimedDelivery): Promise<AttemptResult> {
  const { projectId, orderId, deliveryId, number, leaseToken, isFirst } = claimed
  const waitMs = UNSENT_WAIT_MS
  return store.run(recordAttempt, {
    kind: 'unsent',
    projectId,
    orderId,
    deliveryId,
    number,
    leaseToken,
    isFirst,
    waitMs,
  })
}

/** A manual attempt that was begun. */
export type BegunAttempt = Pick<AttemptReport, 'projectId' | 'orderId' | 'deliveryId' | 'number'> & {
  readonly begunAt: number
}

/** Reports the answer to a manual attempt. */
export function reportManualAnswer(
  store: Store,
  { projectId, orderId, deliveryId, number, begunAt }: BegunAttempt,
  answer: AttemptAnswer,
  durationMs: number,
): Promise<AttemptResult> {
  const exchange = exchangeOf(begunAt, answer, durationMs)
  const attempt = { projectId, orderId, deliveryId, number, requestedBy: 'simulation', exchange }
  return store.run(recordAttempt, { kind: 'manual', ...attempt })
}

function exchangeOf(startedAt: number, answer: AttemptAnswer, durationMs: number): AttemptExchange {
  const url = 'https://game.example/webhooks'
  const failure = answer.kind === 'no_answer' ? answer.reason : null
  return {
    url,
    startedAt,
    durationMs,
    answer,
    failure,
    requestHeaders: '{}',
    responseHeaders: answer.kind === 'response' ? '{}' : null,
    responseBody: answer.kind === 'response' ? '' : null,
  }
}
