// What @ordertrail/react gives: the provider and its hooks.

export { type OrderTrailClient, OrderTrailProvider, type OrderTrailProviderProps, useOrderTrail } from './provider.ts'
export type { PurchaseSnapshot, PurchasingClient } from './purchase-run.ts'
export type { OrderSnapshot, TrackingClient } from './shared-trackings.ts'
export { type OrderStatus, useOrderStatus } from './use-order-status.ts'
export { type Purchase, usePurchase } from './use-purchase.ts'
