// Does one listener that never answers delay the webhooks of the others?
import { join } from 'node:path'
import { type Child, startChild } from './frame/child.ts'
import { type Bar, type BenchRun, type Figure, type Question, type Sizes, sizeOf } from './frame/question.ts'
import { median, percentile } from './frame/statistics.ts'
import { type Databases, ENGINE_TITLES, type EngineName, type Place, startDatabases } from './stage/databases.ts'
import type { ReceiverQuestion, ReceiverReady } from './stage/receiver.ts'
import { pointAt, projectIds, type SeededOrder, seedPlace } from './stage/seed.ts'
import { SILENT_PATH } from './stage/silent-path.ts'
import { watchLatency } from './stage/watch-latency.ts'

const RECEIVER = join(import.meta.dirname, 'stage', 'receiver.ts')
const ENGINES: readonly EngineName[] = ['sqlite', 'postgres']

const PROJECTS = 10
const SILENT_PROJECT = projectIds(PROJECTS).at(-1)
const PACE_PER_SECOND = 500
/** The others may wait twice as long as in the quiet case, or this long. */
const ALLOWED_MS = 100

interface Size {
  readonly rounds: number
  readonly orders: number
}

const SIZES: Sizes<Size> = { full: { rounds: 5, orders: 10_000 }, quick: { rounds: 3, orders: 3_000 } }

/** Everything the rounds need. */
interface Stage {
  readonly run: BenchRun
  readonly databases: Databases
  readonly receiver: Child<ReceiverQuestion> & { readonly first: ReceiverReady }
}

/** The question. */
export const isolation: Question = {
  title: 'Webhooks of nine endpoints while a tenth accepts connections and never answers',
  ask: async (run) => {
    const databases = await startDatabases(run.folder)
    const receiver = await startChild<ReceiverQuestion, ReceiverReady>(RECEIVER, null)
    try {
      const figures: Figure[] = []
      for (const engine of ENGINES)
        if (ENGINE_TITLES[engine].includes(run.only))
          figures.push(...(await askEngine({ run, databases, receiver }, engine)))
      return {
        figures,
        notes: [
          `${PACE_PER_SECOND} orders/s over ${PROJECTS} endpoints, paid over HTTP; only the nine that answer are counted.`,
          'From the beginning of the transaction that made the delivery to its first byte at the receiver.',
          `Bar: twice the quiet case or ${ALLOWED_MS} ms, whichever is larger.`,
        ],
      }
    } finally {
      await receiver.stop()
      await databases.stop()
    }
  },
}

async function askEngine(stage: Stage, engine: EngineName): Promise<readonly Figure[]> {
  const { rounds, orders: count } = sizeOf(stage.run, SIZES)
  stage.run.report(`seeding ${count} unpaid orders in ${ENGINE_TITLES[engine]} …`)
  const seeded = await stage.databases.make(engine)
  const orders = await seedPlace(seeded, { projects: PROJECTS, orders: count, arePaid: false })
  const quiet: number[] = []
  const hung: number[] = []
  for (let round = 1; round <= rounds; round += 1) {
    quiet.push(await p99Of(stage, seeded, orders, null))
    hung.push(await p99Of(stage, seeded, orders, SILENT_PROJECT ?? null))
    stage.run.report(
      `round ${round}: ${ENGINE_TITLES[engine]} p99 quiet ${quiet.at(-1)} ms, one hangs ${hung.at(-1)} ms`,
    )
  }
  const bar: Bar = { kind: 'at_most', value: Math.max(ALLOWED_MS, 2 * median(quiet)) }
  return [
    { name: `${ENGINE_TITLES[engine]}, all answer, p99`, unit: 'ms', rounds: quiet, bar: null },
    { name: `${ENGINE_TITLES[engine]}, one of ten hangs, p99 of nine`, unit: 'ms', rounds: hung, bar },
  ]
}

/** One round; `silentProject` null: everybody answers. The same nine count in both cases. */
async function p99Of(
  { run, databases, receiver }: Stage,
  seeded: Place,
  orders: readonly SeededOrder[],
  silentProject: number | null,
): Promise<number> {
  const place = await databases.copy(seeded)
  const pathOf = (id: number): string => (id === silentProject ? `${SILENT_PATH}${id}` : `/${id}`)
  await pointAt(place, PROJECTS, (id) => `${receiver.first.url}${pathOf(id)}`)
  const { ms, load } = await watchLatency({
    place,
    folder: run.folder,
    receiver,
    orders,
    perSecond: PACE_PER_SECOND,
    answered: orders.filter(({ projectId }) => projectId !== silentProject).length,
    isCounted: ({ projectId }) => projectId !== SILENT_PROJECT,
  })
  if (load.failed > 0) throw new Error(`${load.failed} payments were not taken.`)
  await databases.drop(place)
  return percentile(ms, 0.99)
}
