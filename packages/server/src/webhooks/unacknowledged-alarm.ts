// An alarm for orders that are done although their game never acknowledged order_paid: free and virtual ones are done at once.
import type { Row, Tx } from '../platform/store/index.ts'
import type { EndedDelivery } from './ended-delivery.ts'

/** Wakes one alarm for each order_paid among `ended` that was not accepted while its order is done already. */
export function raiseUnacknowledgedAlarms(
  tx: Tx,
  ended: readonly EndedDelivery[],
  orders: readonly Row<'orders'>[],
): void {
  for (const delivery of ended) {
    if (delivery.type !== 'order_paid' || delivery.outcome === 'accepted') continue
    const order = orders.find((row) => row.project_id === delivery.projectId && row.id === delivery.orderId)
    if (order?.status !== 'done' || order.currency_kind === 'real') continue
    tx.wake({
      kind: 'alarm',
      projectId: delivery.projectId,
      code: 'done_order_unacknowledged',
      orderId: delivery.orderId,
      detail: `The order is done, but its order_paid ended ${delivery.outcome}.`,
    })
  }
}
