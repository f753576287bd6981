// What @ordertrail/client gives.
export { documentedEndpoints, type Endpoints, ordertrailEndpoints } from './all-endpoints.ts'
export type { CheckResult, Found } from './check-order.ts'
export type { Basket, CreatedOrder, OrderDetails, PayWith } from './create-order.ts'
export { createOrderTrail, type OrderTrail, type OrderTrailOptions, type PendingOptions } from './create-order-trail.ts'
export type { OpenPayment, Payment, PaymentWindow } from './payment-window.ts'
export type { PurchaseOptions } from './purchase.ts'
export * from './track.ts'
