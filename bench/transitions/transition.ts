// The two transitions that are measured: the lightest there is and the one with most behind it.
import type { SeededOrder } from '../stage/seed.ts'

/** `payment`: new → paid by a payment event of a request of its own. `fulfilment`: paid → done, told by the game's server. */
export type TransitionName = 'payment' | 'fulfilment'

/** Both, the lighter one last. */
export const TRANSITIONS: readonly TransitionName[] = ['payment', 'fulfilment']

/** Statuses before and after. */
export const STATUSES: Readonly<Record<TransitionName, { readonly from: string; readonly to: string }>> = {
  payment: { from: 'new', to: 'paid' },
  fulfilment: { from: 'paid', to: 'done' },
}

/** Rows that one transition adds, by table; whoever takes part must have written them all. */
export const ROWS_ADDED: Readonly<Record<TransitionName, readonly string[]>> = {
  payment: [
    'idempotency_keys',
    'payment_events',
    'payments',
    'status_transitions',
    'publications',
    'notifications',
    'deliveries',
  ],
  fulfilment: ['status_transitions', 'publications'],
}

/** Who makes transitions, one call each. */
export interface Mover {
  /** Moves one order durably. Rejects when the order did not move. */
  move(order: SeededOrder): Promise<void>
  stop(): Promise<void>
}
