// What @ordertrail/core gives: the words of the domain and the decisions that need no I/O.
export { AppError, type AppErrorOptions } from './app-error.ts'
export { type ChainRow, type StateChange, settleChain } from './chain-line.ts'
export { CHANNEL_NAME_LENGTH_MAX, channelName, partyText } from './channel-name.ts'
export { currencyDigits } from './currency.ts'
export {
  DELIVERY_STATES,
  DELIVERY_TYPES,
  type DeliveryState,
  type DeliveryType,
  isEnded,
  movesToEvents,
  type WebhookMode,
} from './delivery.ts'
export { type AttemptAnswer, afterAttempt, type EndedAttempt, judge, type Verdict } from './delivery-outcome.ts'
export type { ErrorDefinition } from './error-codes/error-definition.ts'
export { ERROR_CODES, type ErrorCode, isErrorCode } from './error-codes.ts'
export {
  type AmountCurrency,
  cartAmount,
  MINOR_UNITS_MAX,
  numberAmount,
  orderAmount,
  type ParsedAmount,
  parseAmount,
  parseDecimal,
  sumMinor,
  timesQuantity,
  webhookAmount,
} from './money.ts'
export {
  CURRENCY_KINDS,
  type CurrencyKind,
  isFinalStatus,
  isOrderStatus,
  ORDER_STATUSES,
  type OrderStatus,
  WIRE_STATUSES,
  type WireStatus,
  wireStatus,
} from './order-status.ts'
export {
  DUPLICATE_REFUND_CODE,
  isRefundCode,
  REFUND_CODES,
  type RefundCode,
  type RefundReason,
} from './refund-codes.ts'
export {
  decideResend,
  RECOVERED_STATES,
  RECOVERY_KINDS,
  type RecoveryKind,
  type ResendDecision,
  type ResendRefusal,
} from './resend.ts'
export {
  type AfterCrash,
  afterCrash,
  type ClaimedPosition,
  type ClaimMoment,
  CRASH_RESENDS_MAX,
  nextPosition,
  positionAtClaim,
  SCHEDULE_48H,
  SCHEDULE_MINUTES_MAX,
  SCHEDULE_POSITIONS_MAX,
  SCHEDULES,
  type ScheduledType,
  type ScheduleFault,
  scheduleFault,
  scheduleOffsetsMs,
  windowMs,
} from './retry-schedule.ts'
export {
  equalBytes,
  parseSignatureHeader,
  sha1Signature,
  signatureHeader,
  standardWebhookContent,
} from './signature.ts'
export {
  announcementOf,
  decideTransition,
  type Fulfilment,
  TRANSITION_CAUSES,
  TRANSITIONS,
  type TransitionCause,
  type TransitionDecision,
  type TransitionFacts,
  type TransitionQuestion,
  type TransitionRefusal,
  type TransitionRule,
  type TransitionWay,
} from './status-transition.ts'
export { type StoreErrorBody, storeErrorBody } from './store-error.ts'
export {
  type ChainEvent,
  type DeliveryPlan,
  type PlanInput,
  type PlannedRow,
  type Predecessor,
  planDeliveries,
} from './webhook-chain.ts'
export { NOTIFICATION_TYPES, type NotificationType } from './webhook-payloads/notification-type.ts'
export {
  type CombinedOrderCanceledWebhook,
  type CombinedOrderPaidWebhook,
  CURRENCY_TYPES,
  type OrderCanceledWebhook,
  type OrderPaidWebhook,
  type WebhookCode,
  type WebhookOrder,
  type WebhookOrderItem,
  type WebhookOrderUser,
  type WebhookPromotion,
} from './webhook-payloads/order-webhooks.ts'
export type {
  PartialRefundWebhook,
  PaymentBilling,
  PaymentWebhook,
  PsDeclinedWebhook,
  RefundBilling,
  RefundWebhook,
  WebhookPaymentDetails,
  WebhookRefundDetails,
  WebhookRefundTransaction,
  WebhookTransaction,
} from './webhook-payloads/payment-webhooks.ts'
export {
  LISTENER_ERROR_CODES,
  type ListenerErrorBody,
  type ListenerErrorCode,
  type PartnerSideCatalogAnswer,
  type PartnerSideCatalogItem,
  type PartnerSideCatalogWebhook,
  type UserSearchAnswer,
  type UserSearchWebhook,
  type UserValidationWebhook,
} from './webhook-payloads/question-webhooks.ts'
export type { WebhookBody } from './webhook-payloads/webhook-body.ts'
export type {
  BillingPurchase,
  CustomParameters,
  LineItemPrice,
  NumberMoney,
  PercentMoney,
  PurchaseOrder,
  WebhookGift,
  WebhookPurchase,
  WebhookSettings,
  WebhookSubscription,
  WebhookUser,
} from './webhook-payloads/webhook-parts.ts'
