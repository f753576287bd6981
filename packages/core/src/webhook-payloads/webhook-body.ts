// The body of any webhook.
import type {
  CombinedOrderCanceledWebhook,
  CombinedOrderPaidWebhook,
  OrderCanceledWebhook,
  OrderPaidWebhook,
} from './order-webhooks.ts'
import type { PartialRefundWebhook, PaymentWebhook, PsDeclinedWebhook, RefundWebhook } from './payment-webhooks.ts'
import type { PartnerSideCatalogWebhook, UserSearchWebhook, UserValidationWebhook } from './question-webhooks.ts'

/** Any webhook body; `notification_type` tells which. */
export type WebhookBody =
  | UserValidationWebhook
  | UserSearchWebhook
  | PaymentWebhook
  | RefundWebhook
  | PartialRefundWebhook
  | PsDeclinedWebhook
  | OrderPaidWebhook
  | OrderCanceledWebhook
  | CombinedOrderPaidWebhook
  | CombinedOrderCanceledWebhook
  | PartnerSideCatalogWebhook
