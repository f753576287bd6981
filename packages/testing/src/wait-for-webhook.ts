// Waits until a webhook was sent and answered.
import type { NotificationType } from '@ordertrail/core'
import { describeEntries } from './describe-trail.ts'
import { type SentWebhook, sentWebhookOf } from './sent-webhook.ts'
import type { TrailEntry, Wait } from './trail-log.ts'

/** Which webhook; what is left out may be anything. */
export interface WebhookWish {
  readonly type?: NotificationType
  readonly orderId?: number
  /** Default: any answer, or none. */
  readonly outcome?: SentWebhook['outcome']
  readonly attempt?: number
  /** Default 5 s. */
  readonly timeoutMs?: number
}

/** How long to wait, and whether webhooks go anywhere. */
export interface WebhookWaitOptions {
  readonly timeoutMs: number
  readonly hasListener: boolean
}

/** The wait for the first webhook that fits. */
export function waitForWebhook(wish: WebhookWish, { timeoutMs, hasListener }: WebhookWaitOptions): Wait<SentWebhook> {
  const what = wordsOf(wish)
  return {
    timeoutMs,
    what,
    find: (entries) => webhooksOf(entries).find((webhook) => fits(wish, webhook)),
    explain: (entries) => {
      const sent = entries.filter((entry) => sentWebhookOf(entry) !== undefined)
      const nothing = hasListener
        ? 'No webhook was sent at all.'
        : 'No webhook was sent at all, because webhooks go nowhere: start with webhookUrl, or call listenAt(url).'
      return `There was no ${what} within ${timeoutMs} ms.\n${describeEntries('What was sent:', sent, nothing)}`
    },
  }
}

/** Every webhook among the entries, in the order in which they were answered. */
export function webhooksOf(entries: readonly TrailEntry[]): readonly SentWebhook[] {
  return entries.map(sentWebhookOf).filter((webhook) => webhook !== undefined)
}

function fits({ type, orderId, outcome, attempt }: WebhookWish, webhook: SentWebhook): boolean {
  return (
    (type === undefined || webhook.type === type) &&
    (orderId === undefined || webhook.orderId === orderId) &&
    (outcome === undefined || webhook.outcome === outcome) &&
    (attempt === undefined || webhook.attempt === attempt)
  )
}

function wordsOf({ type, orderId, outcome, attempt }: WebhookWish): string {
  const parts: readonly string[] = [
    type ?? 'webhook',
    ...(orderId === undefined ? [] : [`of order ${orderId}`]),
    ...(attempt === undefined ? [] : [`in attempt ${attempt}`]),
    ...(outcome === undefined ? [] : [`that was ${outcome === 'retry' ? 'to be sent again' : outcome}`]),
  ]
  return parts.join(' ')
}
