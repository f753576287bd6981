// The trail: what a developer sees happen on the screen, as plain data.

/** One thing that happened; for people and demos, never for decisions. */
export type TrailEvent =
  | {
      readonly kind: 'order.status'
      readonly projectId: number
      readonly orderId: number
      readonly from: string | null
      readonly to: string
      readonly cause: string
    }
  | {
      readonly kind: 'delivery.attempted'
      readonly projectId: number
      readonly orderId: number
      readonly deliveryId: number
      /** Notification type, such as order_paid. */
      readonly type: string
      /** Number of this attempt over automatic and manual ones, from 1, and how many automatic ones the schedule has. */
      readonly attempt: number
      readonly attemptsMax: number
      readonly by: 'automatic' | 'manual'
      readonly status: number | null
      readonly failure: string | null
      readonly outcome: 'accepted' | 'rejected' | 'retry' | 'exhausted'
      readonly durationMs: number
      /** Wall time of the next attempt; null: none will follow. */
      readonly nextDueAt: number | null
      /** Minutes after the first attempt at which this position stands; null for manual ones. */
      readonly offsetMinutes: number | null
      /** What was sent, as JSON text. */
      readonly body: string
    }
  | {
      readonly kind: 'user.validated'
      readonly projectId: number
      readonly orderId: number | null
      readonly userId: string
      readonly stage: 'method_chosen' | 'data_entered' | 'pay_pressed' | 'before_capture'
      readonly status: number | null
      readonly isAccepted: boolean
      readonly failure: string | null
      readonly durationMs: number
      /** What was asked, as JSON text. */
      readonly body: string
    }
  | {
      readonly kind: 'alarm'
      readonly projectId: number
      readonly orderId: number | null
      readonly code: string
      readonly detail: string
    }

/** Takes trail events; must not throw. */
export type Observe = (event: TrailEvent) => void

/** Watches the trail; `now` is wall time in milliseconds, with skipped time. Must not throw. */
export type TrailWatcher = (event: TrailEvent, now: number) => void
