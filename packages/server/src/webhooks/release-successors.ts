// The line of an order's webhooks in the store: what follows from a delivery that changed, inside the same transaction.
import {
  type ChainRow,
  type DeliveryState,
  type DeliveryType,
  isEnded,
  type StateChange,
  scheduleOffsetsMs,
  settleChain,
  type WebhookMode,
} from '@ordertrail/core'
import { type Row, selectRows, type Tx, updateRows } from '../platform/store/index.ts'
import type { ProjectFacts } from '../projects/index.ts'

type Delivery = Row<'deliveries'>

/** An order whose line is to be settled; `isPaused` while its project's webhooks are disabled or have no URL. */
export interface OrderToSettle {
  readonly projectId: number
  readonly orderId: number
  readonly isPaused: boolean
}

/** True while nothing can be sent: the events API is on, webhooks are disabled, or there is no URL to send to. */
export function isPaused({ settings, webhook }: Pick<ProjectFacts, 'settings' | 'webhook'>): boolean {
  return settings.isEventsApiOn || webhook === null || !webhook.isEnabled || webhook.url === ''
}

/**
 * Settles the lines of `orders` after deliveries of theirs got new states in this transaction.
 *
 * Starts what may start now, holds what must not, pauses and wakes. Call it after the new states are written and with
 * the orders locked; calling it again changes nothing. All lines are read and written together, however many.
 */
export async function releaseSuccessors(tx: Tx, orders: readonly OrderToSettle[]): Promise<void> {
  const lines = await lockLines(tx, orders)
  const changes = orders.map((order) => {
    const line = lines.get(lineKey(order.projectId, order.orderId)) ?? []
    return { line, changes: settleChain(line.map(chainRow), order) }
  })
  await writeStateChanges(tx, changes)
}

/** Rows of one line with the states that some of them get. */
export interface LineChanges {
  readonly line: readonly Delivery[]
  readonly changes: readonly StateChange[]
}

/** Writes new states of rows that were locked as `line`, and wakes the dispatcher for those that are due now. */
export async function writeStateChanges(tx: Tx, lines: readonly LineChanges[]): Promise<void> {
  const rows = lines.flatMap(({ line, changes }) => {
    const byId = new Map(line.map((row) => [row.id, row]))
    return changes.map(({ id, state }) => changedRow(tx, byId.get(id), state))
  })
  await updateRows(tx, 'deliveries', ['project_id', 'id'], ['state', 'due_at', 'ended_at', 'ended_by'], rows)
  wakeForDue(tx, rows)
  for (const row of rows) if (row.state === 'held') raiseHeldAlarm(tx, row)
}

/** Locks all deliveries of `orders`, each line in its order. */
export async function lockLines(
  tx: Tx,
  orders: readonly Pick<OrderToSettle, 'projectId' | 'orderId'>[],
): Promise<ReadonlyMap<string, readonly Delivery[]>> {
  const pairs = orders.map(({ projectId, orderId }) => ({ projectId, id: orderId }))
  const rows = await selectRows(tx, 'deliveries', 'order_id', pairs, 'update')
  const lines = Map.groupBy(rows, (row) => lineKey(row.project_id, row.order_id))
  for (const line of lines.values()) line.sort((a, b) => a.line - b.line)
  return lines
}

/** Key of an order's line in the map of `lockLines`. */
export function lineKey(projectId: number, orderId: number): string {
  return `${projectId}:${orderId}`
}

/** A delivery as core's line sees it. A claimed row counts as attempted: the listener may hear of it at any moment. */
export function chainRow(row: Delivery): ChainRow {
  return {
    id: row.id,
    type: row.type as DeliveryType,
    mode: row.mode as WebhookMode,
    state: row.state as DeliveryState,
    hasAttempt: row.attempt_count > 0 || row.first_attempt_at !== null || row.state === 'claimed',
  }
}

/** One wake-up per project, at the earliest time any of its `rows` is due. */
export function wakeForDue(tx: Tx, rows: readonly Pick<Delivery, 'project_id' | 'state' | 'due_at'>[]): void {
  const due = rows.filter((row) => row.state === 'due')
  for (const [projectId, ofProject] of Map.groupBy(due, (row) => row.project_id)) {
    tx.wake({ kind: 'delivery_due', projectId, dueAt: Math.min(...ofProject.map((row) => row.due_at ?? tx.now)) })
  }
}

/** Tells people that a webhook waits for an earlier one to be accepted after all. */
export function raiseHeldAlarm(tx: Tx, row: Pick<Delivery, 'project_id' | 'order_id' | 'id' | 'type'>): void {
  tx.wake({
    kind: 'alarm',
    projectId: row.project_id,
    code: 'delivery_held',
    orderId: row.order_id,
    detail: `Delivery ${row.id} (${row.type}) is held, because an earlier webhook of the order was not accepted.`,
  })
}

function changedRow(tx: Tx, row: Delivery | undefined, state: DeliveryState): Delivery {
  if (row === undefined) throw new Error('A plan changes a delivery that is not in its line.')
  const dueAt = state === 'due' ? dueAtOf(row, tx.now) : null
  // Only a cancellation ends a row from outside: what it tells was taken back.
  const end = isEnded(state) ? { ended_at: tx.now, ended_by: 'cancellation' } : { ended_at: null, ended_by: null }
  return { ...row, state, due_at: dueAt, ...end }
}

/** A row that was tried before goes on where its schedule stands, which may lie in the past; any other starts now. */
function dueAtOf(row: Delivery, now: number): number {
  if (row.first_attempt_at === null) return now
  const offsets = scheduleOffsetsMs(JSON.parse(row.offsets) as readonly number[])
  return row.first_attempt_at + (offsets[row.position] ?? 0)
}
