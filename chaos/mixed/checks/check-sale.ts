// Holds what the server confirmed to callers against the store: all of it happened, and nothing that nobody asked for.
import type { Sale } from '../sale.ts'
import { refundedOf, statusesOf } from './check-statuses.ts'
import type { OrderFacts } from './store-facts.ts'

/** Broken promises about the order of a sale that is known by its number. */
export function checkSale({ asked, confirmed, player }: Sale, facts: OrderFacts | undefined): readonly string[] {
  if (facts === undefined) return ['was confirmed and is gone']
  const { order, refunds } = facts
  const statuses = statusesOf(facts)
  const isPaid = statuses.includes('paid')
  const back = refundedOf(facts)
  const parts = refunds.filter(({ state }) => state === 'succeeded').length
  const lost = [
    ...(confirmed.has('pay') && !isPaid ? ['its payment'] : []),
    ...(confirmed.has('cancel') && order.status !== 'canceled' ? ['its cancellation'] : []),
    ...(confirmed.has('part_refund') && parts === 0 ? ['its partial refund'] : []),
    ...(confirmed.has('refund') && back < order.amount ? ['its refund'] : []),
    ...(confirmed.has('fulfil') && !statuses.includes('done') ? ['its fulfilment'] : []),
  ]
  const isRefundAsked = asked.has('refund') || asked.has('part_refund') || player.shop.isAutoRefundOn
  const invented = [
    ...(isPaid && !asked.has('pay') ? ['paid'] : []),
    ...(order.status === 'canceled' && !asked.has('cancel') && !isRefundAsked ? ['canceled'] : []),
    ...(order.status === 'done' &&
    facts.shop.fulfilment === 'api' &&
    order.currency_kind === 'real' &&
    !asked.has('fulfil')
      ? ['done']
      : []),
  ]
  return [
    ...(order.party_id === player.userId ? [] : [`belongs to ${order.party_id} instead of ${player.userId}`]),
    ...lost.map((what) => `lost ${what}, which was confirmed; it is ${order.status}`),
    ...invented.map((status) => `is ${status}, which nobody asked for`),
  ]
}
