// The checks of an endpoint: what they are called, in which order they run, and which are always made.
import { DELIVERY_TYPES, type DeliveryType } from '@ordertrail/core'

/** Questions, and two that a listener has to refuse. */
const QUESTIONS = ['user_validation', 'unknown_user', 'bad_signature', 'user_search', 'partner_side_catalog'] as const

/** One check. Those of notifications are named after them. */
export type CheckName = (typeof QUESTIONS)[number] | DeliveryType

/** In the order in which they run: what costs nothing first, then one order's life. */
export const CHECK_NAMES: readonly CheckName[] = [...QUESTIONS, ...DELIVERY_TYPES]

/** What is checked where nobody says more: nothing of it can give a player anything. */
export const DEFAULT_CHECKS: readonly CheckName[] = ['user_validation', 'unknown_user', 'bad_signature']

/** Whether a check sends a notification about the sample order. */
export function isNotification(name: CheckName): name is DeliveryType {
  return DELIVERY_TYPES.some((type) => type === name)
}

/** What is wanted. */
export interface EndpointTestWish {
  readonly projectId: number
  /** A user whom the game knows. */
  readonly userId: string
  /** The id that players see and tell; null: user_search looks for `userId`. */
  readonly publicId: string | null
  readonly checks: readonly CheckName[]
  /** Item of the sample order; null: any. */
  readonly sku: string | null
  /** Of the sample payment; null: any. */
  readonly transactionId: number | null
}
