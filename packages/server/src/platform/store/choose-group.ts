// Which of the waiting inputs of a command share the next transaction.

/** One input that waits for its transaction. `number` is the caller's mark, ascending in order of arrival. */
export interface WaitingInput {
  readonly number: number
  readonly input: unknown
  readonly keys: readonly string[]
}

/** How far into a queue we look for inputs that may join, as a multiple of the group's size. */
const LOOK_AHEAD = 4

/**
 * Takes the next group out of `queue`, which keeps its order.
 *
 * An input waits when one of its keys is in the group or in `busyKeys`, and whatever shares a key with an input that waits
 * waits behind it: inputs with a key in common are always run in order of arrival.
 *
 * @param queue changed: the members of the group are removed
 * @param busyKeys keys of groups that run now on other connections
 * @returns at most `groupMax` inputs; empty when all that were looked at have to wait
 */
export function takeGroup(queue: WaitingInput[], groupMax: number, busyKeys: ReadonlySet<string>): WaitingInput[] {
  const closedKeys = new Set<string>()
  const group: WaitingInput[] = []
  const left: WaitingInput[] = []
  let looked = 0
  for (; looked < queue.length && looked < groupMax * LOOK_AHEAD && group.length < groupMax; looked++) {
    const waiting = queue[looked]
    if (waiting === undefined) break
    const mayJoin = waiting.keys.every((key) => !closedKeys.has(key) && !busyKeys.has(key))
    ;(mayJoin ? group : left).push(waiting)
    for (const key of waiting.keys) closedKeys.add(key)
  }
  queue.splice(0, looked, ...left)
  return group
}
