// News of payments that move no order: a part given back, or a payment declined. Each is told where the project asks.
import { appendEvents } from '../events/index.ts'
import type { Row, Tx } from '../platform/store/index.ts'
import { loadProjectFacts, type WebhookToggles } from '../projects/index.ts'
import { enqueueDeliveries } from '../webhooks/index.ts'
import { loadStories, type News } from './announcement.ts'
import { type LockedOrders, lockOrderRows, orderKey, pairOf } from './lock-orders.ts'
import { inRounds } from './rounds.ts'
import { writeNotifications } from './write-notifications.ts'

/** A succeeded refund of the accepted payment that leaves some of it: its row stands already. */
export interface RefundNews {
  readonly projectId: number
  readonly orderId: number
  readonly refundId: number
}

/** A payment that the payment system declined: its row stands already. */
export interface DeclineNews {
  readonly projectId: number
  readonly orderId: number
  readonly paymentId: number
}

/** Tells games of partial refunds, where the project's toggle wants it; the status of the order stays. */
export async function announceRefunds(tx: Tx, news: readonly RefundNews[]): Promise<void> {
  await tell(tx, 'partialRefund', news, ({ refundId }, order) => ({
    event: 'partial_refund',
    paymentId: order.accepted_payment_id,
    refundId,
  }))
}

/** Tells games of declined payments, where the project's toggle wants it; the status of the order stays. */
export async function announceDeclines(tx: Tx, news: readonly DeclineNews[]): Promise<void> {
  await tell(tx, 'psDeclined', news, ({ paymentId }) => ({ event: 'declined', paymentId, refundId: null }))
}

type OrderNews = Pick<RefundNews, 'projectId' | 'orderId'>
type Told = Pick<News, 'event' | 'paymentId' | 'refundId'>

async function tell<Fact extends OrderNews>(
  tx: Tx,
  toggle: keyof WebhookToggles,
  toTell: readonly Fact[],
  about: (fact: Fact, order: Row<'orders'>) => Told,
): Promise<void> {
  await inRounds<Fact, null>(
    ({ projectId, orderId }) => orderKey(projectId, orderId),
    async (_, round) => {
      const projectIds = round.map((each) => each.projectId)
      const projects = await loadProjectFacts(tx, projectIds)
      const orders = await lockOrderRows(tx, round.map(pairOf))
      const news = round.flatMap((each) => {
        const [order, facts] = [orders.get(orderKey(each.projectId, each.orderId)), projects.get(each.projectId)]
        return order && facts?.settings.toggles[toggle] ? [{ order, facts, ...about(each, order) }] : []
      })
      await announce(tx, news, orders)
      return round.map(() => null)
    },
  )(tx, toTell)
}

async function announce(tx: Tx, news: readonly News[], orders: LockedOrders): Promise<void> {
  const stories = await loadStories(tx, news, { orders, payments: [], items: new Map() })
  const { chains, events } = await writeNotifications(tx, stories)
  await enqueueDeliveries(tx, chains)
  await appendEvents(tx, events)
}
