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
import { loadProjectFacts, type ProjectFacts } from '../projects/index.ts'
import { openEventsOf } from './open-events.ts'
import { isPaused } from './release-successors.ts'
import { keptAnew } from './retention/ended-deliveries.ts'

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

/** The handler. */
export const handleBeginManualAttempt: GroupHandler<BeginManualAttemptInput, BeginManualAttemptResult> = oneByOne(
  async (tx, input) => {
    const facts = (await loadProjectFacts(tx, [input.projectId])).get(input.projectId)
    const locked = await lockDelivery(tx, input)
    if (facts === undefined || locked === undefined) return { kind: 'absent' }
    return beginLocked(tx, facts, locked)
  },
)

/** A delivery and its order, locked in the order in which everybody locks them. */
export interface LockedDelivery {
  readonly row: Row<'deliveries'>
  readonly order: Row<'orders'>
}

/** undefined: there is no such delivery. */
export async function lockDelivery(
  tx: Tx,
  { projectId, deliveryId }: BeginManualAttemptInput,
): Promise<LockedDelivery | undefined> {
  const [found] = await selectRows(tx, 'deliveries', 'id', [{ projectId, id: deliveryId }], 'none')
  if (found === undefined) return undefined
  const [order] = await selectRows(tx, 'orders', 'id', [{ projectId, id: found.order_id }], 'update')
  const [row] = await selectRows(tx, 'deliveries', 'id', [{ projectId, id: deliveryId }], 'update')
  return row === undefined || order === undefined ? undefined : { row, order }
}

/**
 * Begins the attempt where it may be; `facts` as loaded in this transaction. It counts from here on, before it is sent: should the order be
 * canceled now, the listener may know of it. A number without a row in the log is one whose sender died.
 */
export async function beginLocked(
  tx: Tx,
  facts: ProjectFacts,
  { row, order }: LockedDelivery,
): Promise<BeginManualAttemptResult> {
  const decision = decideResend({
    type: row.type as DeliveryType,
    state: row.state as DeliveryState,
    orderStatus: order.status as OrderStatus,
    isEventOpen: !facts.settings.isEventsApiOn && (await openEventsOf(tx, [row])).has(row.id),
  })
  if (decision.kind === 'refused') return decision
  if (isPaused(facts)) return { kind: 'refused', code: 'webhooks_disabled' }
  const pair = { projectId: row.project_id, id: row.notification_id }
  const [notification] = await selectRows(tx, 'notifications', 'id', [pair], 'none')
  if (notification === undefined) return { kind: 'absent' }
  if (notification.body === '') return { kind: 'refused', code: 'resend_body_retired' }
  return { kind: 'begun', attempt: await begin(tx, row, notification.body) }
}

async function begin(tx: Tx, row: Row<'deliveries'>, body: string): Promise<ManualAttempt> {
  const counted = { ...row, attempt_count: row.attempt_count + 1, ...keptAnew(row, tx.now) }
  await updateRows(tx, 'deliveries', ['project_id', 'id'], ['attempt_count', 'retired', 'kept_since'], [counted])
  return {
    projectId: row.project_id,
    deliveryId: row.id,
    orderId: row.order_id,
    notificationId: row.notification_id,
    type: row.type as DeliveryType,
    body,
    number: counted.attempt_count,
    attemptsMax: (JSON.parse(row.offsets) as readonly number[]).length,
    begunAt: tx.now,
  }
}
