// A status move as the server asks for it, decides it and carries it out.
import type { OrderStatus, TransitionCause, TransitionRefusal } from '@ordertrail/core'
import type { Command } from '../platform/store/index.ts'
import type { ProjectFacts } from '../projects/index.ts'
import { orderKey } from './lock-orders.ts'
import type { MovingOrder } from './moving-order.ts'

/** Why an order moves: the kind that decides, and what it refers to, such as a payment, a delivery or a person. */
export interface Cause {
  readonly kind: TransitionCause
  readonly reference: string | null
  readonly note?: string | null
}

/**
 * A move that somebody asks for.
 *
 * @property paymentId needed with `payment_succeeded`: the payment that this move accepts; its row stands already
 * @property refundId needed with `refund_succeeded`: the refund that completed the sum; its row has succeeded already
 */
export interface TransitionInput {
  readonly projectId: number
  readonly orderId: number
  readonly to: OrderStatus
  readonly cause: Cause
  readonly paymentId?: number
  readonly refundId?: number
}

/** What became of it; `status` is the order's status now. A second caller of the same move gets `ignored`. */
export type TransitionResult =
  | { readonly kind: 'applied'; readonly from: OrderStatus; readonly status: OrderStatus }
  | { readonly kind: 'ignored'; readonly reason: 'same' | 'late'; readonly status: OrderStatus }
  | { readonly kind: 'refused'; readonly code: TransitionRefusal; readonly status: OrderStatus }
  | { readonly kind: 'absent' }

/** One step of one order's life that was decided and is now carried out. */
export interface Move {
  /** Null: the order was just created. */
  readonly from: OrderStatus | null
  readonly to: OrderStatus
  readonly cause: Cause
  /** The order as it is after this step. */
  readonly order: MovingOrder
  readonly facts: ProjectFacts
  readonly refundId: number | null
}

/** Moves one order; grouped with others that arrive at the same time. */
export const applyTransition: Command<TransitionInput, TransitionResult> = {
  name: 'orders.apply-transition',
  groupMax: 64,
  keys: (input) => [`order:${orderOf(input)}`],
}

/** Key of the order that `input` asks about. */
export function orderOf({ projectId, orderId }: TransitionInput): string {
  return orderKey(projectId, orderId)
}
