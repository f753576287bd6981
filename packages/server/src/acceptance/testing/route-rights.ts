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

/** By operationId. */
export const ROUTE_RIGHTS: Readonly<Record<string, Right>> = {
  'create-order-with-item': 'player',
  'create-order': 'buyer',
  'create-order-by-cart-id': 'buyer',
  'create-free-order-with-item': 'player',
  'create-free-order': 'buyer',
  'create-free-order-by-cart-id': 'buyer',
  'create-order-with-item-for-virtual-currency': 'player',
  'admin-create-payment-token': 'project',
  'get-order': 'buyer',
  'admin-order-search': 'project',
}
