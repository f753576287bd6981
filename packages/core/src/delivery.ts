// The words for a delivery, one webhook that is owed: its types, its states, and which states are an end.

/** Types that are queued; user_validation and partner_side_catalog are asked at once and never queued. */
export const DELIVERY_TYPES = [
  'payment',
  'order_paid',
  'partial_refund',
  'refund',
  'order_canceled',
  'ps_declined',
] as const

/** Type of a queued webhook. */
export type DeliveryType = (typeof DELIVERY_TYPES)[number]

/** Whether payment and order news come in one webhook or in two. */
export type WebhookMode = 'combined' | 'separate'

/** Every state of a delivery. */
export const DELIVERY_STATES = [
  'blocked',
  'due',
  'claimed',
  'paused',
  'held',
  'accepted',
  'rejected',
  'exhausted',
  'void',
  'moved',
] as const

/**
 * State of a delivery: `blocked` waits for an earlier row, `due` waits for its time, `claimed` is being sent, `paused`
 * waits for webhooks to be enabled, `held` waits for an earlier row to be accepted after all. The other five are ends.
 */
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** What the row does in each state. */
const STATE_FACTS: Readonly<Record<DeliveryState, { readonly isEnded: boolean; readonly movesToEvents: boolean }>> = {
  blocked: { isEnded: false, movesToEvents: true },
  due: { isEnded: false, movesToEvents: true },
  claimed: { isEnded: false, movesToEvents: true },
  paused: { isEnded: false, movesToEvents: true },
  held: { isEnded: false, movesToEvents: false },
  accepted: { isEnded: true, movesToEvents: false },
  rejected: { isEnded: true, movesToEvents: false },
  exhausted: { isEnded: true, movesToEvents: false },
  void: { isEnded: true, movesToEvents: false },
  moved: { isEnded: true, movesToEvents: false },
}

/** True when no automatic attempt will follow: accepted, rejected, exhausted, void and moved. */
export function isEnded(state: DeliveryState): boolean {
  return STATE_FACTS[state].isEnded
}

/** True for rows that end `moved` and become unprocessed events when the events API is switched on. */
export function movesToEvents(state: DeliveryState): boolean {
  return STATE_FACTS[state].movesToEvents
}
