// Says after the commit that orders moved: for logs, screens and whoever waits for the next due time.
import type { Tx } from '../platform/store/index.ts'
import type { Move } from './transition.ts'

/** One wake-up for each of `moves`. */
export function wakeForMoves(tx: Tx, moves: readonly Move[]): void {
  for (const { order, from, to, cause } of moves) {
    tx.wake({ kind: 'order_status', projectId: order.project_id, orderId: order.id, from, to, cause: cause.kind })
  }
}
