// Lets unpaid orders expire when their life is over, unless a payment of theirs is still under way.
import { type Kysely, sql } from 'kysely'
import { type Command, type GroupHandler, oneByOne, rareCommand, type Tables } from '../platform/store/index.ts'
import { applyTransitions } from './apply-transition.ts'
import { UNDER_WAY_STATES } from './payments-under-way.ts'
import type { TransitionInput } from './transition.ts'

/** Orders that one transaction lets expire. */
export const EXPIRY_BATCH_MAX = 200

/** `isMore`: another batch may be due at once. */
export interface ExpiryResult {
  readonly expired: number
  readonly isMore: boolean
}

/** Lets one batch of due orders expire. */
export const expireOrders: Command<null, ExpiryResult> = rareCommand('orders.expire')

/** The handler of `expireOrders`. Several nodes may run it at once: what another has moved is ignored. */
export const expireDueOrders: GroupHandler<null, ExpiryResult> = oneByOne(async (tx) => {
  const due = await waitingOrders(tx.db)
    .where('expires_at', '<=', tx.now)
    .select(['project_id', 'id'])
    .orderBy('expires_at')
    .limit(EXPIRY_BATCH_MAX)
    .execute()
  const inputs = due.map((order): TransitionInput => {
    const cause = { kind: 'expired', reference: null } as const
    return { projectId: order.project_id, orderId: order.id, to: 'expired', cause }
  })
  const results = await applyTransitions(tx, inputs)
  const expired = results.filter(({ kind }) => kind === 'applied').length
  return { expired, isMore: due.length === EXPIRY_BATCH_MAX && expired > 0 }
})

/** Wall time at which the next order expires; null: none waits. One with a payment under way waits for that instead. */
export async function nextExpiry(read: Kysely<Tables>): Promise<number | null> {
  const next = await waitingOrders(read).select('expires_at').orderBy('expires_at').limit(1).executeTakeFirst()
  return next?.expires_at ?? null
}

function waitingOrders(db: Kysely<Tables>) {
  return (
    db
      .selectFrom('orders')
      // Written out, not bound: only so do both planners see that the small index of expiring orders fits.
      .where('status', '=', sql.lit('new'))
      .where('expires_at', 'is not', null)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('payments')
              .select('payments.id')
              .whereRef('payments.project_id', '=', 'orders.project_id')
              .whereRef('payments.order_id', '=', 'orders.id')
              .where('payments.state', 'in', [...UNDER_WAY_STATES]),
          ),
        ),
      )
  )
}
