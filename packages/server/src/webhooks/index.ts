// The front door of webhooks: what is owed, the dispatcher that sends it, switches, resends, and the question before a payment.

export { makeWebhookEndpoints, type WebhookEndpointDeps, type WebhookEndpoints } from './deliveries.endpoints.ts'
export type {
  DeliveryFilter,
  DeliveryPage,
  DeliveryStory,
} from './deliveries.queries.ts'
export { createDispatcher, type Dispatcher, type DispatcherDeps } from './dispatcher.ts'
export type { EndedDelivery, OnDeliveriesEnded } from './ended-delivery.ts'
export { createEndpointSlots, ENDPOINT_CONNECTIONS_MAX, ENDPOINT_IN_FLIGHT_MAX } from './endpoint-slots.ts'
export {
  type ChainQuestion,
  enqueueDeliveries,
  type OwedChain,
  type PlannedChain,
  planChains,
} from './enqueue-deliveries.ts'
export {
  createFaultInjection,
  type FaultAnswer,
  type FaultInjection,
  type FaultOrder,
} from './fault-injection.ts'
export { notificationFormatOf } from './notification-format.ts'
export type { AttemptCallbacks } from './record-attempts.ts'
export { makeRecoveryRunner } from './recovery/recovery-runner.ts'
export type { OrderToSettle } from './release-successors.ts'
export type { Resend, ResendDeps, ResendRequest, ResendResult } from './resend-delivery.ts'
export { retirableAttempts } from './retention/delete-attempts.ts'
export { retirableDetails } from './retention/retire-details.ts'
export { makeWebhookSwitches, type SwitchDeps } from './switch-webhooks.ts'
export {
  makeUserValidation,
  type UserQuestion,
  type UserValidation,
  type UserValidationDeps,
  type UserValidationOrder,
  type ValidateUser,
  type ValidationStage,
} from './validate-user.ts'
export { webhookCommands } from './webhook-commands.ts'
