// Takes back deliveries whose sender died: they are sent again without using up a position of their schedule.
import { CRASH_RESENDS_MAX } from '@ordertrail/core'
import {
  type Command,
  type GroupHandler,
  insertRows,
  lockRows,
  type NumberPair,
  oneByOne,
  type Row,
  rareCommand,
  selectRows,
  type Tx,
} from '../platform/store/index.ts'
import { loadProjectFacts } from '../projects/index.ts'
import { crashedAttemptRow } from './attempt-row.ts'
import { decideCrash } from './decide-attempt.ts'
import type { AttemptCallbacks } from './record-attempts.ts'
import { writeDeliveries } from './record-attempts.ts'
import { raiseUnacknowledgedAlarms } from './unacknowledged-alarm.ts'

type Delivery = Row<'deliveries'>

/** Most leases that one transaction takes back. */
const RETURNED_MAX = 100

/**
 * Who asks. `isAlone`: no other process can hold a lease on this store, so those of other owners are over already; true for a SQLite
 * file, which one process has to itself.
 */
export interface ReturnLeasesInput {
  readonly owner: string
  readonly isAlone: boolean
}

/** How many were taken back, and whether there may be more. */
export interface ReturnLeasesResult {
  readonly count: number
  readonly isMore: boolean
}

export const returnLeases: Command<ReturnLeasesInput, ReturnLeasesResult> = rareCommand('deliveries.return-leases')

/** Makes the handler; a delivery that crashes its senders again and again ends like one that nobody answers. */
export function handleReturnLeases({
  onDeliveriesEnded,
}: AttemptCallbacks): GroupHandler<ReturnLeasesInput, ReturnLeasesResult> {
  return oneByOne(async (tx, input) => {
    const found = await selectOver(tx, input)
    const facts = await loadProjectFacts(
      tx,
      found.map((row) => row.project_id),
    )
    await lockRows(tx, 'orders', found.map(orderPair))
    const over = (await selectRows(tx, 'deliveries', 'id', found.map(idPair), 'none')).filter((row) =>
      isOver(tx, row, input),
    )

    const decisions = over.map((row) => decideCrash(row, tx.now))
    const ended = decisions.map((decision) => decision.ended).filter((one) => one !== null)
    if (ended.length > 0) await onDeliveriesEnded(tx, ended)
    await raiseUnacknowledgedAlarms(tx, ended)
    raiseCrashAlarms(tx, over)
    await insertRows(
      tx,
      'attempts',
      over.map((row) => crashedAttemptRow(row, tx.now)),
    )
    await writeDeliveries(
      tx,
      decisions.map(({ row }) => row).filter((row) => row !== null),
      facts,
    )
    return { count: over.length, isMore: found.length === RETURNED_MAX }
  })
}

function selectOver(tx: Tx, { owner, isAlone }: ReturnLeasesInput): Promise<readonly Delivery[]> {
  return tx.db
    .selectFrom('deliveries')
    .selectAll()
    .where('state', '=', 'claimed')
    .where((eb) => eb.or([eb('lease_until', '<=', tx.leaseNow), ...(isAlone ? [eb('lease_owner', '!=', owner)] : [])]))
    .orderBy('lease_until')
    .limit(RETURNED_MAX)
    .execute()
}

/** Asked again under the locks: the sender may have told in between. */
function isOver(tx: Tx, row: Delivery, { owner, isAlone }: ReturnLeasesInput): boolean {
  if (row.state !== 'claimed') return false
  return (row.lease_until ?? 0) <= tx.leaseNow || (isAlone && row.lease_owner !== owner)
}

/** A body that kills its sender needs a person. */
function raiseCrashAlarms(tx: Tx, rows: readonly Delivery[]): void {
  for (const row of rows) {
    if (row.crash_resends < CRASH_RESENDS_MAX) continue
    tx.wake({
      kind: 'alarm',
      projectId: row.project_id,
      code: 'delivery_crashes',
      orderId: row.order_id,
      detail: `Delivery ${row.id} (${row.type}) was sent again ${row.crash_resends} times after crashes; from now on a crash counts as a failed attempt.`,
    })
  }
}

function orderPair(row: Delivery): NumberPair {
  return { projectId: row.project_id, id: row.order_id }
}

function idPair(row: Delivery): NumberPair {
  return { projectId: row.project_id, id: row.id }
}
