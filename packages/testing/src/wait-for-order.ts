// Waits until an order has reached a status.
import type { OrderStatus } from '@ordertrail/core'
import { adviceAbout, describeEntries } from './describe-trail.ts'
import { sentWebhookOf } from './sent-webhook.ts'
import type { TrailEntry, Wait } from './trail-log.ts'

/** What an order has been through. */
export interface OrderTrail {
  readonly orderId: number
  /** Its status now. */
  readonly status: OrderStatus
  /** Every status it has had, the oldest first. */
  readonly statuses: readonly OrderStatus[]
}

/** The wait for `orderId` to have reached `status`, whatever followed; `known` are the statuses that it has had. */
export function waitForOrder(
  {
    orderId,
    status,
    timeoutMs,
  }: { readonly orderId: number; readonly status: OrderStatus; readonly timeoutMs: number },
  known: readonly OrderStatus[],
): Wait<OrderTrail> {
  const trailOf = (entries: readonly TrailEntry[]): readonly OrderStatus[] => {
    const seen = statusesOf(orderId, entries)
    return [...known, ...seen.filter((each) => !known.includes(each))]
  }
  return {
    timeoutMs,
    what: `order ${orderId} to be ${status}`,
    find(entries) {
      const statuses = trailOf(entries)
      if (!statuses.includes(status)) return undefined
      return { orderId, status: statuses.at(-1) ?? status, statuses }
    },
    explain: (entries) => {
      const about = entries.filter(({ event }) => event.orderId === orderId)
      const last = trailOf(entries).at(-1)
      const heading = `Order ${orderId} was not ${status} after ${timeoutMs} ms; it is ${last}.`
      const happened = describeEntries('What happened to it:', about, 'Nothing happened to it.')
      return [heading, happened, hintAbout(orderId, last, about)].filter((line) => line !== null).join('\n')
    },
  }
}

function statusesOf(orderId: number, entries: readonly TrailEntry[]): readonly OrderStatus[] {
  return entries.flatMap(({ event }) =>
    event.kind === 'order.status' && event.orderId === orderId ? [event.to as OrderStatus] : [],
  )
}

function hintAbout(orderId: number, status: OrderStatus | undefined, about: readonly TrailEntry[]): string | null {
  const last = about.map(sentWebhookOf).findLast((webhook) => webhook !== undefined)
  if (last !== undefined && last.outcome !== 'accepted') return adviceAbout(last)
  return status === 'new' ? `Nobody has paid it: pay(${orderId}) does.` : null
}
