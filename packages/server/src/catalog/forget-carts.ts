// Forgets carts of visitors that nobody has changed for long. A visitor without an account seldom comes back; carts of users stay.
import { type Kysely, sql } from 'kysely'
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
export const forgetCarts: Command<RetireBatch, RetiredBatch> = rareCommand('carts.forget')

/** As the service sees it. */
export const retirableCarts: Retirable = {
  kind: 'carts',
  keptFor: 'leftovers',
  retire: forgetCarts,
  oldest: async (read, projectId) => {
    const first = await cartsOfVisitors(read, projectId).select('updated_at').limit(1).executeTakeFirst()
    return first?.updated_at ?? null
  },
}

/** The handler. A cart that somebody changes right now is locked by them and passed over. */
export const handleForgetCarts: GroupHandler<RetireBatch, RetiredBatch> = oneByOne(async (tx, batch) => {
  const query = cartsOfVisitors(tx.db, batch.projectId)
    .select(['party_id', 'cart_id'])
    .where('updated_at', '<=', tx.now - batch.keptMs)
    .limit(batch.max)
  const old = await lockFound(tx, query)
  if (old.length === 0) return { retired: 0, heldBack: 0, isMore: false }
  const names = old.map((cart) => sql`(${cart.party_id}, ${cart.cart_id})`)
  await tx.db
    .deleteFrom('carts')
    .where('project_id', '=', batch.projectId)
    .where('party_kind', '=', 'visitor')
    .where(sql<boolean>`(party_id, cart_id) in (values ${sql.join(names)})`)
    .execute()
  return { retired: old.length, heldBack: 0, isMore: old.length === batch.max }
})

// Written out, not bound: only so do both planners see that the index of visitors' carts fits.
function cartsOfVisitors(db: Kysely<Tables>, projectId: number) {
  return db
    .selectFrom('carts')
    .where('project_id', '=', projectId)
    .where('party_kind', '=', sql.lit('visitor'))
    .orderBy('updated_at')
}
