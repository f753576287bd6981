// Sets milestones where orders cannot come in any more, and takes them back should one come all the same.
import {
  type Command,
  type GroupHandler,
  oneByOne,
  type Row,
  rareCommand,
  type Store,
  type Tx,
} from '../platform/store/index.ts'
import { lastMilestone, type Milestone, nextMilestone } from './milestones.ts'

/**
 * How long after a time an order of that time may still be committed. It only has to outlast what a transaction does after
 * `takeBackMilestones`, its last act but the commit.
 */
export const SETTLING_MS = 300_000

/** Milestones that one transaction sets: some milliseconds, in which every other write on SQLite waits. */
const MILESTONES_PER_COMMAND_MAX = 50

/** Transactions that one search causes at most, so half a million orders: a larger store without milestones takes several searches. */
const COMMANDS_PER_SEARCH_MAX = 10

/** How long a project is left alone after a look, in wall milliseconds that a skip moves. */
const QUIET_MS = 10_000

/** Most projects that are remembered so; beyond, all are looked at once more. */
const QUIET_PROJECTS_MAX = 10_000

/** `every`: orders between two milestones, at least. */
export interface KeepMilestonesInput {
  readonly projectId: number
  readonly every: number
}

/** What came of it. `isMore`: another one will set others. */
export interface KeptMilestones {
  readonly isMore: boolean
}

/** Sets the next milestones of a project. */
export const keepMilestones: Command<KeepMilestonesInput, KeptMilestones> = rareCommand('orders.keep-milestones')

/** The handler. It goes by the time that no skip moves: a transaction that is under way during a skip has the time before it. */
export const handleKeepMilestones: GroupHandler<KeepMilestonesInput, KeptMilestones> = oneByOne(
  async (tx, { projectId, every }) => {
    const settledAt = tx.leaseNow - SETTLING_MS
    const set: Milestone[] = []
    let last = await lastMilestone(tx.db, projectId, null)
    while (set.length < MILESTONES_PER_COMMAND_MAX) {
      const next = await nextMilestone(tx.db, projectId, { last, every, settledAt })
      if (next === undefined) break
      set.push(next)
      last = next
    }
    await insertMilestones(tx, projectId, set)
    return { isMore: set.length === MILESTONES_PER_COMMAND_MAX }
  },
)

/** Two processes that set the same one tell the same. */
async function insertMilestones(tx: Tx, projectId: number, milestones: readonly Milestone[]): Promise<void> {
  if (milestones.length === 0) return
  await tx.db
    .insertInto('order_milestones')
    .values(milestones.map((milestone) => ({ project_id: projectId, ...milestone })))
    .onConflict((conflict) => conflict.columns(['project_id', 'at']).doNothing())
    .execute()
}

/** What the keeper needs. `every`: orders between two milestones, at least. */
export interface MilestoneKeeperDeps {
  readonly store: Pick<Store, 'read' | 'run' | 'now'>
  readonly every: number
}

/**
 * Makes what sets missing milestones behind a search, within bounds. Where nothing can be written, the next search counts as this one did.
 *
 * In a busy shop a thousand orders are often too young for a milestone, and to find that out costs as much as to count them: after a look
 * the project is left alone for some seconds.
 */
export function makeMilestoneKeeper({ store, every }: MilestoneKeeperDeps): (projectId: number) => Promise<void> {
  const quietUntil = new Map<number, number>()
  return async (projectId) => {
    const now = store.now()
    if (now < (quietUntil.get(projectId) ?? 0)) return
    if (quietUntil.size >= QUIET_PROJECTS_MAX) quietUntil.clear()
    quietUntil.set(projectId, now + QUIET_MS)
    // More than one search sets: the next one goes on.
    if (await setMissing(store, { projectId, every })) quietUntil.delete(projectId)
  }
}

/** True where there are still some to set. */
async function setMissing(store: MilestoneKeeperDeps['store'], input: KeepMilestonesInput): Promise<boolean> {
  const { projectId, every } = input
  const settledAt = store.now() - SETTLING_MS
  const last = await lastMilestone(store.read, projectId, null)
  // Looked at before, so that a busy shop does not cause a transaction by each search.
  if ((await nextMilestone(store.read, projectId, { last, every, settledAt })) === undefined) return false
  for (let commands = 0; commands < COMMANDS_PER_SEARCH_MAX; commands += 1) {
    const { isMore } = await store.run(keepMilestones, input).catch(() => ({ isMore: false }))
    if (!isMore) return false
  }
  return true
}

// The newest ones are looked at first, whatever plan is kept: as a rule nothing else is read.
const TAKE_BACK_POSTGRES = `delete from order_milestones where project_id = any($1::bigint[]) and at > $2::bigint and $2::bigint <
  (select max(newest.at) from unnest($1::bigint[]) as made(project_id) cross join lateral
    (select at from order_milestones as m where m.project_id = made.project_id order by at desc limit 1) as newest)`
const TAKE_BACK_SQLITE = 'delete from order_milestones where project_id = ? and at > ?'

/**
 * Takes back the milestones that new orders make wrong: there are none unless the clock was set back, or the transaction took minutes.
 *
 * @param orders of one transaction, and so of one time
 */
export async function takeBackMilestones(tx: Tx, orders: readonly Row<'orders'>[]): Promise<void> {
  if (orders.length === 0) return
  const projectIds = [...new Set(orders.map((order) => order.project_id))]
  if (tx.engine === 'postgres') await tx.postText(TAKE_BACK_POSTGRES, [projectIds, tx.now])
  else for (const projectId of projectIds) await tx.postText(TAKE_BACK_SQLITE, [projectId, tx.now])
}
