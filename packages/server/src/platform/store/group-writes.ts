// The grouping loop of the write side, the same for both engines: what waits together is committed together.
import { performance } from 'node:perf_hooks'
import { takeGroup, type WaitingInput } from './choose-group.ts'
import type { BoundCommand } from './command.ts'
import type { Outcome, Report, Sent } from './command-desk.ts'
import type { Tx } from './store.ts'
import { isStoreFailure } from './store-errors.ts'
import type { Settled, WriteLane } from './write-lane.ts'

/** The loop: takes commands, reports each transaction. */
export interface GroupWrites {
  submit(batch: readonly Sent[]): void
}

/** What the loop works with. `report` is called once per transaction, after its commit or its end. */
export interface GroupWritesOptions {
  readonly lanes: readonly WriteLane[]
  readonly commands: readonly BoundCommand[]
  readonly report: (report: Report) => void
}

/** A command and the inputs that wait for it. */
interface Queue {
  readonly bound: BoundCommand
  readonly waiting: WaitingInput[]
  /** Its pace: monotonic milliseconds until which its next group gathers, unless it is full before. */
  gathersUntil: number
}

/** A group from so many members on says that more are coming, so that waiting for them is worth while. */
const CROWD_MIN = 4

/** Inputs that share a transaction. */
interface Group {
  readonly bound: BoundCommand
  readonly members: readonly WaitingInput[]
}

/**
 * Starts a loop that groups what waits whenever a lane is free: the length of a transaction sets the pace, and of crowded commands that
 * have one, their own.
 *
 * A group whose handler throws is undone and its members are run singly, so that one that fails never spoils its neighbours.
 *
 * @throws {Error} when two commands have the same name
 */
export function startGroupWrites({ lanes, commands, report }: GroupWritesOptions): GroupWrites {
  const queues = makeQueues(commands)
  const freeLanes = [...lanes]
  const busyKeys = new Set<string>()
  let gathering: NodeJS.Timeout | undefined

  const pump = (): void => {
    clearTimeout(gathering)
    for (let lane = freeLanes.pop(); lane !== undefined; lane = freeLanes.pop()) {
      const group = nextGroup(queues, busyKeys, performance.now())
      if (group === undefined) {
        freeLanes.push(lane)
        gathering = pumpLater()
        return
      }
      void runOn(lane, group)
    }
  }
  /** What gathers is looked at when the first of it has gathered for long enough. */
  const pumpLater = (): NodeJS.Timeout | undefined => {
    const now = performance.now()
    const gatherers = [...queues.values()].filter((queue) => queue.waiting.length > 0 && gathers(queue, now))
    if (gatherers.length === 0) return undefined
    return setTimeout(pump, Math.min(...gatherers.map(({ gathersUntil }) => gathersUntil - now)))
  }
  const runOn = async (lane: WriteLane, group: Group): Promise<void> => {
    const keys = group.members.flatMap((member) => member.keys)
    for (const key of keys) busyKeys.add(key)
    report(await runGroup(lane, group))
    for (const key of keys) busyKeys.delete(key)
    freeLanes.push(lane)
    // Nobody reaches the database: those who wait for it are told now, and not one group after the other.
    if (lane.away !== null && lanes.every(({ away }) => away !== null)) report(failAll(takeAll(queues), lane.away))
    // One turn later: commands that arrived during the transaction are let in first.
    setImmediate(pump)
  }
  return {
    submit: (batch) => {
      for (const sent of batch) enqueue(queues, sent, report)
      pump()
    },
  }
}

function makeQueues(commands: readonly BoundCommand[]): ReadonlyMap<string, Queue> {
  const queues = new Map<string, Queue>()
  for (const bound of commands) {
    if (queues.has(bound.command.name)) throw new Error(`Two handlers are bound to the command ${bound.command.name}.`)
    queues.set(bound.command.name, { bound, waiting: [], gathersUntil: 0 })
  }
  return queues
}

/** Puts a command into its queue; one that nobody handles, or whose keys cannot be read, fails at once. */
function enqueue(queues: ReadonlyMap<string, Queue>, sent: Sent, report: (report: Report) => void): void {
  const [number, name, input] = sent
  try {
    const queue = queues.get(name)
    if (queue === undefined) throw new Error(`No handler is bound to the command ${name}.`)
    queue.waiting.push({ number, input, keys: queue.bound.command.keys(input as never) })
  } catch (error) {
    report({ outcomes: [[number, { kind: 'failed', error }]], wakeUps: [] })
  }
}

/** The group of the command that has waited longest; of the next one where all members of that must wait for a busy key. */
function nextGroup(queues: ReadonlyMap<string, Queue>, busyKeys: ReadonlySet<string>, now: number): Group | undefined {
  const ready = [...queues.values()].filter((queue) => queue.waiting.length > 0 && !gathers(queue, now))
  for (const queue of ready.sort((a, b) => headOf(a) - headOf(b))) {
    const { groupMax, paceMs } = queue.bound.command
    const members = takeGroup(queue.waiting, groupMax, busyKeys)
    if (members.length === 0) continue
    if (paceMs !== undefined) queue.gathersUntil = members.length < CROWD_MIN ? 0 : now + paceMs
    return { bound: queue.bound, members }
  }
  return undefined
}

function gathers({ bound, waiting, gathersUntil }: Queue, now: number): boolean {
  return now < gathersUntil && waiting.length < bound.command.groupMax
}

function headOf(queue: Queue): number {
  return queue.waiting[0]?.number ?? Number.POSITIVE_INFINITY
}

function takeAll(queues: ReadonlyMap<string, Queue>): readonly WaitingInput[] {
  return [...queues.values()].flatMap((queue) => queue.waiting.splice(0))
}

/** Never rejects: whatever happens is the outcome of each member. */
async function runGroup(lane: WriteLane, { bound, members }: Group): Promise<Report> {
  try {
    const { value: results, wakeUps } = await lane.transact((tx) => answer(bound, tx, members))
    const outcomes = members.map((member, index) => [member.number, { kind: 'done', result: results[index] }] as const)
    return { outcomes, wakeUps }
  } catch (error) {
    return members.length === 1 || isStoreFailure(error) ? failAll(members, error) : runSingly(lane, bound, members)
  }
}

async function runSingly(lane: WriteLane, bound: BoundCommand, members: readonly WaitingInput[]): Promise<Report> {
  const bodies = members.map((member) => async (tx: Tx) => (await answer(bound, tx, [member]))[0])
  const { value: settled, wakeUps } = await lane.transactEach(bodies)
  return { outcomes: members.map((member, index) => [member.number, outcomeOf(settled[index])]), wakeUps }
}

async function answer(bound: BoundCommand, tx: Tx, members: readonly WaitingInput[]): Promise<readonly unknown[]> {
  const inputs = members.map((member) => member.input)
  const results = await bound.handle(tx, inputs)
  if (results.length === inputs.length) return results
  throw new Error(`${bound.command.name} gave ${results.length} results for ${inputs.length} inputs.`)
}

function outcomeOf(settled: Settled<unknown> | undefined): Outcome {
  if (settled?.kind === 'committed') return { kind: 'done', result: settled.value }
  return { kind: 'failed', error: settled?.error ?? new Error('A member of a group was not run.') }
}

function failAll(members: readonly WaitingInput[], error: unknown): Report {
  return { outcomes: members.map((member) => [member.number, { kind: 'failed', error }]), wakeUps: [] }
}
