// News of an order that its game is to hear, and all that the bodies about it tell.
import { announcementOf, type ChainEvent } from '@ordertrail/core'
import { type NumberPair, type Row, selectRows, type Tx, together } from '../platform/store/index.ts'
import type { ProjectFacts } from '../projects/index.ts'
import { keyOfOrder, keyOfOwner, orderKey } from './lock-orders.ts'
import type { Move } from './transition.ts'

/** One piece of news. `paymentId` and `refundId` name what it is about; null where that plays no part. */
export interface Announcement {
  readonly event: ChainEvent
  readonly order: Row<'orders'>
  readonly facts: ProjectFacts
  readonly paymentId: number | null
  readonly refundId: number | null
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
export function announcementsOf(moves: readonly Move[]): readonly Announcement[] {
  return moves.flatMap(({ from, to, order, facts, refundId }) => {
    const event = from === null ? null : announcementOf({ from, to })
    return event === null ? [] : [{ event, order, facts, paymentId: order.accepted_payment_id, refundId }]
  })
}

/** Reads what `announcements` tell of, all together: three statements at most, whatever their number. `known` payments are not read. */
export async function loadStories(
  tx: Tx,
  announcements: readonly Announcement[],
  known: readonly Row<'payments'>[] = [],
): Promise<readonly Story[]> {
  const knownKeys = new Set(known.map(keyOfOrder))
  const unknown = named(announcements, 'paymentId').filter(
    ({ projectId, id }) => !knownKeys.has(orderKey(projectId, id)),
  )
  const orders = announcements.map(({ order }) => ({ projectId: order.project_id, id: order.id }))
  const [items, payments, refunds] = await together([
    selectRows(tx, 'order_items', 'order_id', orders, 'none'),
    selectRows(tx, 'payments', 'id', unknown, 'none'),
    selectRows(tx, 'refunds', 'id', named(announcements, 'refundId'), 'none'),
  ])

  const itemsOf = Map.groupBy(items, keyOfOwner)
  const paymentOf = new Map([...known, ...payments].map((payment) => [keyOfOrder(payment), payment]))
  const refundOf = new Map(refunds.map((refund) => [keyOfOrder(refund), refund]))
  return announcements.map((announcement) => {
    const { order, paymentId, refundId } = announcement
    return {
      announcement,
      items: (itemsOf.get(keyOfOrder(order)) ?? []).sort((a, b) => a.position - b.position),
      payment: byId(paymentOf, order, paymentId),
      refund: byId(refundOf, order, refundId),
    }
  })
}

function named(announcements: readonly Announcement[], member: 'paymentId' | 'refundId'): readonly NumberPair[] {
  return announcements.flatMap((announcement) => {
    const id = announcement[member]
    return id === null ? [] : [{ projectId: announcement.order.project_id, id }]
  })
}

/** Rows of other tables share the form of the key: project and id. */
function byId<Found>(rows: ReadonlyMap<string, Found>, { project_id }: Row<'orders'>, id: number | null): Found | null {
  return id === null ? null : (rows.get(keyOfOrder({ project_id, id })) ?? null)
}
