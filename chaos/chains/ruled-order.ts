// What one order and its webhooks are, in the words of the rules alone; nothing here comes from the engine.

/** Types of webhooks. */
export type RuledType = 'payment' | 'order_paid' | 'partial_refund' | 'refund' | 'order_canceled' | 'ps_declined'

/** What a project has set at one moment. */
export interface RuledSettings {
  readonly mode: 'combined' | 'separate'
  readonly version: 1 | 2
  readonly isEventsApiOn: boolean
  /** False: webhook settings were never made. */
  readonly hasWebhook: boolean
  readonly isEnabled: boolean
  readonly isAutoRefundOn: boolean
  readonly fulfilment: 'acknowledged' | 'api'
  readonly isPartialRefundTold: boolean
  readonly isDeclineTold: boolean
  /** Minutes of every type. */
  readonly minutes: readonly number[]
}

/** `waiting`: for a row before it. */
export type RuledState =
  | 'waiting'
  | 'due'
  | 'claimed'
  | 'paused'
  | 'held'
  | 'accepted'
  | 'rejected'
  | 'exhausted'
  | 'void'
  | 'moved'

/** An entry of the events API. */
export interface RuledEvent {
  readonly type: RuledType
  readonly version: number
  isProcessed: boolean
}

/** One owed webhook. `tries` counts automatic and manual ones that began. */
export interface RuledRow {
  readonly type: RuledType
  readonly mode: 'combined' | 'separate'
  readonly version: number
  state: RuledState
  tries: number
  position: number
  firstAt: number | null
  dueAt: number
  crashes: number
  /** Names the newest claim. */
  token: number
  leaseUntil: number
  /** Set when it moved. */
  event: RuledEvent | null
  /** Learnt from the store when it is first seen there. */
  deliveryId: number | null
}

/** A refund of the accepted payment. `id` null: not learnt yet. */
export interface RuledRefund {
  id: number | null
  readonly amount: number
  state: 'requested' | 'pending' | 'succeeded' | 'failed'
}

/** One order. `accepted`: the reference of the payment that paid it; the statuses of `timeline` are those it went through. */
export interface RuledOrder {
  readonly kind: 'real' | 'virtual' | 'free'
  readonly amount: number
  readonly expiresAt: number
  status: 'new' | 'paid' | 'done' | 'canceled' | 'expired'
  accepted: string | null
  /** Whether its game was ever told that it is paid. */
  isTold: boolean
  readonly payments: Map<string, 'pending' | 'failed' | 'succeeded'>
  readonly refunds: RuledRefund[]
  /** Refunds that were told before their payment. */
  readonly parked: { readonly payment: string; readonly amount: number }[]
  readonly rows: RuledRow[]
  readonly events: RuledEvent[]
  readonly timeline: string[]
}

/** Whether a row will never be sent by itself again. */
export function hasEnded({ state }: Pick<RuledRow, 'state'>): boolean {
  return ['accepted', 'rejected', 'exhausted', 'void', 'moved'].includes(state)
}

/** Whether webhooks cannot be sent now. */
export function isOff({ isEventsApiOn, hasWebhook, isEnabled }: RuledSettings): boolean {
  return isEventsApiOn || !hasWebhook || !isEnabled
}
