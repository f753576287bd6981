// What the write side tells the rest of the process after a commit; only speed, the rows are the truth.

/** Plain data about something that was committed. */
export type WakeUp =
  /** A status went onto a channel; `data` is the JSON text of publications.data. */
  | {
      readonly kind: 'publication'
      readonly projectId: number
      readonly channel: string
      readonly epoch: string
      readonly offset: number
      readonly data: string
    }
  /** A delivery may be claimed at `dueAt` (wall milliseconds). */
  | { readonly kind: 'delivery_due'; readonly projectId: number; readonly dueAt: number }
  /** A recovery was asked for, or canceled. */
  | { readonly kind: 'recovery_changed'; readonly projectId: number }
  /** A refund waits for its provider. */
  | { readonly kind: 'refund_requested'; readonly projectId: number }
  /** An order's status was applied; for logs and the developer's screen. */
  | {
      readonly kind: 'order_status'
      readonly projectId: number
      readonly orderId: number
      readonly from: string | null
      readonly to: string
      readonly cause: string
    }
  /** Something needs a person (rules of alarms); `code` is stable. */
  | {
      readonly kind: 'alarm'
      readonly projectId: number
      readonly code: string
      readonly orderId: number | null
      readonly detail: string
    }
  /** Settings of a project changed: caches drop what they hold of it. */
  | { readonly kind: 'project_changed'; readonly projectId: number }
  /** Wall time was moved forward to `now`; whoever sleeps until a due time looks again. */
  | { readonly kind: 'time_skipped'; readonly now: number }
