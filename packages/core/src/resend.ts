// The decision whether a delivery may be sent again by hand, in a recovery or in a replay.
import type { DeliveryState, DeliveryType } from './delivery.ts'
import type { OrderStatus } from './order-status.ts'

/** Codes of refused resends, all of them in ERROR_CODES. */
export type ResendRefusal =
  | 'resend_order_canceled'
  | 'resend_delivery_void'
  | 'resend_delivery_moved'
  | 'resend_too_early'
  | 'resend_in_flight'
  | 'webhooks_disabled'

/** Whether a delivery may be sent again now. */
export type ResendDecision = { readonly kind: 'allowed' } | { readonly kind: 'refused'; readonly code: ResendRefusal }

const REFUSAL_BY_STATE: Readonly<Record<DeliveryState, ResendRefusal | null>> = {
  blocked: 'resend_too_early',
  due: null,
  claimed: 'resend_in_flight',
  paused: 'webhooks_disabled',
  held: 'resend_too_early',
  accepted: null,
  rejected: null,
  exhausted: null,
  void: 'resend_delivery_void',
  moved: 'resend_delivery_moved',
}

/**
 * Decides one resend.
 *
 * An order_paid of a canceled order is refused in every state: it would grant what was taken back. A blocked or held
 * row would overtake an earlier one; resend that one instead, a 2xx to it releases this.
 */
export function decideResend(delivery: {
  readonly type: DeliveryType
  readonly state: DeliveryState
  readonly orderStatus: OrderStatus
}): ResendDecision {
  if (delivery.type === 'order_paid' && delivery.orderStatus === 'canceled') {
    return { kind: 'refused', code: 'resend_order_canceled' }
  }
  const code = REFUSAL_BY_STATE[delivery.state]
  return code === null ? { kind: 'allowed' } : { kind: 'refused', code }
}
