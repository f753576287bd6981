// Lets go what an ended delivery said and heard: its body, and headers and bodies of its attempts.
import { sql } from 'kysely'
import { emptyBodies } from '../../notifications/index.ts'
import type { Retirable, RetireBatch, RetiredBatch } from '../../platform/retirable.ts'
import {
  type Command,
  type GroupHandler,
  oneByOne,
  rareCommand,
  selectRows,
  type Tx,
  updateRows,
} from '../../platform/store/index.ts'
import { type EndedRow, lockEnded, oldestEnded, orderPair, RETIRED, writeRetired } from './ended-deliveries.ts'

/** Retires one batch of a project. */
export const retireDetails: Command<RetireBatch, RetiredBatch> = rareCommand('deliveries.retire-details')

/** As the service sees it. */
export const retirableDetails: Retirable = {
  kind: 'details',
  keptFor: 'details',
  retire: retireDetails,
  oldest: (read, projectId) => oldestEnded(read, projectId, RETIRED.nothing),
}

/**
 * The handler. The number of statements on PostgreSQL does not grow with the batch.
 *
 * A delivery is held back while its order has one that has not ended: should that be held, a resend of this one is what releases it.
 * It is looked at again after another keeping time, so that rows which are held for ever are not read in every batch. While a recovery of the
 * project is running, nothing is taken that it may be on its way to.
 */
export const handleRetireDetails: GroupHandler<RetireBatch, RetiredBatch> = oneByOne(async (tx, batch) => {
  if (await isRecovering(tx, batch.projectId)) return { retired: 0, heldBack: 0, isMore: false }
  const rows = await lockEnded(tx, RETIRED.nothing, batch)
  const unfinished = await unfinishedOrders(tx, rows)
  const [heldBack, free] = partition(rows, (row) => unfinished.has(row.order_id))
  await retireBodies(tx, free)
  await updateRows(
    tx,
    'attempts',
    ['project_id', 'delivery_id'],
    ['request_headers', 'response_headers', 'response_body'],
    free.filter((row) => row.attempt_count > 0).map(emptiedAttempts),
  )
  await writeRetired(tx, [
    ...heldBack.map((row) => ({ ...row, kept_since: tx.now })),
    ...free.map((row) => ({ ...row, retired: RETIRED.details })),
  ])
  return { retired: free.length, heldBack: heldBack.length, isMore: rows.length > 0 }
})

async function isRecovering(tx: Tx, projectId: number): Promise<boolean> {
  const running = tx.db.selectFrom('recoveries').select('id').where('project_id', '=', projectId)
  return (await running.where('state', '=', sql.lit('running')).executeTakeFirst()) !== undefined
}

/** Orders of `rows` with a delivery that has not ended: it may still be sent, or wait for somebody who releases it. */
async function unfinishedOrders(tx: Tx, rows: readonly EndedRow[]): Promise<ReadonlySet<number>> {
  const lines = await selectRows(tx, 'deliveries', 'order_id', rows.map(orderPair), 'none')
  return new Set(lines.filter((row) => row.ended_at === null).map((row) => row.order_id))
}

/** All but those that are offered as events too: these go some time after the game took note of them. */
async function retireBodies(tx: Tx, rows: readonly EndedRow[]): Promise<void> {
  const events = await selectRows(tx, 'events_state', 'order_id', rows.map(orderPair), 'none')
  const offered = new Set(events.filter(({ retired }) => retired === 0).map((event) => event.notification_id))
  const gone = rows.filter((row) => !offered.has(row.notification_id))
  await emptyBodies(
    tx,
    gone.map((row) => ({ projectId: row.project_id, id: row.notification_id })),
  )
}

function emptiedAttempts(row: EndedRow) {
  const delivery = { project_id: row.project_id, delivery_id: row.id }
  return { ...delivery, request_headers: '{}', response_headers: null, response_body: null }
}

function partition(
  rows: readonly EndedRow[],
  isFirst: (row: EndedRow) => boolean,
): readonly [readonly EndedRow[], readonly EndedRow[]] {
  return [rows.filter(isFirst), rows.filter((row) => !isFirst(row))]
}
