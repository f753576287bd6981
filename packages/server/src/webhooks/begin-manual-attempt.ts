// Begins an attempt that a person asked for: decides whether it may be, and gives it its number.
import {
  type DeliveryState,
  type DeliveryType,
  decideResend,
  type OrderStatus,
  type ResendRefusal,
} from '@ordertrail/core'
import {
  type Command,
  type GroupHandler,
  oneByOne,
  type Row,
  rareCommand,
  selectRows,
  type Tx,
  updateRows,
} from '../platform/store/index.ts'
import { loadProjectFacts } from '../projects/index.ts'
import { isPaused } from './release-successors.ts'

/** The delivery that is wanted again. */
export interface BeginManualAttemptInput {
  readonly projectId: number
  readonly deliveryId: number
}

/** A manual attempt that may be sent now. */
export interface ManualAttempt {
  readonly projectId: number
  readonly deliveryId: number
  readonly orderId: number
  readonly notificationId: number
  readonly type: DeliveryType
  readonly body: string
  readonly number: number
  readonly attemptsMax: number
  /** Wall milliseconds. */
  readonly begunAt: number
}

/** The attempt, or why there is none. */
export type BeginManualAttemptResult =
  | { readonly kind: 'begun'; readonly attempt: ManualAttempt }
  | { readonly kind: 'refused'; readonly code: ResendRefusal }
  | { readonly kind: 'absent' }

export const beginManualAttempt: Command<BeginManualAttemptInput, BeginManualAttemptResult> = rareCommand(
  'deliveries.begin-manual-attempt',
)

/**
 * The handler. The attempt counts from here on, before it is sent: should the order be canceled now, the listener may know of it. A number
 * without a row in the log is one whose sender died.
 */
export const handleBeginManualAttempt: GroupHandler<BeginManualAttemptInput, BeginManualAttemptResult> = oneByOne(
  async (tx, { projectId, deliveryId }) => {
    const facts = (await loadProjectFacts(tx, [projectId])).get(projectId)
    const [found] = await selectRows(tx, 'deliveries', 'id', [{ projectId, id: deliveryId }], 'none')
    if (found === undefined || facts === undefined) return { kind: 'absent' }
    const [order] = await selectRows(tx, 'orders', 'id', [{ projectId, id: found.order_id }], 'update')
    const [row] = await selectRows(tx, 'deliveries', 'id', [{ projectId, id: deliveryId }], 'update')
    if (row === undefined || order === undefined) return { kind: 'absent' }

    const decision = decideResend({
      type: row.type as DeliveryType,
      state: row.state as DeliveryState,
      orderStatus: order.status as OrderStatus,
    })
    if (decision.kind === 'refused') return decision
    if (isPaused(facts)) return { kind: 'refused', code: 'webhooks_disabled' }
    return { kind: 'begun', attempt: await begin(tx, row) }
  },
)

async function begin(tx: Tx, row: Row<'deliveries'>): Promise<ManualAttempt> {
  const counted = { ...row, attempt_count: row.attempt_count + 1 }
  await updateRows(tx, 'deliveries', ['project_id', 'id'], ['attempt_count'], [counted])
  const pair = { projectId: row.project_id, id: row.notification_id }
  const [notification] = await selectRows(tx, 'notifications', 'id', [pair], 'none')
  if (notification === undefined) throw new Error(`Delivery ${row.id} has no notification ${row.notification_id}.`)
  return {
    projectId: row.project_id,
    deliveryId: row.id,
    orderId: row.order_id,
    notificationId: row.notification_id,
    type: row.type as DeliveryType,
    body: notification.body,
    number: counted.attempt_count,
    attemptsMax: (JSON.parse(row.offsets) as readonly number[]).length,
    begunAt: tx.now,
  }
}
