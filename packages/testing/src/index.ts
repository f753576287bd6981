// The exports of @ordertrail/testing: the emulator in a test's own process, and signed sample webhooks.
export type { Endpoints } from '@ordertrail/client'
export type {
  DeepPartial,
  SampleItem,
  SampleOrder,
  SignedWebhook,
  SignWebhookOptions,
} from '@ordertrail/webhooks/testing'
export {
  sampleOrderCanceled,
  sampleOrderPaid,
  samplePartialRefund,
  samplePartnerSideCatalog,
  samplePayment,
  samplePsDeclined,
  sampleRefund,
  sampleUserSearch,
  sampleUserValidation,
  sampleWebhook,
  signWebhook,
} from '@ordertrail/webhooks/testing'
export type {
  Emulator,
  EmulatorOptions,
  FoundOrder,
  PaymentEnd,
  RefundWish,
  UnprocessedEvent,
  UserDetails,
} from './emulator.ts'
export { EmulatorError } from './emulator-error.ts'
export type { CallFault, Faults, WebhookFault } from './faults.ts'
export type { OrderWish, PlacedOrder } from './order-wish.ts'
export type { SentWebhook } from './sent-webhook.ts'
export { startEmulator } from './start-emulator.ts'
export type { OrderTrail } from './wait-for-order.ts'
export type { WebhookWish } from './wait-for-webhook.ts'
