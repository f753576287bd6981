// Turns news of orders into notifications: which are owed, by which way, and their bodies, rendered once.
import type { CurrencyKind, DeliveryType } from '@ordertrail/core'
import { type NotificationFormat, type NotificationSubject, notificationRow } from '../notifications/index.ts'
import { insertRows, type Row, selectRows, type Tx } from '../platform/store/index.ts'
import { isWebhookRoute } from '../projects/index.ts'
import {
  type ChainQuestion,
  notificationFormatOf,
  type OwedChain,
  type PlannedChain,
  planChains,
} from '../webhooks/index.ts'
import type { Announcement, Story } from './announcement.ts'
import { keyOfOrder, keyOfOwner } from './lock-orders.ts'

type Notification = Row<'notifications'>

/** What one story owes; where the events API is on, each type becomes an event, and the chain only loses what is void now. */
interface OwedNews {
  readonly story: Story
  readonly types: readonly DeliveryType[]
  readonly chain: PlannedChain
}

/** What tells a game that an order is paid. */
const PAID_NEWS: readonly string[] = ['payment', 'order_paid'] satisfies readonly DeliveryType[]

/** Written notifications by their way: deliveries are still to be enqueued and events still to be appended. */
export interface WrittenNotifications {
  readonly chains: readonly OwedChain[]
  readonly events: readonly Notification[]
}

/** Writes the notifications that `stories` owe. Where neither webhook settings nor the events API are, none is owed. */
export async function writeNotifications(tx: Tx, stories: readonly Story[]): Promise<WrittenNotifications> {
  const owed = await planNews(tx, await leaveOutUntold(tx, stories))
  const count = owed.reduce((sum, { types }) => sum + types.length, 0)
  const ids = (await takeNotificationIds(tx, owed, count)).values()
  const written = owed.map((news) => ({ news, notifications: rowsOf(tx, news, ids) }))
  await insertRows(
    tx,
    'notifications',
    written.flatMap(({ notifications }) => notifications),
  )
  return {
    chains: written.map(({ news, notifications }) =>
      isByEvent(news) ? { chain: withoutRows(news.chain), notifications: [] } : { chain: news.chain, notifications },
    ),
    events: written.flatMap(({ news, notifications }) => (isByEvent(news) ? notifications : [])),
  }
}

function isByEvent({ story }: OwedNews): boolean {
  return story.announcement.facts.settings.isEventsApiOn
}

function withoutRows(chain: PlannedChain): PlannedChain {
  return { ...chain, plan: { ...chain.plan, rows: [] } }
}

/** Whichever way the news take, the order's chain says which are owed, and what becomes of webhooks that were owed before. */
async function planNews(tx: Tx, stories: readonly Story[]): Promise<readonly OwedNews[]> {
  const told = stories.filter(({ announcement: { facts } }) => isWebhookRoute(facts) || facts.settings.isEventsApiOn)
  const chains = await planChains(
    tx,
    told.map(({ announcement }) => questionOf(announcement)),
  )
  return told.flatMap((story, index) => {
    const chain = chains[index]
    return chain === undefined ? [] : [{ story, chain, types: chain.plan.rows.map(({ type }) => type) }]
  })
}

function questionOf({ event, order, facts }: Announcement): ChainQuestion {
  return {
    projectId: order.project_id,
    orderId: order.id,
    event,
    currencyKind: order.currency_kind as CurrencyKind,
    facts,
  }
}

/** An order paid while nobody listened was never told: a listener that was set up since has nothing to take back. */
async function leaveOutUntold(tx: Tx, stories: readonly Story[]): Promise<readonly Story[]> {
  const followUps = stories.filter(({ announcement: { event } }) => event === 'canceled' || event === 'partial_refund')
  const pairs = followUps.map(({ announcement: { order } }) => ({ projectId: order.project_id, id: order.id }))
  const told = await selectRows(tx, 'notifications', 'order_id', pairs, 'none')
  const toldOrders = new Set(told.filter(({ type }) => PAID_NEWS.includes(type)).map(keyOfOwner))
  return stories.filter((story) => !followUps.includes(story) || toldOrders.has(keyOfOrder(story.announcement.order)))
}

/** Ids of notifications are unique over the installation, so any project of the group may ask for all of them. */
async function takeNotificationIds(tx: Tx, owed: readonly OwedNews[], count: number): Promise<readonly number[]> {
  const [first] = owed
  return first === undefined || count === 0
    ? []
    : tx.takeIds(first.story.announcement.order.project_id, 'notification', count)
}

function rowsOf(tx: Tx, news: OwedNews, ids: Iterator<number>): readonly Notification[] {
  const { story, types } = news
  const subject = subjectOf(story, isByEvent(news) ? 'events' : 'webhook')
  return types.map((type) => notificationRow({ id: taken(ids), type, subject, now: tx.now }))
}

function taken(ids: Iterator<number>): number {
  const next = ids.next()
  if (next.done === true) throw new Error('The store gave fewer notification ids than were asked for.')
  return next.value
}

function subjectOf(
  { announcement: { order, facts }, items, payment, refund }: Story,
  route: NotificationFormat['route'],
): NotificationSubject {
  return { merchantId: facts.merchantId, format: notificationFormatOf(facts, route), order, items, payment, refund }
}
