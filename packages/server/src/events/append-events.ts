// Makes notifications readable through the events API.
import { insertRows, type Row, type Tx } from '../platform/store/index.ts'

type Notification = Row<'notifications'>

/** Adds an unprocessed event for each of `notifications`, with ids that ascend in their order within a project. */
export async function appendEvents(tx: Tx, notifications: readonly Notification[]): Promise<void> {
  const rows: Row<'events_state'>[] = []
  for (const [projectId, ofProject] of Map.groupBy(notifications, (notification) => notification.project_id)) {
    const ids = await tx.takeIds(projectId, 'event', ofProject.length)
    rows.push(...ofProject.map((notification, index) => eventRow(tx, notification, ids[index])))
  }
  await insertRows(tx, 'events_state', rows)
}

function eventRow(tx: Tx, notification: Notification, id: number | undefined): Row<'events_state'> {
  if (id === undefined) throw new Error('The store gave fewer event ids than were asked for.')
  return {
    project_id: notification.project_id,
    id,
    notification_id: notification.id,
    order_id: notification.order_id,
    party_kind: notification.party_kind,
    party_id: notification.party_id,
    type: notification.type,
    created_at: tx.now,
    processed_at: null,
    retired: 0,
  }
}
