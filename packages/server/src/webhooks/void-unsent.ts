// An order_paid whose order was canceled while it was claimed, and which was then not sent: it becomes void like any other untold one.
import { selectRows, type Tx } from '../platform/store/index.ts'
import type { ChangedDelivery } from './decide-attempt.ts'
import { lineKey, lockLines } from './release-successors.ts'

/**
 * `rows` as attempts left them, with those void that the game must not hear any more. Their orders are locked.
 *
 * A claimed row counts as told at a cancellation, because its sender may be past all doubt. Where nothing was sent after all, the rule for
 * untold orders holds: order_paid is void for good, and so is the order_canceled that was made for it.
 */
export async function voidUnsent(tx: Tx, rows: readonly ChangedDelivery[]): Promise<readonly ChangedDelivery[]> {
  const canceled = await canceledOrders(
    tx,
    rows.filter((row) => row.type === 'order_paid' && isUntold(row)),
  )
  const unsent = rows.filter((row) => row.type === 'order_paid' && isUntold(row) && canceled.has(keyOf(row)))
  if (unsent.length === 0) return rows
  const lines = await lockLines(
    tx,
    unsent.map((row) => ({ projectId: row.project_id, orderId: row.order_id })),
  )
  const followUps = [...lines.values()].flat().filter((row) => row.type === 'order_canceled' && isUntold(row))
  return [
    ...rows.filter((row) => !unsent.includes(row)),
    ...[...unsent, ...followUps].map((row) => voided(row, tx.now)),
  ]
}

/** Keys of the orders of `rows` that are canceled. No row, as nearly always: no statement. */
async function canceledOrders(tx: Tx, rows: readonly ChangedDelivery[]): Promise<ReadonlySet<string>> {
  const pairs = rows.map((row) => ({ projectId: row.project_id, id: row.order_id }))
  const orders = await selectRows(tx, 'orders', 'id', pairs, 'none')
  return new Set(
    orders.filter(({ status }) => status === 'canceled').map(({ project_id, id }) => lineKey(project_id, id)),
  )
}

function keyOf(row: ChangedDelivery): string {
  return lineKey(row.project_id, row.order_id)
}

/** Waits, and no attempt of it ever began. */
function isUntold({ state, attempt_count: attempts }: ChangedDelivery): boolean {
  return attempts === 0 && (state === 'due' || state === 'blocked' || state === 'held' || state === 'paused')
}

function voided(row: ChangedDelivery, now: number): ChangedDelivery {
  return { ...row, state: 'void', due_at: null, ended_at: now, ended_by: 'cancellation' }
}
