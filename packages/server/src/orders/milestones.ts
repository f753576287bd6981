// Milestones: how many orders a project had before a time, kept after every thousand of them, so that nobody counts those again.
import type { Kysely } from 'kysely'
import type { Tables } from '../platform/store/index.ts'

/** So many orders of a project were created before `at`, in wall milliseconds. Orders are never deleted, so it stays true. */
export interface Milestone {
  readonly at: number
  readonly orders: number
}

/** Orders between two milestones, at least. */
export const MILESTONE_ORDERS = 1_000

/** Where counting begins. */
export const START: Milestone = { at: 0, orders: 0 }

/** The newest milestone at or before `end`, or of all where that is null; START where there is none. */
export async function lastMilestone(db: Kysely<Tables>, projectId: number, end: number | null): Promise<Milestone> {
  const found = await milestones(db, projectId)
    .$if(end !== null, (query) => query.where('at', '<=', end))
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return found ?? START
}

/** The oldest milestone at or after `from`; undefined: there is none. */
export function firstMilestone(db: Kysely<Tables>, projectId: number, from: number): Promise<Milestone | undefined> {
  return milestones(db, projectId).where('at', '>=', from).orderBy('at').limit(1).executeTakeFirst()
}

/** The oldest milestone with so many orders before it, or more; undefined: there is none. */
export function milestoneAfter(db: Kysely<Tables>, projectId: number, orders: number): Promise<Milestone | undefined> {
  return milestones(db, projectId).where('orders', '>=', orders).orderBy('orders').limit(1).executeTakeFirst()
}

function milestones(db: Kysely<Tables>, projectId: number) {
  return db.selectFrom('order_milestones').select(['at', 'orders']).where('project_id', '=', projectId)
}

/**
 * What the next milestone depends on.
 *
 * @property last the one before it
 * @property every orders between the two, at least
 * @property settledAt orders of this time or later may still come
 */
export interface NextMilestone {
  readonly last: Milestone
  readonly every: number
  readonly settledAt: number
}

/** The milestone that follows; undefined: too few orders are settled yet. It reads as many entries of an index as it counts. */
export async function nextMilestone(
  db: Kysely<Tables>,
  projectId: number,
  { last, every, settledAt }: NextMilestone,
): Promise<Milestone | undefined> {
  const reached = await db
    .selectFrom('orders')
    .select('created_at')
    .where('project_id', '=', projectId)
    .where('created_at', '>=', last.at)
    .where('created_at', '<', settledAt)
    .orderBy('created_at')
    .limit(1)
    .offset(every - 1)
    .executeTakeFirst()
  if (reached === undefined) return undefined
  // Behind all that share its millisecond.
  const at = reached.created_at + 1
  return { at, orders: last.orders + (await countBetween(db, projectId, last.at, at)) }
}

/** Orders that were created at `from` or later and before `end`, counted one by one; null: open. */
export async function countBetween(
  db: Kysely<Tables>,
  projectId: number,
  from: number | null,
  end: number | null,
): Promise<number> {
  const counted = await db
    .selectFrom('orders')
    .where('project_id', '=', projectId)
    .$if(from !== null, (query) => query.where('created_at', '>=', from))
    .$if(end !== null, (query) => query.where('created_at', '<', end))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(counted.count)
}
