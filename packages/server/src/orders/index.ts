// The front door of orders: moves, creation, reading, and what other folders hang below them.
export { announceDeclines, announceRefunds, type DeclineNews, type RefundNews } from './announce-payments.ts'
export { applyTransitions } from './apply-transition.ts'
export { fulfilAcknowledged, fulfilProcessed } from './fulfil-order.ts'
export { lockOrders, orderKey } from './lock-orders.ts'
export { UNDER_WAY_STATES } from './payments-under-way.ts'
export { applyTransition, type Cause, type TransitionInput, type TransitionResult } from './transition.ts'
