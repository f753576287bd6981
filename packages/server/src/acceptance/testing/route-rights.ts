// Who may call which operation. Written by hand on purpose: a new operation has to be thought about here.
import type { CallerKind } from './rights-cast.ts'

/**
 * What lets somebody in. `payment link`: the request's own payment token and nothing else, so that everybody is answered alike.
 * `absent`: exists in the emulator only.
 */
export type Right =
  | 'anyone'
  | 'catalog'
  | 'player'
  | 'buyer'
  | 'events'
  | 'project'
  | 'merchant'
  | 'installation'
  | 'payment link'
  | 'absent'

const PLAYERS: readonly CallerKind[] = ['player', 'other player', 'payment token']
const STAFF: readonly CallerKind[] = ['key of this project', 'key of the merchant', 'admin']

/** Callers who are let in; all others are refused before anything is read or written. */
export const LET_IN: Readonly<Record<Exclude<Right, 'anyone' | 'payment link' | 'absent'>, readonly CallerKind[]>> = {
  // Open to all, but a bearer that is sent has to be good for this project, so that a client hears of an expired one.
  catalog: [
    'nobody',
    ...PLAYERS,
    'visitor',
    'key of this project',
    'key of another project of the merchant',
    'key of the merchant',
    'key of another merchant',
    'key of a project of another merchant',
  ],
  player: PLAYERS,
  buyer: [...PLAYERS, 'visitor'],
  events: PLAYERS,
  project: STAFF,
  merchant: ['key of the merchant', 'admin'],
  installation: ['admin'],
}

/** The operations of each right, by operationId. */
export const OPERATIONS: Readonly<Record<Right, readonly string[]>> = {
  anyone: [
    'get-health',
    'get-readiness',
    'get-openapi',
    // What opens these is in the connect request or the session, not in a header.
    'connect-http-stream',
    'connect-sse',
    'connect-sse-post',
    'send-emulated',
  ],
  catalog: [
    'get-sellable-items',
    'get-item-groups',
    'get-sellable-items-group',
    'get-sellable-item-by-sku',
    'get-sellable-item-by-id',
    'get-virtual-items',
    'get-all-virtual-items',
    'get-virtual-items-group',
    'get-virtual-items-sku',
    'get-virtual-currency',
    'get-virtual-currency-sku',
    'get-virtual-currency-package',
    'get-virtual-currency-package-sku',
    'get-bundle-list',
    'get-bundle-list-in-group',
    'get-bundle',
  ],
  player: ['create-order-with-item', 'create-free-order-with-item', 'create-order-with-item-for-virtual-currency'],
  buyer: [
    'get-order',
    'create-order',
    'create-order-by-cart-id',
    'create-free-order',
    'create-free-order-by-cart-id',
    'redeem-promo-code',
    'remove-cart-promo-code',
    'get-promo-code-rewards-by-code',
    'redeem-coupon',
    'get-coupon-rewards-by-code',
    'verify-promotion-code',
    'get-user-cart',
    'get-cart-by-id',
    'cart-clear',
    'cart-clear-by-id',
    'cart-fill',
    'cart-fill-by-id',
    'put-item',
    'put-item-by-cart-id',
    'delete-item',
    'delete-item-by-cart-id',
  ],
  events: ['get-events', 'mark-event-processed'],
  project: [
    'admin-create-payment-token',
    'admin-order-search',
    'admin-cart-fill',
    'admin-fill-cart-by-id',
    'get-webhook',
    'update-webhook',
    'get-project',
    'get-project-settings',
    'change-project-settings',
    'list-api-keys',
    'create-api-key',
    'revoke-api-key',
    'create-user-token',
    'get-webhook-settings',
    'put-webhook-settings',
    'rotate-webhook-secret',
    'test-webhooks',
    'import-catalog',
    'read-order-story',
    'fulfil-order',
    'cancel-order',
    'resend-order',
    'list-refunds',
    'request-refund',
    'list-deliveries',
    'get-delivery',
    'resend-delivery',
    'list-attempts',
    'get-webhook-health',
    'start-recovery',
    'list-recoveries',
    'get-recovery',
    'cancel-recovery',
    'record-payment-event',
    'record-payment-events',
  ],
  merchant: ['get-projects', 'list-projects', 'create-project'],
  installation: ['create-merchant', 'get-metrics'],
  'payment link': [
    'get-payment-status',
    'pay-station',
    'pay-station-method',
    'pay-station-data',
    'pay-station-pay-form',
    'pay-station-complete-form',
    'pay-station-pay',
    'pay-station-complete',
  ],
  absent: ['skip-time', 'fail-next', 'fail-calls', 'drop-connections', 'lose-pushes', 'pay-order'],
}
