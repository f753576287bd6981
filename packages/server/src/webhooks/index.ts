// The front door of webhooks: what is owed, the dispatcher that sends it, switches, resends, and the question before a payment.

export { makeWebhookEndpoints, type WebhookEndpointDeps, type WebhookEndpoints } from './deliveries.endpoints.ts'
export {
  DELIVERIES_PAGE_MAX,
  type DeliveryFilter,
  type DeliveryPage,
  type DeliveryStory,
  findDelivery,
  lastDeliveryOf,
  listDeliveries,
} from './deliveries.queries.ts'
export { createDispatcher, type Dispatcher, type DispatcherDeps, LEASE_MARGIN_MS } from './dispatcher.ts'
export type { EndedDelivery, OnDeliveriesEnded } from './ended-delivery.ts'
export { ENDPOINT_IN_FLIGHT_MAX } from './endpoint-slots.ts'
export {
  type ChainQuestion,
  enqueueDeliveries,
  type OwedChain,
  type PlannedChain,
  planChains,
} from './enqueue-deliveries.ts'
export {
  createFaultInjection,
  FAULTS_MAX,
  type FaultAnswer,
  type FaultInjection,
  type FaultOrder,
} from './fault-injection.ts'
export type { AttemptCallbacks } from './record-attempts.ts'
export { isPaused, type OrderToSettle, releaseSuccessors } from './release-successors.ts'
export { makeResend, type Resend, type ResendDeps, type ResendRequest, type ResendResult } from './resend-delivery.ts'
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
