// Uses of promotions that go with an order: given back when it ends unpaid, and taken again when it is paid all the same.
import { settleUses } from '../catalog/index.ts'
import type { Tx } from '../platform/store/index.ts'
import { pairOf } from './lock-orders.ts'
import type { Move } from './transition.ts'

/**
 * Gives back what expired and unpaid orders used; a late payment takes it again, also over the limit, because the money
 * was taken at the price with it. What was paid once stays used: a refund makes no discount last longer.
 */
export async function settlePromotions(tx: Tx, moves: readonly Move[]): Promise<void> {
  const orders = moves.flatMap(({ from, to, order }) => {
    const isTaken = takenAfter(from, to)
    return isTaken === null ? [] : [{ ...pairOf({ projectId: order.project_id, orderId: order.id }), isTaken }]
  })
  await settleUses(tx, orders)
}

/** null: the move changes nothing about it. */
function takenAfter(from: Move['from'], to: Move['to']): boolean | null {
  if (to === 'expired') return false
  if (to === 'canceled' && (from === 'new' || from === 'expired')) return false
  return from === 'expired' && to === 'paid' ? true : null
}
