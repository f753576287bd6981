// Watches how fast waiting webhooks leave: from the arrivals at the receiver and the CPU time of everybody who takes part.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from '../frame/child.ts'
import { cpuMsOf, cpuMsOfProgram } from '../frame/cpu-time.ts'
import type { Arrivals, ReceiverQuestion } from './receiver.ts'

/** The part of all webhooks that is measured: before it everything warms up, after it some slots stay empty. */
const FROM_SHARE = 0.25
const TO_SHARE = 0.95
const POLL_MS = 50
/** Nothing came for so long: it hangs. A server may take half of it to start where many share the cores. */
const STALL_MS_MAX = 60_000

/** What is watched: `total` webhooks of the process `senderPid`. */
export interface DrainPlan {
  readonly receiver: Child<ReceiverQuestion>
  readonly senderPid: number
  readonly total: number
}

/** CPU microseconds per webhook; NaN where the machine does not tell. */
export interface CpuCost {
  readonly sender: number
  readonly database: number
  readonly receiver: number
}

/** What came of it. */
export interface Drain {
  readonly perSecond: number
  readonly cpuUs: CpuCost
}

/** Resolves when all have come. */
export async function watchDrain(plan: DrainPlan): Promise<Drain> {
  const from = await untilCame(plan, plan.total * FROM_SHARE)
  const to = await untilCame(plan, plan.total * TO_SHARE)
  await untilCame(plan, plan.total)
  const { at, messages } = await plan.receiver.ask<Arrivals>('take')
  const distinct = new Set(messages).size
  if (distinct !== plan.total || messages.length !== plan.total)
    throw new Error(`${plan.total} webhooks were owed; ${messages.length} came, ${distinct} of them different.`)
  return { perSecond: rateOf(at), cpuUs: costOf(from, to) }
}

function rateOf(at: readonly number[]): number {
  const first = Math.floor(at.length * FROM_SHARE)
  const last = Math.floor(at.length * TO_SHARE)
  return ((last - first) * 1_000) / ((at[last] ?? 0) - (at[first] ?? 0))
}

interface Mark extends CpuCost {
  readonly count: number
}

async function untilCame(plan: DrainPlan, wanted: number): Promise<Mark> {
  let last = 0
  for (let stalledMs = 0; stalledMs < STALL_MS_MAX; stalledMs += POLL_MS) {
    const count = await plan.receiver.ask<number>('count')
    if (count >= wanted) return markAt(plan, count)
    if (count !== last) stalledMs = 0
    last = count
    await sleep(POLL_MS)
  }
  throw new Error(`Only ${last} of ${plan.total} webhooks came; then nothing for ${STALL_MS_MAX} ms.`)
}

function markAt({ receiver, senderPid }: DrainPlan, count: number): Mark {
  return {
    count,
    sender: cpuMsOf(senderPid) ?? Number.NaN,
    database: cpuMsOfProgram('postgres') ?? Number.NaN,
    receiver: cpuMsOf(receiver.pid) ?? Number.NaN,
  }
}

function costOf(from: Mark, to: Mark): CpuCost {
  const each = (who: keyof CpuCost): number => ((to[who] - from[who]) * 1_000) / (to.count - from.count)
  return { sender: each('sender'), database: each('database'), receiver: each('receiver') }
}
