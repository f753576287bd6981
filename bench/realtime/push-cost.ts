// What a push costs: statuses at a fixed pace, each to one of many connections, through the hub of each server.
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuMsOf } from '../frame/cpu-time.ts'
import { type Bar, type Figure, type Sizes, sizeOf } from '../frame/question.ts'
import { percentile } from '../frame/statistics.ts'
import type { Place } from '../stage/databases.ts'
import { seedPlace } from '../stage/seed.ts'
import type { PushPlan, PushReport } from './contenders/contender.ts'
import { CONTENDERS, type ContenderName, dialectOf, startContender } from './contenders/start-contender.ts'
import { type Part, type RealtimeStage, ratiosOf } from './part.ts'
import { type Swarms, startSwarms } from './start-swarms.ts'
import type { SwarmArrivals } from './swarm.ts'

/** `bars` only where the pace is the promised one. */
interface Size extends PushPlan {
  readonly rounds: number
  readonly hasBars: boolean
}

/** Above the bar, so that it is really reached. */
const SIZES: Sizes<Size> = {
  full: { rounds: 5, perSecond: 21_000, count: 210_000, players: 10_000, hasBars: true },
  quick: { rounds: 2, perSecond: 5_000, count: 25_000, players: 1_000, hasBars: false },
}
const WARM_UP_SHARE = 0.25
const RATE_BAR: Bar = { kind: 'at_least', value: 20_000 }
const P99_BAR: Bar = { kind: 'at_most', value: 15 }
const POLL_MS = 50
const PATIENCE_MS = 20_000
const PROJECTS = 1

/** One round of one server. */
interface Pushed {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly cpuUs: number
}

/** The part. */
export const pushCost: Part = {
  name: 'pushes',
  notes: ({ isQuick }) => {
    const { perSecond, players } = isQuick ? SIZES.quick : SIZES.full
    return [
      `Pushes: ${perSecond.toLocaleString('en-US')} a second to ${players.toLocaleString('en-US')} connections in turn, from the time each was due in the server to the client; the first quarter is not counted. All of a server is one thread.`,
    ]
  },
  measure: async (stage) => {
    const size = sizeOf(stage.run, SIZES)
    const seeded = await stage.databases.make('sqlite')
    await seedPlace(seeded, { projects: PROJECTS, orders: 0, arePaid: false })
    const found = new Map<ContenderName, Pushed[]>(CONTENDERS.map((name) => [name, []]))
    for (let round = 1; round <= size.rounds; round += 1) {
      for (const name of CONTENDERS) {
        const pushed = await pushRound(stage, name, await stage.databases.copy(seeded), size)
        found.get(name)?.push(pushed)
        stage.run.report(`round ${round}: ${name} ${textOf(pushed)}`)
      }
    }
    return figuresOf(size, found)
  },
}

function textOf({ perSecond, p50, p99, cpuUs }: Pushed): string {
  const [rate, cpu] = [perSecond, cpuUs].map(Math.round)
  return `${rate}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, CPU µs each ${cpu}`
}

async function pushRound(_stage: RealtimeStage, name: ContenderName, place: Place, size: Size): Promise<Pushed> {
  const server = await startContender(name, place)
  const { players } = size
  const url = server.first.url
  const swarms = await startSwarms({ url, dialect: dialectOf(name), projects: PROJECTS, first: 0, count: players })
  await swarms.connect()
  const cpuBefore = cpuMsOf(server.pid) ?? Number.NaN
  const report = await server.ask<PushReport>({ kind: 'push', plan: size })
  const arrivals = await untilAllCame(swarms, size.count)
  const cpuMs = (cpuMsOf(server.pid) ?? Number.NaN) - cpuBefore
  await swarms.stop()
  await server.stop()
  return { ...timesOf(size, report, arrivals), cpuUs: (cpuMs * 1_000) / size.count }
}

async function untilAllCame(swarms: Swarms, count: number): Promise<SwarmArrivals> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
    const { received, disorders, ended } = await swarms.state()
    if (disorders + ended > 0) throw new Error(`${disorders} statuses in disorder, ${ended} connections ended.`)
    if (received === count) return swarms.take()
    await sleep(POLL_MS)
  }
  throw new Error(`Of ${count} statuses only ${(await swarms.state()).received} came.`)
}

function timesOf(
  { perSecond, count }: PushPlan,
  { startedAtMs }: PushReport,
  { numbers, atMs }: SwarmArrivals,
): Omit<Pushed, 'cpuUs'> {
  const cameAt = new Float64Array(count)
  for (const [index, number] of numbers.entries()) cameAt[number] = atMs[index] ?? Number.NaN
  const first = Math.floor(count * WARM_UP_SHARE)
  const ms = Array.from(cameAt.subarray(first), (at, index) => at - startedAtMs - ((first + index) * 1_000) / perSecond)
  const [from, to] = [cameAt[first] ?? Number.NaN, cameAt[count - 1] ?? Number.NaN]
  return {
    perSecond: ((count - 1 - first) * 1_000) / (to - from),
    p50: percentile(ms, 0.5),
    p99: percentile(ms, 0.99),
  }
}

function figuresOf(size: Size, found: ReadonlyMap<ContenderName, readonly Pushed[]>): readonly Figure[] {
  const each = (what: keyof Pushed): ReadonlyMap<ContenderName, readonly number[]> =>
    new Map([...found].map(([name, rounds]) => [name, rounds.map((round) => round[what])]))
  const figures = (what: keyof Pushed, unit: string, bar: Bar | null): readonly Figure[] =>
    [...each(what)].map(([name, rounds]) => {
      const isBarred = size.hasBars && name === 'OrderTrail'
      return { name: `pushes, ${name}${SUFFIXES[what]}`, unit, rounds, bar: isBarred ? bar : null }
    })
  return [
    ...figures('perSecond', 'pushes/s', RATE_BAR),
    ...figures('p50', 'ms', null),
    ...figures('p99', 'ms', P99_BAR),
    ...figures('cpuUs', 'CPU µs per push', null),
    ...ratiosOf('CPU per push', each('cpuUs')),
    ...ratiosOf('p99 of a push', each('p99')),
  ]
}

const SUFFIXES: Readonly<Record<keyof Pushed, string>> = { perSecond: '', p50: ', p50', p99: ', p99', cpuUs: ', cost' }
