// Forgets entries of the audit log when nobody is to ask for them any more.
import type { Retirable, RetireBatch, RetiredBatch } from '../platform/retirable.ts'
import { type Command, type GroupHandler, lockFound, oneByOne, rareCommand } from '../platform/store/index.ts'

/** Forgets one batch of a project. */
export const forgetAudit: Command<RetireBatch, RetiredBatch> = rareCommand('audit.forget')

/** As the service sees it. Ids follow time, so the oldest entry is the one with the smallest id. */
export const retirableAudit: Retirable = {
  kind: 'audit',
  keptFor: 'log',
  retire: forgetAudit,
  oldest: async (read, projectId) => {
    const query = read.selectFrom('audit_log').select('at').where('project_id', '=', projectId)
    return (await query.orderBy('id').limit(1).executeTakeFirst())?.at ?? null
  },
}

/** The handler. It looks at the first `max` entries only, so a younger one among them never makes it read on. */
export const handleForgetAudit: GroupHandler<RetireBatch, RetiredBatch> = oneByOne(async (tx, batch) => {
  const query = tx.db
    .selectFrom('audit_log')
    .select(['id', 'at'])
    .where('project_id', '=', batch.projectId)
    .orderBy('id')
    .limit(batch.max)
  const first = await lockFound(tx, query)
  const ids = first.filter(({ at }) => at <= tx.now - batch.keptMs).map(({ id }) => id)
  if (ids.length === 0) return { retired: 0, heldBack: 0, isMore: false }
  await tx.db.deleteFrom('audit_log').where('project_id', '=', batch.projectId).where('id', 'in', ids).execute()
  return { retired: ids.length, heldBack: 0, isMore: ids.length === batch.max }
})
