// The grouping loop of the write side, the same for both engines: what waits together is committed together.
import { takeGroup, type WaitingInput } from './choose-group.ts'
import type { BoundCommand } from './command.ts'
import type { Outcome, Report, Sent } from './command-desk.ts'
import { sayCommitted } from './committed.ts'
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
}

/** Inputs that share a transaction. */
interface Group {
  readonly bound: BoundCommand
  readonly members: readonly WaitingInput[]
}

/**
 * Starts a loop that groups what waits whenever a lane is free: no timers, the length of a transaction sets the pace.
 *
 * A group whose handler throws is undone and its members are run singly, so that one that fails never spoils its neighbours.
 *
 * @throws {Error} when two commands have the same name
 */
export function startGroupWrites({ lanes, commands, report }: GroupWritesOptions): GroupWrites {
  const queues = makeQueues(commands)
  const freeLanes = [...lanes]
  const busyKeys = new Set<string>()

  let isPumpDue = false

  const pump = (): void => {
    isPumpDue = false
    for (let lane = freeLanes.pop(); lane !== undefined; lane = freeLanes.pop()) {
      const group = nextGroup(queues, busyKeys)
      if (group === undefined) {
        freeLanes.push(lane)
        return
      }
      void runOn(lane, group)
    }
  }
  const runOn = async (lane: WriteLane, group: Group): Promise<void> => {
    const keys = group.members.flatMap((member) => member.keys)
    for (const key of keys) busyKeys.add(key)
    report(await runGroup(lane, group))
    for (const key of keys) busyKeys.delete(key)
    freeLanes.push(lane)
    // Nobody reaches the database: those who wait for it are told now, and not one group after the other.
    if (lane.away !== null && lanes.every(({ away }) => away !== null)) report(failAll(takeAll(queues), lane.away))
    pumpSoon()
  }
  /**
   * At the end of the turn, so that all that has arrived by then shares a transaction. Commands come to the write thread one message
   * each when requests come one by one: a pump for each message would give each command a transaction and a commit of its own.
   */
  const pumpSoon = (): void => {
    if (isPumpDue) return
    isPumpDue = true
    setImmediate(pump)
  }
  return {
    submit: (batch) => {
      for (const sent of batch) enqueue(queues, sent, report)
      pumpSoon()
    },
  }
}

function makeQueues(commands: readonly BoundCommand[]): ReadonlyMap<string, Queue> {
  const queues = new Map<string, Queue>()
  for (const bound of commands) {
    if (queues.has(bound.command.name)) throw new Error(`Two handlers are bound to the command ${bound.command.name}.`)
    queues.set(bound.command.name, { bound, waiting: [] })
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

/**
 * The group of the command whose turn it is: one that goes first, or that has waited longest; of the next one where all members of that
 * must wait for a busy key.
 */
function nextGroup(queues: ReadonlyMap<string, Queue>, busyKeys: ReadonlySet<string>): Group | undefined {
  const inTurn = [...queues.values()].filter((queue) => queue.waiting.length > 0).sort(byTurn)
  for (const { bound, waiting } of inTurn) {
    const members = takeGroup(waiting, bound.command.groupMax, busyKeys)
    if (members.length > 0) return { bound, members }
  }
  return undefined
}

function byTurn(a: Queue, b: Queue): number {
  return rankOf(a) - rankOf(b) || ageOf(a) - ageOf(b)
}

function rankOf({ bound }: Queue): number {
  return bound.command.goesFirst === true ? 0 : 1
}

function ageOf({ waiting }: Queue): number {
  return waiting[0]?.number ?? 0
}

function takeAll(queues: ReadonlyMap<string, Queue>): readonly WaitingInput[] {
  return [...queues.values()].flatMap((queue) => queue.waiting.splice(0))
}

/** Never rejects: whatever happens is the outcome of each member. */
async function runGroup(lane: WriteLane, { bound, members }: Group): Promise<Report> {
  try {
    const { value: results, wakeUps } = await lane.transact((tx) => answer(bound, tx, members))
    sayCommitted({ command: bound.command.name, inputs: members.length, wakeUps })
    const outcomes = members.map((member, index) => [member.number, { kind: 'done', result: results[index] }] as const)
    return { outcomes, wakeUps }
  } catch (error) {
    return members.length === 1 || isStoreFailure(error) ? failAll(members, error) : runSingly(lane, bound, members)
  }
}

async function runSingly(lane: WriteLane, bound: BoundCommand, members: readonly WaitingInput[]): Promise<Report> {
  const bodies = members.map((member) => async (tx: Tx) => (await answer(bound, tx, [member]))[0])
  const { value: settled, wakeUps } = await lane.transactEach(bodies)
  const inputs = settled.filter(({ kind }) => kind === 'committed').length
  if (inputs > 0) sayCommitted({ command: bound.command.name, inputs, wakeUps })
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
