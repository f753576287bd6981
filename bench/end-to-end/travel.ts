// One round: orders paid at a fixed pace, and followed until their player and their backend know all, or it takes too long.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from '../frame/child.ts'
import { cpuMsOf, cpuMsOfProgram } from '../frame/cpu-time.ts'
import { type Place, withStore } from '../stage/databases.ts'
import type { LoadInput, LoadMessage, LoadReport } from '../stage/load.ts'
import type { Arrivals, ReceiverQuestion, ReceiverReady } from '../stage/receiver.ts'
import { pointAt, type SeededOrder } from '../stage/seed.ts'
import { startServer } from '../stage/server.ts'
import type { Journey } from './journey.ts'
import { type Channel, keyOf, type Players, type Sighting, START_PLAYERS } from './players.ts'

const STAGE = join(import.meta.dirname, '..', 'stage')
const WEBHOOKS_OF_AN_ORDER = 2
/** A young process is slow, and what piles up before it is warm must not be counted. */
const WARM_UP_PER_SECOND_MAX = 300
const POLL_MS = 50
/** How long after the last payment was answered what is late is waited for. A pace that is not kept ends here. */
const DRAIN_MS_MAX = 20_000
/** Nothing came for so long: it hangs, which is a fault and no figure. */
const STALL_MS_MAX = 10_000

/** What travels: orders bought in turns by `players`, who take turns in `projects`. The first `warmUp` of them are not counted. */
export interface TravelPlan {
  readonly place: Place
  readonly folder: string
  readonly projects: number
  readonly players: number
  readonly channel: Channel
  readonly orders: readonly SeededOrder[]
  readonly warmUp: number
  readonly perSecond: number
}

/** What came of it. */
export interface Travel {
  /** Of the orders after those that warm up, in their order. */
  readonly journeys: readonly Journey[]
  /** Payments that were not taken. */
  readonly refused: number
  /** Cores that server and database used, from the first payment to the end. NaN where the machine does not tell. */
  readonly cores: number
}

/** Everybody who takes part. */
interface Stage {
  readonly url: string
  readonly receiver: Child<ReceiverQuestion>
  readonly players: Players
}

/** Pays all orders of a fresh copy, which nobody else may have open. */
export async function travel(plan: TravelPlan): Promise<Travel> {
  const { place, projects, orders, warmUp, perSecond } = plan
  const receiver = await startChild<ReceiverQuestion, ReceiverReady>(join(STAGE, 'receiver.ts'), null)
  const settings = { fulfilment: 'acknowledged', webhookMode: 'separate' } as const
  await pointAt(place, projects, (id) => `${receiver.first.url}/${id}`, settings)
  const server = startServer(place, plan.folder)
  const url = await server.url()
  const players = await START_PLAYERS[plan.channel]({ ...plan, url })
  const stage: Stage = { url, receiver, players }
  await payAll(stage, orders.slice(0, warmUp), Math.min(perSecond, WARM_UP_PER_SECOND_MAX))
  const meter = startMeter(server.pid, place)
  const counted = orders.slice(warmUp)
  const arrived = await payAll(stage, counted, perSecond)
  const cores = meter()
  await players.stop()
  await server.stop()
  await receiver.stop()
  return { journeys: await journeysOf(place, counted, arrived), refused: arrived.report.failed, cores }
}

/** What everybody noted of some orders. */
interface Arrived {
  readonly report: LoadReport
  readonly arrivals: Arrivals
  readonly sightings: ReadonlyMap<string, Sighting>
}

async function payAll(
  { url, receiver, players }: Stage,
  orders: readonly SeededOrder[],
  perSecond: number,
): Promise<Arrived> {
  const input: LoadInput = { url, perSecond }
  const load = await startChild<LoadMessage, string>(join(STAGE, 'load.ts'), input)
  const report = await load.ask<LoadReport>(orders)
  await untilAllKnow(receiver, players, orders.length)
  await load.stop()
  return { report, arrivals: await receiver.ask<Arrivals>('take'), sightings: await players.take() }
}

/** Gives a way to read the cores used since now. */
function startMeter(serverPid: number, { engine }: Place): () => number {
  const cpuMs = (): number =>
    (cpuMsOf(serverPid) ?? Number.NaN) + (engine === 'postgres' ? (cpuMsOfProgram('postgres') ?? Number.NaN) : 0)
  const [startedAt, before] = [performance.now(), cpuMs()]
  return () => (cpuMs() - before) / (performance.now() - startedAt)
}

async function untilAllKnow(receiver: Child<ReceiverQuestion>, players: Players, orders: number): Promise<void> {
  const inAll = orders * (players.toldPerOrder + WEBHOOKS_OF_AN_ORDER)
  let [last, stalledMs] = [0, 0]
  for (let waitedMs = 0; waitedMs < DRAIN_MS_MAX && stalledMs < STALL_MS_MAX; waitedMs += POLL_MS) {
    const came = (await receiver.ask<number>('count')) + (await players.told())
    if (came >= inAll) return
    stalledMs = came === last ? stalledMs + POLL_MS : 0
    last = came
    await sleep(POLL_MS)
  }
  if (stalledMs >= STALL_MS_MAX) throw new Error(`Only ${last} of ${inAll} webhooks and statuses came, then none.`)
}

/** Brings rows, arrivals and sightings of the orders together. */
async function journeysOf(
  place: Place,
  orders: readonly SeededOrder[],
  { report: { dueAtMs, sentAtMs, tookMs }, arrivals, sightings }: Arrived,
): Promise<readonly Journey[]> {
  const rows = await withStore(place, ({ read }) =>
    read.selectFrom('notifications').select(['project_id', 'order_id', 'id', 'type', 'created_at']).execute(),
  )
  const rowOf = new Map(rows.map((row) => [`${row.project_id}:${row.order_id}:${row.type}`, row]))
  const webhookAt = new Map(arrivals.messages.map((message, index) => [message, arrivals.at[index] ?? Number.NaN]))
  return orders.map((order, index) => {
    const key = keyOf(order)
    const [payment, orderPaid] = [rowOf.get(`${key}:payment`), rowOf.get(`${key}:order_paid`)]
    const seen = sightings.get(key)
    return {
      dueAtMs: dueAtMs[index] ?? Number.NaN,
      answeredAtMs: (sentAtMs[index] ?? Number.NaN) + (tookMs[index] ?? Number.NaN),
      acceptedAtMs: payment?.created_at ?? Infinity,
      cameAtMs: {
        'client has paid': seen?.paidAtMs ?? Infinity,
        'client has done': seen?.doneAtMs ?? Infinity,
        'payment webhook': webhookAt.get(payment?.id ?? 0) ?? Infinity,
        'order_paid webhook': webhookAt.get(orderPaid?.id ?? 0) ?? Infinity,
      },
    }
  })
}
