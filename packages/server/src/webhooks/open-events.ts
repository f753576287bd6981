// Events that moved deliveries became and that nobody has processed: such a delivery may still be told.
import { type Row, selectRows, type Tx } from '../platform/store/index.ts'

/** What must be known of a delivery to find its event. */
type MovedRow = Pick<Row<'deliveries'>, 'project_id' | 'order_id' | 'id' | 'state' | 'notification_id'>

/** Ids of the unprocessed events of those among `rows` that are moved, by delivery id. No moved row: no statement. */
export async function openEventsOf(tx: Tx, rows: readonly MovedRow[]): Promise<ReadonlyMap<number, number>> {
  const moved = rows.filter(({ state }) => state === 'moved')
  const orders = moved.map((row) => ({ projectId: row.project_id, id: row.order_id }))
  const events = await selectRows(tx, 'events_state', 'order_id', orders, 'none')
  const open = new Map(
    events.filter((event) => event.processed_at === null).map((each) => [each.notification_id, each]),
  )
  return new Map(
    moved.flatMap((row) => {
      const event = open.get(row.notification_id)
      return event === undefined ? [] : [[row.id, event.id] as const]
    }),
  )
}
