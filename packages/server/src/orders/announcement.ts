// News of an order that its game is to hear, and all that the bodies about it tell.
import { announcementOf, type ChainEvent } from '@ordertrail/core'
import { type NumberPair, type Row, selectRows, type Tx, together } from '../platform/store/index.ts'
import type { ProjectFacts } from '../projects/index.ts'
import { keyOfOrder, keyOfOwner, type LockedOrders, orderKey } from './lock-orders.ts'
import type { MovingOrder } from './moving-order.ts'
import type { Move } from './transition.ts'

/** One piece of news. `paymentId` and `refundId` name what it is about; null where that plays no part. */
export interface News {
  readonly event: ChainEvent
  readonly order: MovingOrder
  readonly facts: ProjectFacts
  readonly paymentId: number | null
  readonly refundId: number | null
}

/** News with the whole order, as bodies tell it. */
export interface Announcement extends News {
  readonly order: Row<'orders'>
}

/**
 * Rows that a transaction has at hand, by key and all columns; others are read. Orders may have been moved since.
 *
 * @property items lines by the key of their order, all of them
 */
export interface KnownRows {
  readonly orders: LockedOrders
  readonly payments: readonly Row<'payments'>[]
  readonly items: ReadonlyMap<string, readonly Row<'order_items'>[]>
}

/** An announcement with the rows that its bodies are rendered from. */
export interface Story {
  readonly announcement: Announcement
  /** In the order of their positions. */
  readonly items: readonly Row<'order_items'>[]
  readonly payment: Row<'payments'> | null
  readonly refund: Row<'refunds'> | null
}

/** The news that `moves` make; most steps to done, expired, or canceled before payment make none. */
export function newsOf(moves: readonly Move[]): readonly News[] {
  return moves.flatMap(({ from, to, order, facts, refundId }) => {
    const event = from === null ? null : announcementOf({ from, to })
    return event === null ? [] : [{ event, order, facts, paymentId: order.accepted_payment_id, refundId }]
  })
}

/** Reads what `news` tell of, all together: four statements at most, whatever their number. `known` rows are not read. */
export async function loadStories(tx: Tx, news: readonly News[], known: KnownRows): Promise<readonly Story[]> {
  const knownPayments = new Set(known.payments.map(keyOfOrder))
  const isUnknown = ({ projectId, id }: NumberPair): boolean => !knownPayments.has(orderKey(projectId, id))
  const pairs = news.map(({ order }) => ({ projectId: order.project_id, id: order.id }))
  const unknown = pairs.filter(({ projectId, id }) => !known.orders.has(orderKey(projectId, id)))
  const withoutItems = pairs.filter(({ projectId, id }) => !known.items.has(orderKey(projectId, id)))
  const [orders, items, payments, refunds] = await together([
    selectRows(tx, 'orders', 'id', unknown, 'none'),
    selectRows(tx, 'order_items', 'order_id', withoutItems, 'none'),
    selectRows(tx, 'payments', 'id', named(news, 'paymentId').filter(isUnknown), 'none'),
    selectRows(tx, 'refunds', 'id', named(news, 'refundId'), 'none'),
  ])

  const orderOf = new Map(orders.map((order) => [keyOfOrder(order), order]))
  const itemsOf = new Map([...known.items, ...Map.groupBy(items, keyOfOwner)])
  const paymentOf = new Map([...known.payments, ...payments].map((payment) => [keyOfOrder(payment), payment]))
  const refundOf = new Map(refunds.map((refund) => [keyOfOrder(refund), refund]))
  return news.map((one) => {
    const { order, paymentId, refundId } = one
    const key = keyOfOrder(order)
    return {
      announcement: { ...one, order: wholeOrder(order, known.orders.get(key) ?? orderOf.get(key)) },
      items: (itemsOf.get(key) ?? []).toSorted((a, b) => a.position - b.position),
      payment: byId(paymentOf, order, paymentId),
      refund: byId(refundOf, order, refundId),
    }
  })
}

/** Each step of an order at once has its own status, so what the step says stands above what was read. */
function wholeOrder(moved: MovingOrder, whole: Row<'orders'> | undefined): Row<'orders'> {
  if (whole === undefined) throw new Error(`Order ${moved.id} moved but is not there.`)
  return { ...whole, ...moved }
}

function named(news: readonly News[], member: 'paymentId' | 'refundId'): readonly NumberPair[] {
  return news.flatMap((one) => {
    const id = one[member]
    return id === null ? [] : [{ projectId: one.order.project_id, id }]
  })
}

/** Rows of other tables share the form of the key: project and id. */
function byId<Found>(rows: ReadonlyMap<string, Found>, { project_id }: MovingOrder, id: number | null): Found | null {
  return id === null ? null : (rows.get(keyOfOrder({ project_id, id })) ?? null)
}
