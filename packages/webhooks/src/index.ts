// The exports of @ordertrail/webhooks: the listener of a game server, its idempotency store.
export type {
  CombinedOrderCanceledWebhook,
  CombinedOrderPaidWebhook,
  ListenerErrorCode,
  PartialRefundWebhook,
  PartnerSideCatalogAnswer,
  PartnerSideCatalogItem,
  PaymentWebhook,
  PsDeclinedWebhook,
  RefundWebhook,
  UserSearchAnswer,
} from '@ordertrail/core'
export { type Refusal, refuse, type WebhookAnswer } from './answer.ts'
export type { IdempotencyEntry, IdempotencyStore, OnceResult, WorkResult } from './idempotency-store.ts'
export { createWebhookListener, type ReceivedWebhook, type WebhookListener } from './listener.ts'
export type {
  Handler,
  HandlerContext,
  HandlerResult,
  QuestionContext,
  QuestionHandler,
  WebhookListenerOptions,
} from './listener-options.ts'
export type { ListenerProblem } from './listener-problem.ts'
export { memoryIdempotencyStore } from './memory-idempotency-store.ts'
export type { MoneyFacts, PaymentNotice, RefundNotice } from './payment-notice.ts'
export type { Cancellation, OrderFacts, Purchase, PurchaseItem, PurchaseMode, RefundDetails } from './purchase.ts'
export type { PartnerCatalogQuery, UserSearchQuery } from './questions.ts'
export type { SignatureFault } from './signature-fault.ts'
export type { WebhookHeaders } from './verify-signature.ts'
