// How soon after its commit a status is at its player, and how soon after its transaction began: orders paid over HTTP at a fixed pace,
// webhooks sent beside.
import { join } from 'node:path'
import { startChild } from '../frame/child.ts'
import { type Figure, type Sizes, sizeOf } from '../frame/question.ts'
import { percentile } from '../frame/statistics.ts'
import { ENGINE_TITLES, type EngineName, type Place } from '../stage/databases.ts'
import type { LoadInput, LoadMessage, LoadReport } from '../stage/load.ts'
import type { ReceiverQuestion, ReceiverReady } from '../stage/receiver.ts'
import { pointAt, type SeededOrder, seedPlace } from '../stage/seed.ts'
import { startServer } from '../stage/server.ts'
import { noteCommits } from './commit-times.ts'
import { latenciesOf, type OrderPush, orderPushes, takeArrivals } from './order-pushes.ts'
import type { Part, RealtimeStage } from './part.ts'
import { startSwarms } from './start-swarms.ts'

const STAGE = join(import.meta.dirname, '..', 'stage')
const ENGINES: readonly EngineName[] = ['sqlite', 'postgres']
const P50_BARS_MS: Readonly<Record<EngineName, number>> = { sqlite: 5, postgres: 10 }
/** Divides the number of players, so that each player has one project. */
const PROJECTS = 4
const WARM_UP_SHARE = 0.25

/** `hasBars` only where the pace is the promised one. */
interface Size {
  readonly rounds: number
  readonly perSecond: number
  readonly orders: number
  readonly players: number
  readonly hasBars: boolean
}

const SIZES: Sizes<Size> = {
  full: { rounds: 5, perSecond: 1_000, orders: 12_000, players: 4_000, hasBars: true },
  quick: { rounds: 2, perSecond: 300, orders: 1_500, players: 500, hasBars: false },
}

/** Milliseconds to the client. */
interface Round {
  readonly commitP50: number
  readonly commitP99: number
  readonly beginP50: number
  readonly beginP99: number
}

/** The part. */
export const commitToClient: Part = {
  name: 'commit',
  notes: ({ isQuick }) => {
    const { perSecond, players } = isQuick ? SIZES.quick : SIZES.full
    return [
      `Commit to client: ${perSecond.toLocaleString('en-US')} orders/s paid over HTTP, ${players.toLocaleString('en-US')} players connected, a webhook for each order beside. From the moment at which the thread that writes has its commit confirmed to the client; beside it from the beginning of the transaction, in whole milliseconds.`,
    ]
  },
  measure: async (stage) => {
    const receiver = await startChild<ReceiverQuestion, ReceiverReady>(join(STAGE, 'receiver.ts'), null)
    try {
      const figures: Figure[] = []
      for (const engine of ENGINES) figures.push(...(await measureEngine(stage, engine, receiver.first.url)))
      return figures
    } finally {
      await receiver.stop()
    }
  },
}

async function measureEngine(stage: RealtimeStage, engine: EngineName, listener: string): Promise<readonly Figure[]> {
  const { run, databases } = stage
  const size = sizeOf(run, SIZES)
  run.report(`seeding ${size.orders} unpaid orders in ${ENGINE_TITLES[engine]} …`)
  const seeded = await databases.make(engine)
  const plan = { projects: PROJECTS, players: size.players, orders: size.orders, arePaid: false }
  const orders = await seedPlace(seeded, plan)
  await pointAt(seeded, PROJECTS, (id) => `${listener}/${id}`)
  const rounds: Round[] = []
  for (let round = 1; round <= size.rounds; round += 1) {
    rounds.push(await latencyRound(stage, await databases.copy(seeded), orders, size))
    run.report(`round ${round}: ${ENGINE_TITLES[engine]} ${JSON.stringify(rounds.at(-1))}`)
  }
  const figure = (what: string, value: keyof Round, most: number | null): Figure => ({
    name: `${what}, ${ENGINE_TITLES[engine]}`,
    unit: 'ms',
    rounds: rounds.map((one) => one[value]),
    bar: size.hasBars && most !== null ? { kind: 'at_most', value: most } : null,
  })
  return [
    figure('commit to client, p50', 'commitP50', P50_BARS_MS[engine]),
    figure('commit to client, p99', 'commitP99', null),
    figure('beginning of the transaction to client, p50', 'beginP50', null),
    figure('beginning of the transaction to client, p99', 'beginP99', null),
  ]
}

async function latencyRound(
  { run, databases }: RealtimeStage,
  place: Place,
  orders: readonly SeededOrder[],
  { perSecond, players }: Size,
): Promise<Round> {
  const commits = noteCommits(run.folder)
  const server = startServer(place, run.folder, commits.settings, commits.flags)
  const url = await server.url()
  const swarms = await startSwarms({ url, dialect: 'centrifuge', projects: PROJECTS, first: 0, count: players })
  await swarms.connect()
  const input: LoadInput = { url, perSecond }
  const load = await startChild<LoadMessage, string>(join(STAGE, 'load.ts'), input)
  const { failed } = await load.ask<LoadReport>(orders)
  if (failed > 0) throw new Error(`${failed} payments were not taken.`)
  const arrivals = await takeArrivals(swarms, orders.length)
  await load.stop()
  await swarms.stop()
  await server.stop()
  const pushes = await orderPushes(place, PROJECTS, orders, arrivals, commits.take())
  await databases.drop(place)
  return roundOf(pushes.slice(Math.floor(orders.length * WARM_UP_SHARE)))
}

function roundOf(pushes: readonly OrderPush[]): Round {
  const sinceCommit = latenciesOf(pushes, committedAt)
  const sinceBegin = latenciesOf(pushes)
  return {
    commitP50: percentile(sinceCommit, 0.5),
    commitP99: percentile(sinceCommit, 0.99),
    beginP50: percentile(sinceBegin, 0.5),
    beginP99: percentile(sinceBegin, 0.99),
  }
}

function committedAt({ order, committedAtMs }: OrderPush): number {
  if (committedAtMs === null) throw new Error(`Nobody noted when the payment of order ${order.orderId} was committed.`)
  return committedAtMs
}
