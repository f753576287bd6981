// Forgets payment tokens some time after they stopped opening anything; until then whoever brings one is told that it is over.
import type { Kysely } from 'kysely'
import type { Retirable, RetireBatch, RetiredBatch } from '../platform/retirable.ts'
import {
  type Command,
  type GroupHandler,
  lockFound,
  oneByOne,
  rareCommand,
  type Tables,
} from '../platform/store/index.ts'

/** Forgets one batch of a project. */
export const forgetPaymentTokens: Command<RetireBatch, RetiredBatch> = rareCommand('payment-tokens.forget')

/** As the service sees it. Keeping time begins at the end of a token's life, so one that still opens something is never due. */
export const retirablePaymentTokens: Retirable = {
  kind: 'payment_tokens',
  keptFor: 'leftovers',
  retire: forgetPaymentTokens,
  oldest: async (read, projectId) => {
    const first = await tokens(read, projectId).select('expires_at').limit(1).executeTakeFirst()
    return first?.expires_at ?? null
  },
}

/** The handler. */
export const handleForgetPaymentTokens: GroupHandler<RetireBatch, RetiredBatch> = oneByOne(async (tx, batch) => {
  const query = tokens(tx.db, batch.projectId)
    .select('token_hash')
    .where('expires_at', '<=', tx.now - batch.keptMs)
    .limit(batch.max)
  const over = await lockFound(tx, query)
  if (over.length === 0) return { retired: 0, heldBack: 0, isMore: false }
  const hashes = over.map((row) => row.token_hash)
  await tx.db
    .deleteFrom('payment_tokens')
    .where('project_id', '=', batch.projectId)
    .where('token_hash', 'in', hashes)
    .execute()
  return { retired: over.length, heldBack: 0, isMore: over.length === batch.max }
})

function tokens(db: Kysely<Tables>, projectId: number) {
  return db.selectFrom('payment_tokens').where('project_id', '=', projectId).orderBy('expires_at')
}
