// Lets go the bodies of notifications; the rows stay.
import { type NumberPair, runText, type Tx, updateRows } from '../platform/store/index.ts'

// A row that only shrinks leaves its page half empty for good, because later rows are written behind the last one. Moved there as well, it
// frees its page for them: what SQLite takes out of a page, unlike what shrinks in it, makes neighbours share one.
const EMPTY_SQLITE = `update notifications set body = '', rowid = (select max(rowid) + 1 from notifications)
  where project_id = ? and id = ?`

/** Empties the bodies of `pairs`, each of which is named once. */
export async function emptyBodies(tx: Tx, pairs: readonly NumberPair[]): Promise<void> {
  const rows = pairs.map(({ projectId, id }) => ({ project_id: projectId, id, body: '' }))
  if (tx.engine === 'postgres') await updateRows(tx, 'notifications', ['project_id', 'id'], ['body'], rows)
  else for (const { projectId, id } of pairs) await runText(tx, EMPTY_SQLITE, [projectId, id])
}
