// An alarm for orders that are done although their game never acknowledged order_paid: free and virtual ones are done at once.
import { selectRows, type Tx } from '../platform/store/index.ts'
import type { EndedDelivery } from './ended-delivery.ts'

/** Wakes one alarm for each order_paid among `ended` that was not accepted while its order is done already. Mostly asks nothing. */
export async function raiseUnacknowledgedAlarms(tx: Tx, ended: readonly EndedDelivery[]): Promise<void> {
  const unaccepted = ended.filter(({ type, outcome }) => type === 'order_paid' && outcome !== 'accepted')
  const pairs = unaccepted.map(({ projectId, orderId }) => ({ projectId, id: orderId }))
  const orders = await selectRows(tx, 'orders', 'id', pairs, 'none')
  for (const { projectId, orderId, outcome } of unaccepted) {
    const order = orders.find((row) => row.project_id === projectId && row.id === orderId)
    if (order?.status !== 'done' || order.currency_kind === 'real') continue
    const detail = `The order is done, but its order_paid ended ${outcome}.`
    tx.wake({ kind: 'alarm', projectId, code: 'done_order_unacknowledged', orderId, detail })
  }
}
