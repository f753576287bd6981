// A webhook that was sent, and how it was answered.
import type { NotificationType, WebhookBody } from '@ordertrail/core'
import type { TrailEntry } from './trail-log.ts'

/** One webhook that left the emulator. */
export interface SentWebhook {
  readonly type: NotificationType
  /** Null: a question about nobody's order. */
  readonly orderId: number | null
  /** Which attempt of this webhook, from 1. */
  readonly attempt: number
  readonly body: WebhookBody
  /** What the listener answered; null: nothing. */
  readonly status: number | null
  /** Why there was no answer, in a sentence; null: there was one. */
  readonly failure: string | null
  /** What the answer means: `retry` is sent again later, `rejected` and `exhausted` are not. */
  readonly outcome: 'accepted' | 'rejected' | 'retry' | 'exhausted'
  /** When the next attempt is due by the emulator's time; null: none is. */
  readonly nextAttemptAt: Date | null
  readonly at: Date
}

/** The webhook that an entry tells of; undefined: it tells of something else. */
export function sentWebhookOf({ event, at }: TrailEntry): SentWebhook | undefined {
  if (event.kind === 'delivery.attempted') {
    const { orderId, attempt, status, failure, outcome, nextDueAt } = event
    const nextAttemptAt = nextDueAt === null ? null : new Date(nextDueAt)
    const type = event.type as NotificationType
    return { type, orderId, attempt, body: bodyOf(event.body), status, failure, outcome, nextAttemptAt, at }
  }
  if (event.kind !== 'user.validated') return undefined
  const { orderId, status, failure, isAccepted } = event
  const outcome = isAccepted ? 'accepted' : 'rejected'
  const base = { type: 'user_validation', attempt: 1, nextAttemptAt: null } as const
  return { ...base, orderId, body: bodyOf(event.body), status, failure, outcome, at }
}

function bodyOf(text: string): WebhookBody {
  return JSON.parse(text) as WebhookBody
}
