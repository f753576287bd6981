// How many orders a range of time has, and where a page of them begins; what milestones tell is not counted again.
import type { Kysely } from 'kysely'
import type { Tables } from '../platform/store/index.ts'
import { countBetween, firstMilestone, lastMilestone, type Milestone, milestoneAfter, START } from './milestones.ts'

/** Orders created at `from` or later and before `end`, in wall milliseconds; null: open. */
export interface OrderRange {
  readonly projectId: number
  readonly from: number | null
  readonly end: number | null
}

/**
 * What counting came to.
 *
 * @property total orders of the range
 * @property tail those at its end that were counted one by one, because no milestone comes after them
 * @property before orders of the project before the end of the range; null: not known, the range is too small to need it
 */
export interface CountedOrders {
  readonly total: number
  readonly tail: number
  readonly before: number | null
}

/** Counts the orders of `range`: those before its first milestone and after its last one by one, all others not at all. */
export async function countOrders(read: Kysely<Tables>, range: OrderRange): Promise<CountedOrders> {
  const { projectId, from, end } = range
  const [first, last] = await Promise.all([
    from === null ? START : firstMilestone(read, projectId, from),
    lastMilestone(read, projectId, end),
  ])
  if (first === undefined || first.at > last.at) {
    const total = await countBetween(read, projectId, from, end)
    return { total, tail: total, before: null }
  }
  const [head, tail] = await Promise.all([
    from === null ? 0 : countBetween(read, projectId, from, first.at),
    countBetween(read, projectId, last.at, end),
  ])
  return { total: head + last.orders - first.orders + tail, tail, before: last.orders + tail }
}

/** A page of the newest orders before `end`, after passing over `offset` of them. */
export interface PageStart {
  readonly end: number | null
  readonly offset: number
}

/** Where the page begins that passes over `offset` orders of `range`: at the milestone behind it, so that few are read to be passed over. */
export async function pageStart(
  read: Kysely<Tables>,
  { projectId, end }: OrderRange,
  { before, tail }: CountedOrders,
  offset: number,
): Promise<PageStart> {
  if (before === null || offset <= tail) return { end, offset }
  // Counted from the oldest order of the project, which is number 1.
  const number = before - offset
  const milestone: Milestone | undefined = await milestoneAfter(read, projectId, number)
  if (milestone === undefined || (end !== null && milestone.at > end)) return { end, offset }
  return { end: milestone.at, offset: milestone.orders - number }
}
