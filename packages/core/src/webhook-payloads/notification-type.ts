// The names of the webhooks that the system sends.

/** Every notification_type that can be sent; order_paid and order_canceled come in two modes. */
export const NOTIFICATION_TYPES = [
  'user_validation',
  'user_search',
  'payment',
  'refund',
  'partial_refund',
  'ps_declined',
  'order_paid',
  'order_canceled',
  'partner_side_catalog',
] as const

/** Value of notification_type in a webhook body. */
export type NotificationType = (typeof NOTIFICATION_TYPES)[number]
