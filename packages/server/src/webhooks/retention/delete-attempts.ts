// Deletes the attempts of deliveries that ended long ago; the delivery itself stays, like its order.
import type { Retirable, RetireBatch, RetiredBatch } from '../../platform/retirable.ts'
import { type Command, type GroupHandler, oneByOne, rareCommand, runText, type Tx } from '../../platform/store/index.ts'
import { type EndedRow, lockEnded, oldestEnded, RETIRED, writeRetired } from './ended-deliveries.ts'

/** Deletes the attempts of one batch of deliveries of a project. */
export const deleteAttempts: Command<RetireBatch, RetiredBatch> = rareCommand('attempts.delete')

/** As the service sees it. */
export const retirableAttempts: Retirable = {
  kind: 'attempts',
  keptFor: 'log',
  retire: deleteAttempts,
  oldest: (read, projectId) => oldestEnded(read, projectId, RETIRED.details),
}

/** The handler. Only deliveries whose details are gone are looked at, so nothing of these can be sent again. */
export const handleDeleteAttempts: GroupHandler<RetireBatch, RetiredBatch> = oneByOne(async (tx, batch) => {
  const rows = await lockEnded(tx, RETIRED.details, batch)
  await deleteOf(tx, rows)
  await writeRetired(
    tx,
    rows.map((row) => ({ ...row, retired: RETIRED.attempts })),
  )
  return { retired: rows.length, heldBack: 0, isMore: rows.length > 0 }
})

const DELETE_POSTGRES =
  'delete from attempts where (project_id, delivery_id) in (select * from unnest($1::bigint[], $2::bigint[]))'
const DELETE_SQLITE = 'delete from attempts where project_id = ? and delivery_id = ?'

async function deleteOf(tx: Tx, rows: readonly EndedRow[]): Promise<void> {
  const [projects, ids] = [rows.map((row) => row.project_id), rows.map((row) => row.id)]
  if (tx.engine === 'postgres') await runText(tx, DELETE_POSTGRES, [projects, ids])
  else for (const row of rows) await runText(tx, DELETE_SQLITE, [row.project_id, row.id])
}
