// What a request costs: reads and small writes over HTTP, beside bare Fastify that answers a constant of the same size.
import { join } from 'node:path'
import { startChild } from './frame/child.ts'
import { cpuMsOf, cpuMsOfProgram } from './frame/cpu-time.ts'
import {
  type Answer,
  type BenchRun,
  type Figure,
  isChosen,
  type Question,
  type Sizes,
  sizeOf,
} from './frame/question.ts'
import { percentile } from './frame/statistics.ts'
import type { AskerInput, AskerMessage, AskerReport } from './requests/asker.ts'
import type { BareInput, BareReady } from './requests/bare.ts'
import { CALLS, type CallName, type Requests, type Shop, seedShop, WRITES } from './requests/shop.ts'
import { type Databases, ENGINE_TITLES, type EngineName, withDatabases } from './stage/databases.ts'
import { startServer } from './stage/server.ts'

const CONNECTIONS = 64
const ENGINES: readonly EngineName[] = ['sqlite', 'postgres']
const BARE = 'bare Fastify'
/** Of the requests that are made once each. */
const WARM_UP_SHARE = 0.25

/** Length of one run; `orders` bounds how many writes there are. */
interface Size {
  readonly rounds: number
  readonly orders: number
  readonly warmUpMs: number
  readonly msMax: number
}

const SIZES: Sizes<Size> = {
  full: { rounds: 3, orders: 20_000, warmUpMs: 2_000, msMax: 5_000 },
  quick: { rounds: 1, orders: 4_000, warmUpMs: 1_000, msMax: 1_500 },
}

/** One round of one call. */
interface Cost {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** Of server and database, for one request. */
  readonly cpuUs: number
  /** Cores that the load took. */
  readonly askerCores: number
  readonly bodyBytes: number
}

/** Whoever answers. */
interface Contender {
  readonly url: string
  cpuMs(): number
  stop(): Promise<void>
}

type Costs = ReadonlyMap<CallName, readonly Cost[]>

/** The question. */
export const requests: Question = {
  title: `Requests over ${CONNECTIONS} connections, beside bare Fastify`,
  ask: (run) => withDatabases(run.folder, (databases) => measure(run, databases)),
}

async function measure(run: BenchRun, databases: Databases): Promise<Answer> {
  const size = sizeOf(run, SIZES)
  const shops = new Map<EngineName, Shop>()
  for (const engine of ENGINES.filter((one) => callsOf(run, one).length > 0)) {
    run.report(`seeding ${2 * size.orders} orders in ${ENGINE_TITLES[engine]} …`)
    shops.set(engine, await seedShop(databases, engine, size.orders))
  }
  const own = new Map<EngineName, Map<CallName, Cost[]>>([...shops.keys()].map((engine) => [engine, new Map()]))
  const bare = new Map<CallName, Cost[]>()
  for (let round = 1; round <= size.rounds; round += 1) {
    for (const [engine, shop] of shops) {
      const place = await databases.copy(shop.place)
      const server = startServer(place, run.folder)
      const contender = {
        url: await server.url(),
        cpuMs: () => (cpuMsOf(server.pid) ?? Number.NaN) + (engine === 'postgres' ? databaseCpuMs() : 0),
        stop: () => server.stop(),
      }
      const costs = await costsOf(contender, shop.requests, callsOf(run, engine), size)
      tell(run, round, ENGINE_TITLES[engine], costs)
      keep(own.get(engine) ?? new Map(), costs)
      await databases.drop(place)
    }
    const costs = await bareCosts(own, [...shops.values()][0]?.requests, size)
    tell(run, round, BARE, costs)
    keep(bare, costs)
  }
  return { figures: figuresOf(own, bare), notes: notesOf(size, [...own.values(), bare]) }
}

const databaseCpuMs = (): number => cpuMsOfProgram('postgres') ?? Number.NaN

function callsOf(run: BenchRun, engine: EngineName): readonly CallName[] {
  return CALLS.filter((call) => isChosen(run, nameOf(ENGINE_TITLES[engine], call)))
}

const nameOf = (who: string, call: CallName): string => `${call}, ${who}`

function keep(kept: Map<CallName, Cost[]>, costs: ReadonlyMap<CallName, Cost>): void {
  for (const [call, cost] of costs) kept.set(call, [...(kept.get(call) ?? []), cost])
}

function tell({ report }: BenchRun, round: number, who: string, costs: ReadonlyMap<CallName, Cost>): void {
  for (const [call, { perSecond, cpuUs, p50, p99, askerCores }] of costs) {
    const [rate, cpu] = [perSecond, cpuUs].map(Math.round)
    const times = `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
    report(
      `round ${round}: ${nameOf(who, call)} ${rate}/s, CPU µs each ${cpu}, ${times}, load ${askerCores.toFixed(2)} cores`,
    )
  }
}

/** All calls of one contender, one after the other. */
async function costsOf(
  contender: Contender,
  all: Requests,
  calls: readonly CallName[],
  size: Size,
): Promise<ReadonlyMap<CallName, Cost>> {
  const input: AskerInput = { url: contender.url, connections: CONNECTIONS }
  const asker = await startChild<AskerMessage, string>(join(import.meta.dirname, 'requests', 'asker.ts'), input)
  const costs = new Map<CallName, Cost>()
  for (const call of calls) {
    const isOnce = WRITES.has(call)
    const to = all[call].length
    const from = isOnce ? Math.floor(to * WARM_UP_SHARE) : 0
    await asker.ask({ kind: 'load', requests: all[call] })
    await asker.ask({ kind: 'ask', from: 0, to: isOnce ? from : to, msMax: size.warmUpMs, isOnce })
    const before = contender.cpuMs()
    const report = await asker.ask<AskerReport>({ kind: 'ask', from, to, msMax: size.msMax, isOnce })
    costs.set(call, costOf(call, report, contender.cpuMs() - before))
  }
  await asker.stop()
  await contender.stop()
  return costs
}

const STATUSES: Readonly<Record<CallName, number>> = {
  'Get order': 200,
  'Get order, not changed': 304,
  'order by key': 200,
  'list events': 200,
  health: 200,
  'mark event processed': 200,
  'payment event': 201,
}

function costOf(
  call: CallName,
  { latenciesMs, tookMs, statuses, bodyBytes, cpuMs }: AskerReport,
  serverMs: number,
): Cost {
  const { length } = latenciesMs
  const isBareAnswer = (statuses[200] ?? 0) === length
  if (statuses[STATUSES[call]] !== length && !isBareAnswer)
    throw new Error(`${call} was answered ${JSON.stringify(statuses)}.`)
  return {
    perSecond: (length * 1_000) / tookMs,
    p50: percentile(latenciesMs, 0.5),
    p99: percentile(latenciesMs, 0.99),
    cpuUs: (serverMs * 1_000) / length,
    askerCores: cpuMs / tookMs,
    bodyBytes,
  }
}

/** The same requests to a server that answers constants as long as ours. */
async function bareCosts(
  own: ReadonlyMap<EngineName, Costs>,
  like: Requests | undefined,
  size: Size,
): Promise<ReadonlyMap<CallName, Cost>> {
  if (like === undefined) return new Map()
  const bytesOf = new Map(
    [...own.values()].flatMap((costs) => [...costs].map(([call, [cost]]) => [call, cost?.bodyBytes ?? 0])),
  )
  const calls = CALLS.filter((call) => bytesOf.has(call))
  const pathOf = (call: CallName): string => `/${CALLS.indexOf(call)}`
  const input: BareInput = {
    bodies: Object.fromEntries(calls.map((call) => [pathOf(call), constantOf(bytesOf.get(call) ?? 0)])),
  }
  const child = await startChild<never, BareReady>(join(import.meta.dirname, 'requests', 'bare.ts'), input)
  const moved = Object.fromEntries(
    calls.map((call) => [call, like[call].map((request) => ({ ...request, path: pathOf(call) }))]),
  ) as Partial<Requests> as Requests
  const contender = { url: child.first.url, cpuMs: () => cpuMsOf(child.pid) ?? Number.NaN, stop: () => child.stop() }
  return costsOf(contender, moved, calls, size)
}

/** JSON of so many bytes; of none where ours is empty. */
function constantOf(bytes: number): string {
  const frame = JSON.stringify({ text: '' }).length
  return bytes <= frame ? '{}'.slice(0, bytes) : JSON.stringify({ text: 'x'.repeat(bytes - frame) })
}

function figuresOf(own: ReadonlyMap<EngineName, Costs>, bare: Costs): readonly Figure[] {
  return CALLS.flatMap((call) => {
    const asked = [...own].flatMap(([engine, costs]) => {
      const rounds = costs.get(call)
      return rounds === undefined ? [] : [[ENGINE_TITLES[engine], rounds] as const]
    })
    const beside = bare.get(call) ?? []
    return asked.length === 0
      ? []
      : [
          ...asked.flatMap(([who, rounds]) => costFigures(nameOf(who, call), rounds)),
          ...costFigures(nameOf(BARE, call), beside).map((figure) => ({ ...figure, isPeer: true })),
          ...asked.flatMap(([who, rounds]) => ratioFigures(nameOf(who, call), rounds, beside)),
        ]
  })
}

function costFigures(name: string, rounds: readonly Cost[]): readonly Figure[] {
  const figure = (suffix: string, unit: string, what: keyof Cost): Figure => ({
    name: `${name}${suffix}`,
    unit,
    rounds: rounds.map((cost) => cost[what]),
    bar: null,
  })
  return [
    figure('', 'requests/s', 'perSecond'),
    figure('', 'CPU µs per request', 'cpuUs'),
    figure(', p50', 'ms', 'p50'),
    figure(', p99', 'ms', 'p99'),
  ]
}

/** Round by round, because rounds share their minute. */
function ratioFigures(name: string, rounds: readonly Cost[], bare: readonly Cost[]): readonly Figure[] {
  const ratio = (what: 'perSecond' | 'cpuUs'): readonly number[] =>
    rounds.map((cost, round) => cost[what] / (bare[round]?.[what] ?? Number.NaN))
  return [
    { name: `${name} against ${BARE}`, unit: 'times its rate', rounds: ratio('perSecond'), bar: null },
    { name: `${name} against ${BARE}`, unit: 'times its CPU time', rounds: ratio('cpuUs'), bar: null },
  ]
}

function notesOf({ orders }: Size, all: readonly Costs[]): readonly string[] {
  const cores = all.flatMap((costs) => [...costs.values()].flat().map(({ askerCores }) => askerCores))
  const sizes = new Map([...(all[0] ?? [])].map(([call, [cost]]) => [call, cost?.bodyBytes ?? 0]))
  return [
    `${CONNECTIONS} keep-alive connections, each sends its next request when it has its answer; a fresh server each round. The load took ${Math.min(...cores).toFixed(2)} to ${Math.max(...cores).toFixed(2)} cores: where that comes near 1, it is what limits.`,
    `${orders.toLocaleString('en-US')} orders of ${(orders / 2).toLocaleString('en-US')} players with an event each, with a user JWT; the key is Basic auth. Marking an event moves its order to done, a payment event an order to paid; each request writes something new.`,
    `Bare Fastify takes the same requests at a path of its own and answers constants: ${[...sizes].map(([call, bytes]) => `${call} ${bytes} bytes`).join(', ')}.`,
    'CPU time is that of server and database; load, server and database share the cores of this machine.',
  ]
}
