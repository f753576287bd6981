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
  | 'resend_body_retired'
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

/** The two ways of sending many again: what failed, and what became events that nobody processed. */
export const RECOVERY_KINDS = ['recover', 'replay'] as const

/** One of them. */
export type RecoveryKind = (typeof RECOVERY_KINDS)[number]

/**
 * States of the deliveries that each kind sends again. Everything else goes on by itself (blocked, due, claimed, paused),
 * follows when an earlier one is accepted (held), was told (accepted), or must never be told (void).
 */
export const RECOVERED_STATES: Readonly<Record<RecoveryKind, readonly DeliveryState[]>> = {
  recover: ['rejected', 'exhausted'],
  replay: ['moved'],
}

/**
 * Decides one resend.
 *
 * An order_paid of a canceled order is refused in every state: it would grant what was taken back. A blocked or held
 * row would overtake an earlier one; resend that one instead, a 2xx to it releases this. A moved row may be sent while
 * the event that it became is unprocessed and webhooks are the route again; else the game hears of it there.
 *
 * @param delivery.isEventOpen true while both hold, looked at for moved rows only; left out: false
 */
export function decideResend(delivery: {
  readonly type: DeliveryType
  readonly state: DeliveryState
  readonly orderStatus: OrderStatus
  readonly isEventOpen?: boolean
}): ResendDecision {
  if (delivery.type === 'order_paid' && delivery.orderStatus === 'canceled') {
    return { kind: 'refused', code: 'resend_order_canceled' }
  }
  const code = delivery.state === 'moved' && delivery.isEventOpen === true ? null : REFUSAL_BY_STATE[delivery.state]
  return code === null ? { kind: 'allowed' } : { kind: 'refused', code }
}
