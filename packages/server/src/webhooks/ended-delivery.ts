// A delivery that ended, as the floors above hear of it inside the transaction that records the outcome.
import type { DeliveryType, WebhookMode } from '@ordertrail/core'
import type { Tx } from '../platform/store/index.ts'

/** A delivery whose state became an end just now, for what it causes above this floor. `status` null: there was no answer. */
export interface EndedDelivery {
  readonly projectId: number
  readonly deliveryId: number
  readonly orderId: number
  readonly type: DeliveryType
  readonly mode: WebhookMode
  readonly outcome: 'accepted' | 'rejected' | 'exhausted'
  readonly by: 'automatic' | 'manual'
  readonly status: number | null
  /** The unprocessed event that the delivery had become before it was sent by hand and accepted; the game knows it now. */
  readonly eventId?: number
}

/**
 * What an end causes. Runs in the transaction that records it, so that a crash cannot come between, with the orders locked and before
 * deliveries are: it may move orders.
 */
export type OnDeliveriesEnded = (tx: Tx, ended: readonly EndedDelivery[]) => Promise<void>
