// Swarms of light clients in processes and on loopback addresses of their own, asked as if they were one.
import { join } from 'node:path'
import { type Child, startChild } from '../frame/child.ts'
import type { DialectName } from './dialects.ts'
import type { SwarmArrivals, SwarmInput, SwarmQuestion, SwarmState } from './swarm.ts'

/** Which players watch which server. */
export interface SwarmsPlan {
  readonly url: string
  readonly dialect: DialectName
  readonly projects: number
  readonly first: number
  readonly count: number
  /** See SwarmInput. */
  readonly isModest?: boolean
}

/** All clients of a plan. */
export interface Swarms {
  /** Resolves when all are in. */
  connect(): Promise<SwarmState>
  /** Breaks all connections; the clients come back by themselves. */
  drop(): Promise<SwarmState>
  state(): Promise<SwarmState>
  /** What came since the last time, swarm after swarm. */
  take(): Promise<SwarmArrivals>
  stop(): Promise<void>
}

const SWARM = join(import.meta.dirname, 'swarm.ts')
/** As many processes as keep a swarm's core free at 20,000 messages a second. */
const PROCESSES = 2

/** Starts the processes; nobody connects yet. */
export async function startSwarms(plan: SwarmsPlan): Promise<Swarms> {
  const swarms = await Promise.all(inputsOf(plan).map((input) => startChild<SwarmQuestion, string>(SWARM, input)))
  const ask = async (question: SwarmQuestion): Promise<SwarmState> =>
    (await askAll<SwarmState>(swarms, question)).reduce(sumOf)
  return {
    connect: () => ask('connect'),
    drop: () => ask('drop'),
    state: () => ask('state'),
    take: async () => joined(await askAll<SwarmArrivals>(swarms, 'take')),
    stop: async () => void (await Promise.all(swarms.map((swarm) => swarm.stop()))),
  }
}

function inputsOf({ first, count, ...plan }: SwarmsPlan): readonly SwarmInput[] {
  return Array.from({ length: PROCESSES }, (_, index) => {
    const from = Math.floor((count * index) / PROCESSES)
    const to = Math.floor((count * (index + 1)) / PROCESSES)
    return { ...plan, first: first + from, count: to - from }
  })
}

function askAll<Answer>(swarms: readonly Child<SwarmQuestion>[], question: SwarmQuestion): Promise<readonly Answer[]> {
  return Promise.all(swarms.map((swarm) => swarm.ask<Answer>(question)))
}

function sumOf(a: SwarmState, b: SwarmState): SwarmState {
  return {
    in: a.in + b.in,
    lastInAt: Math.max(a.lastInAt, b.lastInAt),
    recovered: a.recovered + b.recovered,
    unrecovered: a.unrecovered + b.unrecovered,
    disorders: a.disorders + b.disorders,
    ended: a.ended + b.ended,
    received: a.received + b.received,
  }
}

function joined(all: readonly SwarmArrivals[]): SwarmArrivals {
  return {
    players: all.flatMap(({ players }) => players),
    numbers: all.flatMap(({ numbers }) => numbers),
    atMs: all.flatMap(({ atMs }) => atMs),
  }
}
