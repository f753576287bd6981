// Reads what became of deliveries, as the attempt log shows it.
import type { Row, Store } from '../../packages/server/src/platform/store/index.ts'
import type { LoggedAttempt, SeenDelivery } from './ruled-delivery.ts'
import type { SeenStart } from './schedule-world.ts'

/** What can be seen of the one delivery of each order, by the order's id; `starts` as its sender saw them. */
export async function seenDeliveries(
  store: Store,
  starts: ReadonlyMap<number, readonly SeenStart[]>,
): Promise<ReadonlyMap<number, SeenDelivery>> {
  const ids = [...starts.keys()]
  const [first, last] = [Math.min(...ids), Math.max(...ids)]
  const deliveries = await store.read
    .selectFrom('deliveries')
    .selectAll()
    .where('order_id', '>=', first)
    .where('order_id', '<=', last)
    .execute()
  const attempts = await store.read
    .selectFrom('attempts')
    .selectAll()
    .where('order_id', '>=', first)
    .where('order_id', '<=', last)
    .orderBy('number')
    .execute()
  const byOrder = Map.groupBy(attempts, (attempt) => attempt.order_id)
  return new Map(
    deliveries.map((row): readonly [number, SeenDelivery] => [
      row.order_id,
      {
        state: row.state,
        starts: starts.get(row.order_id) ?? [],
        attempts: (byOrder.get(row.order_id) ?? []).map(loggedAttempt),
        crashResends: row.crash_resends,
      },
    ]),
  )
}

function loggedAttempt(row: Row<'attempts'>): LoggedAttempt {
  const { number, started_at: startedAt, kind, position, outcome, status } = row
  return { number, startedAt, kind, position, isLate: row.is_late === 1, outcome, status }
}
