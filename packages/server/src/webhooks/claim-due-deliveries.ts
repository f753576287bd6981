// Claims deliveries whose time has come: a short transaction that gives each a lease and says what to send.
import { type DeliveryType, positionAtClaim, scheduleOffsetsMs } from '@ordertrail/core'
import {
  type Command,
  type GroupHandler,
  oneByOne,
  type Row,
  selectRows,
  type Tx,
  updateRows,
} from '../platform/store/index.ts'
import type { ClaimRoom } from './claim-room.ts'
import { selectDue } from './select-due.ts'

type Delivery = Row<'deliveries'>

/** One claim by the process that calls itself `owner`. */
export interface ClaimInput extends ClaimRoom {
  readonly owner: string
  readonly leaseMs: number
}

/** A delivery that is ours until its lease is over, with everything needed to send it but the address. Times are wall milliseconds. */
export interface ClaimedDelivery {
  readonly projectId: number
  readonly deliveryId: number
  readonly orderId: number
  readonly notificationId: number
  readonly type: DeliveryType
  readonly body: string
  /** Names this claim: whoever records with an older one is late. */
  readonly leaseToken: number
  /** Number of this attempt over automatic and manual ones, from 1. */
  readonly number: number
  readonly position: number
  /** Positions before it that are lost because nobody was there to use them. */
  readonly skipped: number
  readonly isLate: boolean
  readonly isFirst: boolean
  readonly attemptsMax: number
  /** Where the position stands after the first attempt. */
  readonly offsetMinutes: number
  readonly dueAt: number
  readonly claimedAt: number
}

/** Claims what is due. Groups would hold what the first of them takes, so it goes alone. */
export const claimDeliveries: Command<ClaimInput, readonly ClaimedDelivery[]> = {
  name: 'deliveries.claim',
  groupMax: 1,
  keys: () => [],
}

/** The handler of `claimDeliveries`. */
export const handleClaim: GroupHandler<ClaimInput, readonly ClaimedDelivery[]> = oneByOne(async (tx, input) => {
  const chosen = chooseWithinSlots(await selectDue(tx, input), input)
  const claims = chosen.map((row) => claimOf(tx, row, input))
  await updateRows(
    tx,
    'deliveries',
    ['project_id', 'id'],
    ['state', 'position', 'first_attempt_at', 'due_at', 'lease_owner', 'lease_token', 'lease_until', 'attempt_count'],
    claims.map(({ row }) => row),
  )
  const bodies = await loadBodies(tx, chosen)
  return claims.map(({ row, claimed }) => ({ ...claimed, body: bodyOf(bodies, row) }))
})

/** The first of `due` that find room at their endpoint and in the process. */
function chooseWithinSlots(due: readonly Delivery[], input: ClaimInput): readonly Delivery[] {
  const rooms = new Map(input.perProject.map(({ projectId, all, retries }) => [projectId, { all, retries }]))
  const whole = { ...input.free }
  return due.filter((row) => {
    const room = rooms.get(row.project_id) ?? { ...input.perOtherProject }
    rooms.set(row.project_id, room)
    const isRetry = row.first_attempt_at !== null
    if (![room, whole].every((slots) => slots.all > 0 && (!isRetry || slots.retries > 0))) return false
    for (const slots of [room, whole]) {
      slots.all -= 1
      if (isRetry) slots.retries -= 1
    }
    return true
  })
}

interface Claim {
  readonly row: Delivery
  readonly claimed: Omit<ClaimedDelivery, 'body'>
}

function claimOf(tx: Tx, row: Delivery, input: ClaimInput): Claim {
  const minutes = JSON.parse(row.offsets) as readonly number[]
  const offsetsMs = scheduleOffsetsMs(minutes)
  const { first_attempt_at: firstAttemptAt, position: duePosition } = row
  const { position, skipped, isLate } = positionAtClaim({ offsetsMs, firstAttemptAt, duePosition, now: tx.now })
  const claimedRow: Delivery = {
    ...row,
    state: 'claimed',
    position,
    first_attempt_at: firstAttemptAt ?? tx.now,
    // When it was claimed: should its sender die, the log knows when the attempt began.
    due_at: tx.now,
    lease_owner: input.owner,
    lease_token: row.lease_token + 1,
    lease_until: tx.leaseNow + input.leaseMs,
    attempt_count: row.attempt_count + 1,
  }
  const claimed: Claim['claimed'] = {
    projectId: row.project_id,
    deliveryId: row.id,
    orderId: row.order_id,
    notificationId: row.notification_id,
    type: row.type as DeliveryType,
    leaseToken: claimedRow.lease_token,
    number: claimedRow.attempt_count,
    position,
    skipped,
    isLate,
    isFirst: firstAttemptAt === null,
    attemptsMax: minutes.length,
    offsetMinutes: minutes[position] ?? 0,
    dueAt: row.due_at ?? tx.now,
    claimedAt: tx.now,
  }
  return { row: claimedRow, claimed }
}

async function loadBodies(tx: Tx, rows: readonly Delivery[]): Promise<ReadonlyMap<number, string>> {
  const pairs = rows.map((row) => ({ projectId: row.project_id, id: row.notification_id }))
  const notifications = await selectRows(tx, 'notifications', 'id', pairs, 'none')
  return new Map(notifications.map(({ id, body }) => [id, body]))
}

/** Ids of notifications are unique over the installation. */
function bodyOf(bodies: ReadonlyMap<number, string>, row: Delivery): string {
  const body = bodies.get(row.notification_id)
  if (body === undefined) throw new Error(`Delivery ${row.id} has no notification ${row.notification_id}.`)
  return body
}
