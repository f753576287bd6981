// Does a store with a long history deliver as fast as an empty one?
import { join } from 'node:path'
import { type Child, startChild } from './frame/child.ts'
import { type BenchRun, type Figure, type Question, type Sizes, sizeOf } from './frame/question.ts'
import { type Databases, ENGINE_TITLES, type EngineName, type Place, startDatabases } from './stage/databases.ts'
import { fillHistory } from './stage/fill-history.ts'
import type { ReceiverQuestion, ReceiverReady } from './stage/receiver.ts'
import { addOrders, pointAt, seedPlace } from './stage/seed.ts'
import { startServer } from './stage/server.ts'
import { watchDrain } from './stage/watch-drain.ts'

const RECEIVER = join(import.meta.dirname, 'stage', 'receiver.ts')
const ENGINES: readonly EngineName[] = ['sqlite', 'postgres']
const PROJECTS = 4
const SHARE_MIN = 0.8

interface Size {
  readonly rounds: number
  readonly orders: number
  readonly waiting: number
  readonly finished: number
}

const SIZES: Sizes<Size> = {
  full: { rounds: 5, orders: 20_000, waiting: 1_000_000, finished: 10_000_000 },
  quick: { rounds: 3, orders: 8_000, waiting: 100_000, finished: 1_000_000 },
}

/** Everything the rounds need. */
interface Stage {
  readonly run: BenchRun
  readonly size: Size
  readonly databases: Databases
  readonly receiver: Child<ReceiverQuestion> & { readonly first: ReceiverReady }
}

/** The question. */
export const backlog: Question = {
  title: 'Webhooks per second with a long history, against an empty store',
  ask: async (run) => {
    const databases = await startDatabases(run.folder)
    const receiver = await startChild<ReceiverQuestion, ReceiverReady>(RECEIVER, null)
    const size = sizeOf(run, SIZES)
    try {
      const figures: Figure[] = []
      for (const engine of ENGINES)
        if (ENGINE_TITLES[engine].includes(run.only))
          figures.push(...(await askEngine({ run, size, databases, receiver }, engine)))
      const history = `${size.waiting.toLocaleString('en-US')} waiting for later and ${size.finished.toLocaleString('en-US')} finished`
      return {
        figures,
        notes: [
          `History: ${history} deliveries, each with notification and attempt; bodies of finished ones are empty.`,
          `${size.orders} webhooks a round to ${PROJECTS} endpoints, api fulfilment; the rounds of both stores take turns.`,
        ],
      }
    } finally {
      await receiver.stop()
      await databases.stop()
    }
  },
}

async function askEngine(stage: Stage, engine: EngineName): Promise<readonly Figure[]> {
  const { run, size } = stage
  const title = ENGINE_TITLES[engine]
  const empty = await preparedPlace(stage, engine)
  const full = await preparedPlace(stage, engine)
  await fillHistory(full, { projects: PROJECTS, ...size }, (line) => run.report(`${title}: ${line}`))
  const rates: { empty: number; full: number }[] = []
  for (let round = 1; round <= size.rounds; round += 1) {
    const rate = { empty: await rateOf(stage, empty), full: await rateOf(stage, full) }
    rates.push(rate)
    run.report(`round ${round}: ${title} empty ${Math.round(rate.empty)}/s, full ${Math.round(rate.full)}/s`)
  }
  for (const place of [empty, full]) await stage.databases.drop(place)
  return [
    { name: `${title}, empty`, unit: 'webhooks/s', rounds: rates.map((rate) => rate.empty), bar: null },
    { name: `${title}, long history`, unit: 'webhooks/s', rounds: rates.map((rate) => rate.full), bar: null },
    {
      name: `${title}, long history against empty`,
      unit: 'share',
      rounds: rates.map((rate) => rate.full / rate.empty),
      bar: { kind: 'at_least', value: SHARE_MIN },
    },
  ]
}

async function preparedPlace({ databases, receiver }: Stage, engine: EngineName): Promise<Place> {
  const place = await databases.make(engine)
  await seedPlace(place, { projects: PROJECTS, orders: 0, arePaid: true })
  await pointAt(place, PROJECTS, (id) => `${receiver.first.url}/${id}`)
  return place
}

/** One round: new orders by the real commands, then all their webhooks. */
async function rateOf({ run, size, receiver }: Stage, place: Place): Promise<number> {
  await addOrders(place, { projects: PROJECTS, orders: size.orders, arePaid: true })
  const server = startServer(place, run.folder)
  const { perSecond } = await watchDrain({ receiver, senderPid: server.pid, total: size.orders })
  await server.stop()
  return perSecond
}
