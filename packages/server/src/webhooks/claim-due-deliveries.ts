// Claims deliveries whose time has come: a short transaction that gives each a lease and says what to send.
import { type DeliveryType, positionAtClaim, scheduleOffsetsMs } from '@ordertrail/core'
import { type Command, type GroupHandler, oneByOne, type Row, type Tx, updateRows } from '../platform/store/index.ts'
import type { ClaimRoom } from './claim-room.ts'
import { type DueDelivery, selectDue, takeFirsts, wantedDue } from './select-due.ts'

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
  // One at a time, some milliseconds apart; until it is answered nothing more is sent.
  goesFirst: true,
}

/** The handler of `claimDeliveries`. */
export const handleClaim: GroupHandler<ClaimInput, readonly ClaimedDelivery[]> = oneByOne(async (tx, input) => {
  const wanted = await wantedDue(tx, input)
  const leaseUntil = tx.leaseNow + input.leaseMs
  if (tx.engine === 'postgres' && wanted.again.length === 0) {
    // Nearly every claim: first attempts alone do not compete for room, and all of them are written the same.
    const taken = await takeFirsts(tx, wanted.first, { owner: input.owner, leaseUntil })
    return taken.map((row) => claimOf(tx, row).claimed)
  }
  const claims = chooseWithinSlots(await selectDue(tx, wanted), input).map((row) => claimOf(tx, row))
  const rows = claims.map((claim) => claimedRow(claim, input.owner, leaseUntil))
  await updateRows(tx, 'deliveries', ['project_id', 'id'], CLAIMED_COLUMNS, rows)
  return claims.map(({ claimed }) => claimed)
})

/** The first of `due` that find room at their endpoint and in the process. */
function chooseWithinSlots(due: readonly DueDelivery[], input: ClaimInput): readonly DueDelivery[] {
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
  readonly claimed: ClaimedDelivery
  readonly firstAttemptAt: number
}

/** What the claim of `row`, as it stood before, means for its sender. */
function claimOf(tx: Tx, row: DueDelivery): Claim {
  const minutes = JSON.parse(row.offsets) as readonly number[]
  const offsetsMs = scheduleOffsetsMs(minutes)
  const { first_attempt_at: firstAttemptAt, position: duePosition } = row
  const { position, skipped, isLate } = positionAtClaim({ offsetsMs, firstAttemptAt, duePosition, now: tx.now })
  const claimed: ClaimedDelivery = {
    projectId: row.project_id,
    deliveryId: row.id,
    orderId: row.order_id,
    notificationId: row.notification_id,
    type: row.type as DeliveryType,
    body: bodyOf(row),
    leaseToken: row.lease_token + 1,
    number: row.attempt_count + 1,
    position,
    skipped,
    isLate,
    isFirst: firstAttemptAt === null,
    attemptsMax: minutes.length,
    offsetMinutes: minutes[position] ?? 0,
    dueAt: row.due_at ?? tx.now,
    claimedAt: tx.now,
  }
  return { claimed, firstAttemptAt: firstAttemptAt ?? tx.now }
}

const CLAIMED_COLUMNS = [
  'state',
  'position',
  'first_attempt_at',
  'due_at',
  'lease_owner',
  'lease_token',
  'lease_until',
  'attempt_count',
] as const

/** What a claim writes; `takeFirsts` writes the same into first attempts. */
function claimedRow(
  { claimed, firstAttemptAt }: Claim,
  owner: string,
  leaseUntil: number,
): Pick<Row<'deliveries'>, 'project_id' | 'id' | (typeof CLAIMED_COLUMNS)[number]> {
  return {
    project_id: claimed.projectId,
    id: claimed.deliveryId,
    state: 'claimed',
    position: claimed.position,
    first_attempt_at: firstAttemptAt,
    // When it was claimed: should its sender die, the log knows when the attempt began.
    due_at: claimed.claimedAt,
    lease_owner: owner,
    lease_token: claimed.leaseToken,
    lease_until: leaseUntil,
    attempt_count: claimed.number,
  }
}

function bodyOf({ id, notification_id: notificationId, body }: DueDelivery): string {
  if (body === null) throw new Error(`Delivery ${id} has no notification ${notificationId}.`)
  return body
}
