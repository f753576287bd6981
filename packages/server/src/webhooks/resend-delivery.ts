// Sends a delivery again because a person asked for it: at once, beside its schedule, which it never shifts.
import { judge, type ResendRefusal, type Verdict } from '@ordertrail/core'
import type { Store } from '../platform/store/index.ts'
import type { AttemptExchange, AttemptResult } from './attempt-report.ts'
import { beginManualAttempt, type ManualAttempt } from './begin-manual-attempt.ts'
import { recordUntil } from './record-until.ts'
import { type SendDeps, sendDelivery } from './send-delivery.ts'
import { makeTellAttempt, type TellAttempt, type TellDeps } from './tell-attempt.ts'

/** What resending needs. */
export type ResendDeps = SendDeps & TellDeps & { readonly store: Store }

/** Which delivery, and who asks; `requestedBy` goes into the attempt log. */
export interface ResendRequest {
  readonly projectId: number
  readonly deliveryId: number
  readonly requestedBy: string
}

/**
 * What came of it. `verdict` is what the answer means: only `accepted` changes the delivery, and `ended` says whether it did so just now.
 */
export type ResendResult =
  | {
      readonly kind: 'sent'
      readonly number: number
      readonly exchange: AttemptExchange
      readonly verdict: Verdict
      readonly ended: boolean
    }
  | {
      readonly kind: 'refused'
      readonly code: ResendRefusal | 'store_unavailable' | 'secret_unreadable' | 'shutting_down'
    }
  | { readonly kind: 'absent' }

/** Sends one delivery again. */
export type Resend = (request: ResendRequest) => Promise<ResendResult>

const RECORD_TRIES = 25

/** Makes the resender. */
export function makeResend(deps: ResendDeps): Resend {
  const tell = makeTellAttempt(deps)
  return async (request) => {
    const { projectId, deliveryId } = request
    const begun = await deps.store.run(beginManualAttempt, { projectId, deliveryId })
    return begun.kind === 'begun' ? send(deps, tell, request, begun.attempt) : begun
  }
}

const REFUSAL_OF_REASON = {
  off: 'webhooks_disabled',
  store_away: 'store_unavailable',
  secret_unreadable: 'secret_unreadable',
  stopped: 'shutting_down',
} as const

async function send(
  deps: ResendDeps,
  tell: TellAttempt,
  { requestedBy }: ResendRequest,
  attempt: ManualAttempt,
): Promise<ResendResult> {
  const { projectId, deliveryId, orderId, number } = attempt
  const sent = await sendDelivery(deps, { ...attempt, startedAt: attempt.begunAt })
  if (sent.kind === 'unsent') return { kind: 'refused', code: REFUSAL_OF_REASON[sent.reason] }
  const { exchange } = sent
  const report = { kind: 'manual', projectId, deliveryId, orderId, number, requestedBy, exchange } as const
  const result = await recordUntil(deps.store, report, RECORD_TRIES)
  tellManual(tell, attempt, exchange, result)
  return { kind: 'sent', number, exchange, verdict: judge(exchange.answer), ended: result.kind === 'recorded' }
}

function tellManual(tell: TellAttempt, attempt: ManualAttempt, exchange: AttemptExchange, result: AttemptResult): void {
  tell({ ...attempt, by: 'manual', position: null, offsetMinutes: null, isLate: false, lagMs: null, exchange }, result)
}
