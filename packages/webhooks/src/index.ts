// The exports of @ordertrail/webhooks: the listener of a game server and its idempotency store.
export type {
  CombinedOrderCanceledWebhook,
  CombinedOrderPaidWebhook,
  ListenerErrorCode,
  OrderCanceledWebhook,
  OrderPaidWebhook,
  PartialRefundWebhook,
  PartnerSideCatalogWebhook,
  PaymentWebhook,
  PsDeclinedWebhook,
  RefundWebhook,
  UserSearchAnswer,
  UserSearchWebhook,
  UserValidationWebhook,
} from '@ordertrail/core'
export { type Refusal, refuse, type WebhookAnswer } from './answer.ts'
export type { CatalogOffer } from './catalog-offers.ts'
export type { IdempotencyEntry, IdempotencyStore, OnceResult, WorkResult } from './idempotency-store.ts'
export { createWebhookListener, type ReadWebhook, type WebhookListener } from './listener.ts'
export type {
  Handler,
  HandlerContext,
  HandlerResult,
  QuestionContext,
  QuestionHandler,
  SourceCheck,
  WebhookListenerOptions,
} from './listener-options.ts'
export type { ListenerProblem } from './listener-problem.ts'
export { memoryIdempotencyStore } from './memory-idempotency-store.ts'
export type { Notification } from './notification.ts'
export type { MoneyFacts, PaymentNotice, RefundNotice } from './payment-notice.ts'
export type { Cancellation, OrderFacts, Purchase, PurchaseItem, RefundDetails } from './purchase.ts'
export type { PartnerCatalogQuery, UserSearchQuery } from './questions.ts'
export type { ReceivedWebhook } from './received-webhook.ts'
export type { SignatureFault } from './signature-fault.ts'
export type { WebhookHeaders } from './webhook-headers.ts'
