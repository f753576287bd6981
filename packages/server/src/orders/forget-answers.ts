// Answers to repeated requests are kept for a time only, so that their table does not grow for ever.
import type { Kysely } from 'kysely'
import { type Command, type GroupHandler, oneByOne, rareCommand, type Tables } from '../platform/store/index.ts'

/** Answers that one transaction forgets. */
export const FORGOTTEN_BATCH_MAX = 200

/** Forgets one batch of answers whose time is over; gives how many it were. */
export const forgetAnswers: Command<null, number> = rareCommand('orders.forget-answers')

/** The handler of `forgetAnswers`. */
export const forgetOldAnswers: GroupHandler<null, number> = oneByOne(async (tx) => {
  const over = await tx.db
    .selectFrom('idempotency_keys')
    .where('expires_at', '<=', tx.now)
    .select(['project_id', 'scope', 'key'])
    .orderBy('expires_at')
    .limit(FORGOTTEN_BATCH_MAX)
    .execute()
  for (const { project_id, scope, key } of over) {
    await tx.db
      .deleteFrom('idempotency_keys')
      .where('project_id', '=', project_id)
      .where('scope', '=', scope)
      .where('key', '=', key)
      .where('expires_at', '<=', tx.now)
      .execute()
  }
  return over.length
})

/** Wall time at which the next answer may be forgotten; null: none is kept. */
export async function nextForgetting(read: Kysely<Tables>): Promise<number | null> {
  const next = await read
    .selectFrom('idempotency_keys')
    .select('expires_at')
    .orderBy('expires_at')
    .limit(1)
    .executeTakeFirst()
  return next?.expires_at ?? null
}
