// Gives the money back where the game refused the order and the project wants it so.
import { REFUND_CODES, type RefundCode } from '@ordertrail/core'
import { lockOrders } from '../orders/index.ts'
import type { Row, Tx } from '../platform/store/index.ts'
import { loadProjectFacts } from '../projects/index.ts'
import type { EndedDelivery } from '../webhooks/index.ts'
import { acceptedPayment, loadRefunds, refundableAmount } from './refund.ts'
import { insertRequestedRefunds } from './requested-refunds.ts'

/** The game said no, or said nothing for the whole schedule. */
const REASON_OF_OUTCOME: Readonly<Record<'rejected' | 'exhausted', RefundCode>> = { rejected: 10, exhausted: 3 }

/**
 * Requests refunds for deliveries that automatic attempts ended without success. Runs in the transaction that records the outcome.
 *
 * Real money only; never from a manual attempt, never from order_canceled or a refund webhook.
 */
export async function requestAutoRefunds(tx: Tx, ended: readonly EndedDelivery[]): Promise<void> {
  const refusedOnes = ended.filter(isRefusalOfPayment)
  if (refusedOnes.length === 0) return
  const facts = await loadProjectFacts(tx, [...new Set(refusedOnes.map((delivery) => delivery.projectId))])
  const wanted = refusedOnes.filter((delivery) => facts.get(delivery.projectId)?.settings.isAutoRefundOn === true)
  const pairs = wanted.map((delivery) => ({ projectId: delivery.projectId, id: delivery.orderId }))
  const orders = await lockOrders(tx, pairs)
  for (const order of orders.values()) await refundRest(tx, order, wanted)
}

function isRefusalOfPayment({ by, type, mode, outcome }: EndedDelivery): boolean {
  const isOfPayment = type === 'order_paid' || (type === 'payment' && mode === 'separate')
  return by === 'automatic' && isOfPayment && outcome !== 'accepted'
}

async function refundRest(tx: Tx, order: Row<'orders'>, ended: readonly EndedDelivery[]): Promise<void> {
  const payment = order.currency_kind === 'real' ? await acceptedPayment(tx, order) : undefined
  if (payment === undefined) return
  const amount = refundableAmount(payment, await loadRefunds(tx, order.project_id, order.id))
  if (amount < 1) return
  const cause = ended.find((each) => each.projectId === order.project_id && each.orderId === order.id) as EndedDelivery
  const code = REASON_OF_OUTCOME[cause.outcome as 'rejected' | 'exhausted']
  await insertRequestedRefunds(tx, [
    {
      projectId: order.project_id,
      orderId: order.id,
      paymentId: payment.id,
      amount,
      currency: payment.currency,
      code,
      reason: REFUND_CODES[code].reason,
      reasonDetail: `${cause.type} was ${cause.outcome}${cause.status === null ? '' : ` with ${cause.status}`}`,
      author: 'OrderTrail',
    },
  ])
}
