// A storm: very many clients lose their connection in the same moment, while orders are paid and others go on watching.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startChild } from '../frame/child.ts'
import { type Figure, type Sizes, sizeOf } from '../frame/question.ts'
import { percentile } from '../frame/statistics.ts'
import { wallMs } from '../frame/wall-clock.ts'
import type { Place } from '../stage/databases.ts'
import type { LoadInput, LoadMessage, LoadReport } from '../stage/load.ts'
import { type SeededOrder, seedPlace } from '../stage/seed.ts'
import { startServer } from '../stage/server.ts'
import { latenciesOf, type OrderPush, orderPushes, takeArrivals } from './order-pushes.ts'
import type { Part, RealtimeStage } from './part.ts'
import { type Swarms, startSwarms } from './start-swarms.ts'

const LOAD = join(import.meta.dirname, '..', 'stage', 'load.ts')
const PROJECTS = 4
/** Before the drop, so that the server is warm and some of the dropped have seen a status. */
const BEFORE_MS = 2_000
const POLL_MS = 50
const PATIENCE_MS = 60_000

/** Each player has one order; of those that are paid, one in three belongs to somebody who stays. */
interface Size {
  readonly rounds: number
  readonly dropped: number
  readonly staying: number
  readonly paid: number
  readonly perSecond: number
  readonly hasBars: boolean
}

const SIZES: Sizes<Size> = {
  full: { rounds: 3, dropped: 10_000, staying: 1_000, paid: 3_000, perSecond: 200, hasBars: true },
  quick: { rounds: 1, dropped: 1_000, staying: 200, paid: 600, perSecond: 100, hasBars: false },
}
const OF_STAYING = 3

/** One storm. `lost`: statuses that never came, came out of order, or connections that were not recovered. */
interface Storm {
  readonly backSeconds: number
  readonly lost: number
  readonly refused: number
  readonly pushP99: number
  readonly answerP99: number
}

/** The part. */
export const storm: Part = {
  name: 'storm',
  notes: ({ isQuick }) => {
    const { dropped, staying, perSecond } = isQuick ? SIZES.quick : SIZES.full
    return [
      `Storm: ${dropped.toLocaleString('en-US')} clients lose their connection at once and come back as the library does (0.5 to 1 s, longer after each refusal), recover and read their history. Other traffic: ${perSecond} orders/s paid over HTTP, ${staying} clients that stay; only what happens until the last one is back counts. Those that come back have the lowest priority on this machine: players have machines of their own. SQLite.`,
    ]
  },
  measure: async (stage) => {
    const size = sizeOf(stage.run, SIZES)
    const players = size.dropped + size.staying
    stage.run.report(`seeding ${players} players with an order each …`)
    const seeded = await stage.databases.make('sqlite')
    const orders = await seedPlace(seeded, { projects: PROJECTS, players, orders: players, arePaid: false })
    const storms: Storm[] = []
    for (let round = 1; round <= size.rounds; round += 1) {
      storms.push(await stormRound(stage, await stage.databases.copy(seeded), orders, size))
      stage.run.report(`round ${round}: ${JSON.stringify(storms.at(-1))}`)
    }
    return figuresOf(size, storms)
  },
}

async function stormRound(
  { run }: RealtimeStage,
  place: Place,
  orders: readonly SeededOrder[],
  size: Size,
): Promise<Storm> {
  const server = startServer(place, run.folder)
  const url = await server.url()
  const plan = { url, dialect: 'centrifuge', projects: PROJECTS } as const
  // They have machines of their own; here they must not take the cores from a server that they wait for.
  const dropping = await startSwarms({ ...plan, first: 0, count: size.dropped, isModest: true })
  const staying = await startSwarms({ ...plan, first: size.dropped, count: size.staying })
  await dropping.connect()
  await staying.connect()
  const input: LoadInput = { url, perSecond: size.perSecond }
  const load = await startChild<LoadMessage, string>(LOAD, input)
  const paid = chosenOrders(orders, size)
  const loading = load.ask<LoadReport>(paid)
  await sleep(BEFORE_MS)
  const from = wallMs()
  await dropping.drop()
  const back = await untilAllIn(dropping, size.dropped)
  const report = await loading
  if (report.failed > 0) throw new Error(`${report.failed} payments were not taken.`)
  const ofStaying = Math.ceil(size.paid / OF_STAYING)
  const stayed = await takeArrivals(staying, ofStaying)
  const arrived = await takeArrivals(dropping, size.paid - ofStaying)
  const [end, calm] = [await dropping.state(), await staying.state()]
  await Promise.all([load.stop(), dropping.stop(), staying.stop()])
  await server.stop()
  const during = { from, to: back.lastInAt }
  const pushes = await orderPushes(place, PROJECTS, paid, {
    players: [...stayed.players, ...arrived.players],
    numbers: [...stayed.numbers, ...arrived.numbers],
    atMs: [...stayed.atMs, ...arrived.atMs],
  })
  const missing = pushes.filter(({ cameAtMs }) => cameAtMs === null).length
  // Somebody whose connection ended again recovers twice.
  const unasked = Math.max(0, size.dropped - end.recovered - end.unrecovered)
  return {
    backSeconds: (back.lastInAt - from) / 1_000,
    lost: missing + unasked + end.unrecovered + end.disorders + calm.disorders + calm.ended,
    refused: end.ended,
    pushP99: percentile(latenciesOf(pushesDuring(pushes, during)), 0.99),
    answerP99: percentile(answersDuring(report, during), 0.99),
  }
}

/** The orders that are paid: every third one of a player who stays. */
function chosenOrders(orders: readonly SeededOrder[], { dropped, paid }: Size): readonly SeededOrder[] {
  const chosen = Array.from({ length: paid }, (_, index) => {
    const isOfStaying = index % OF_STAYING === 0
    return orders[isOfStaying ? dropped + index / OF_STAYING : index - Math.ceil(index / OF_STAYING)]
  })
  return chosen.filter((order) => order !== undefined)
}

async function untilAllIn(swarms: Swarms, count: number): Promise<{ readonly lastInAt: number }> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += POLL_MS) {
    const state = await swarms.state()
    if (state.in === count) return state
    await sleep(POLL_MS)
  }
  throw new Error(`Only ${(await swarms.state()).in} of ${count} clients came back.`)
}

interface Window {
  readonly from: number
  readonly to: number
}

/** Statuses that could be told live: those of the dropped are told when they are back. */
function pushesDuring(pushes: readonly OrderPush[], { from, to }: Window): readonly OrderPush[] {
  return pushes.filter(({ begunAtMs }, index) => index % OF_STAYING === 0 && begunAtMs >= from && begunAtMs <= to)
}

function answersDuring({ sentAtMs, tookMs }: LoadReport, { from, to }: Window): readonly number[] {
  return tookMs.filter((_, index) => (sentAtMs[index] ?? 0) >= from && (sentAtMs[index] ?? 0) <= to)
}

function figuresOf({ hasBars, dropped }: Size, storms: readonly Storm[]): readonly Figure[] {
  const figure = (name: string, unit: string, what: keyof Storm, most: number | null): Figure => ({
    name: `storm of ${dropped.toLocaleString('en-US')}, ${name}`,
    unit,
    rounds: storms.map((one) => one[what]),
    bar: most === null ? null : { kind: 'at_most', value: most },
  })
  const barred = (most: number): number | null => (hasBars ? most : null)
  return [
    figure('all back', 's', 'backSeconds', barred(10)),
    figure('lost', 'statuses and clients', 'lost', 0),
    figure('refusals that were repeated', 'upgrades', 'refused', null),
    figure('pushes to others, p99', 'ms', 'pushP99', barred(250)),
    figure('payments meanwhile, p99', 'ms', 'answerP99', barred(250)),
  ]
}
