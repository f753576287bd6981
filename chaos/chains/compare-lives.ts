// Holds the store's rows of a block against what the rules made of its orders.
import type { Row, Store } from '../../packages/server/src/platform/store/index.ts'
import { checkHeard } from './heard-posts.ts'
import { type LivedOrder, same } from './lived-order.ts'
import type { RuledRow } from './ruled-order.ts'

interface Stored {
  readonly orders: ReadonlyMap<number, Row<'orders'>>
  readonly deliveries: ReadonlyMap<number, readonly Row<'deliveries'>[]>
  readonly events: ReadonlyMap<number, readonly Row<'events_state'>[]>
  readonly moves: ReadonlyMap<number, readonly Row<'status_transitions'>[]>
  readonly versions: ReadonlyMap<number, number>
}

/** Adds what differs to the differences of each order. */
export async function compareLives(store: Store, projectId: number, orders: readonly LivedOrder[]): Promise<void> {
  const stored = await readStored(store, projectId)
  for (const order of orders) {
    compareOrder(order, stored)
    order.differences.push(...checkHeard(order.heard))
  }
}

async function readStored({ read }: Store, projectId: number): Promise<Stored> {
  const orders = await read.selectFrom('orders').selectAll().where('project_id', '=', projectId).execute()
  const ofProject = <Table extends 'deliveries' | 'events_state' | 'status_transitions'>(
    table: Table,
    order: 'line' | 'id' | 'number',
  ) =>
    read
      .selectFrom(table as 'deliveries')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy(order as 'line')
      .execute() as unknown as Promise<readonly Row<Table>[]>
  const notifications = await read
    .selectFrom('notifications')
    .select(['id', 'version'])
    .where('project_id', '=', projectId)
    .execute()
  return {
    orders: new Map(orders.map((row) => [row.id, row])),
    deliveries: Map.groupBy(await ofProject('deliveries', 'line'), (row) => row.order_id),
    events: Map.groupBy(await ofProject('events_state', 'id'), (row) => row.order_id),
    moves: Map.groupBy(await ofProject('status_transitions', 'number'), (row) => row.order_id),
    versions: new Map(notifications.map(({ id, version }) => [id, version])),
  }
}

function compareOrder(order: LivedOrder, stored: Stored): void {
  const { ruled, id } = order
  same(order, 'status', stored.orders.get(id)?.status, ruled.status)
  const applied = (stored.moves.get(id) ?? []).filter(({ outcome }) => outcome === 'applied')
  same(
    order,
    'timeline',
    applied.map((move) => move.to_status),
    ruled.timeline,
  )
  const line = (stored.deliveries.get(id) ?? []).map((row) => [
    row.type,
    row.mode,
    stored.versions.get(row.notification_id),
    row.state === 'blocked' ? 'waiting' : row.state,
    row.attempt_count,
  ])
  same(order, 'line', line, ruled.rows.map(ruledLine))
  const events = (stored.events.get(id) ?? []).map((row) => [
    row.type,
    stored.versions.get(row.notification_id),
    row.processed_at !== null,
  ])
  same(
    order,
    'events',
    events,
    ruled.events.map(({ type, version, isProcessed }) => [type, version, isProcessed]),
  )
}

function ruledLine({ type, mode, version, state, tries }: RuledRow): readonly unknown[] {
  return [type, mode, version, state, tries]
}
