// Does an operation cost the same in a store of a million orders as in one of ten thousand?
import { join } from 'node:path'
import { startChild } from './frame/child.ts'
import { diskReadBytesOf } from './frame/disk-reads.ts'
import {
  type Answer,
  type Bar,
  type BenchRun,
  type Figure,
  isChosen,
  type Question,
  type Sizes,
  sizeOf,
} from './frame/question.ts'
import { bytesOf, type Growth, growPlace, refuseFullDisk } from './growth/grow-place.ts'
import { READS, WRITES } from './growth/operations.ts'
import type { Done, OperatorInput, OperatorMessage } from './growth/operator.ts'
import { makeRealShop, PROJECTS, REAL_ORDERS, type RealShop } from './growth/real-shop.ts'
import { markCpu } from './stage/cpu-mark.ts'
import { type Databases, ENGINE_TITLES, type EngineName, type Place, withDatabases } from './stage/databases.ts'

const OPERATOR = join(import.meta.dirname, 'growth', 'operator.ts')
const ENGINES: readonly EngineName[] = ['sqlite', 'postgres']
/** Growth of a fifth, held against CPU time, for that is what other people's work on the machine disturbs least. */
const BAR: Bar = { kind: 'at_most', value: 1.2 }
const WARM_UP_SHARE = 0.3

/** A store as it is called, and what it is made of. */
interface Stature {
  readonly title: string
  /** The title as a hand types it. */
  readonly typed: string
  readonly growth: Growth
}

const SMALL: Stature = { title: '10⁴', typed: '10^4', growth: { copies: 0, retired: 0 } }
const STATURES: readonly Stature[] = [
  { title: '10⁵', typed: '10^5', growth: { copies: 9, retired: 0 } },
  { title: '10⁶', typed: '10^6', growth: { copies: 99, retired: 0 } },
  { title: '10⁷, nine tenths retired', typed: '10^7', growth: { copies: 999, retired: 900 } },
]

/** Length of one run; `writes`: how often each is done in a round; `readMs`: for how long each read is. */
interface Size {
  readonly rounds: number
  readonly writes: number
  readonly readMs: number
  readonly statures: readonly Stature[]
}

const SIZES: Sizes<Size> = {
  full: { rounds: 3, writes: 3_000, readMs: 3_000, statures: STATURES },
  quick: { rounds: 2, writes: 1_000, readMs: 800, statures: STATURES.slice(0, 1) },
}

/** Everything the rounds need. */
interface Stage {
  readonly run: BenchRun
  readonly size: Size
  readonly databases: Databases
}

/** What one operation costs; `readKib`: fetched from the disk, because neither store nor system had it in memory. */
interface Cost {
  readonly cpuUs: number
  readonly wallUs: number
  readonly readKib: number
}

type Costs = Readonly<Record<string, Cost>>

/** The small store and a grown one, measured next to each other. */
interface Pair {
  readonly small: Costs
  readonly grown: Costs
}

/** The question. */
export const growth: Question = {
  title: 'Cost of an operation in a grown store, against one of 10,000 orders',
  ask: async (run) => {
    const size = sizeOf(run, SIZES)
    const chosen = ENGINES.map((engine) => ({ engine, statures: size.statures.filter(isWanted(run, engine)) })).filter(
      ({ statures }) => statures.length > 0,
    )
    for (const { engine, statures } of chosen)
      refuseFullDisk(run.folder, Math.max(...statures.map(({ growth }) => bytesOf(engine, growth))))
    return withDatabases(run.folder, async (databases) => {
      const figures: Figure[] = []
      for (const { engine, statures } of chosen)
        figures.push(...(await askEngine({ run, size: { ...size, statures }, databases }, engine)))
      return answerOf(figures, size)
    })
  },
}

/** `--only 10^6` and `--only 'SQLite, 10^5'` are what a hand types. */
function isWanted(run: BenchRun, engine: EngineName): (stature: Stature) => boolean {
  return ({ typed }) => isChosen(run, `${ENGINE_TITLES[engine]}, ${typed}`)
}

function answerOf(figures: readonly Figure[], size: Size): Answer {
  return {
    figures,
    notes: [
      `${REAL_ORDERS} orders by the real commands over ${PROJECTS} projects, from creation to the answer of the game; larger stores hold copies of all their rows with other ids, buyers and times. Keys of requests are not copied: they are forgotten after days.`,
      `${size.writes} of each write and ${size.readMs / 1_000} s of each read a round by 64 callers, in the process that has the store open; the two stores take turns. Reads ask for the newest orders unless they say otherwise.`,
      'CPU: everything in that process with its threads, and PostgreSQL. Times tell the same, but feel everything else on the machine.',
    ],
  }
}

async function askEngine(stage: Stage, engine: EngineName): Promise<readonly Figure[]> {
  const { run, size, databases } = stage
  const title = ENGINE_TITLES[engine]
  const report = (line: string): void => run.report(`${title}: ${line}`)
  report(`making ${REAL_ORDERS} real orders …`)
  const shop = await makeRealShop(databases, engine, Math.max(...size.statures.map((one) => one.growth.copies)))
  const figures: Figure[] = []
  for (const stature of size.statures) {
    const grown = await growPlace({ databases, folder: run.folder, report }, shop, stature.growth)
    const pairs: Pair[] = []
    for (let round = 1; round <= size.rounds; round += 1) {
      const pair = { small: await costsOfSmall(stage, shop), grown: await costsOf(stage, shop, grown, stature) }
      pairs.push(pair)
      report(`round ${round}, ${stature.title}: ${pairText(pair)}`)
    }
    await databases.drop(grown)
    figures.push(...figuresOf(title, stature, pairs))
  }
  await databases.drop(shop.place)
  return figures
}

/** On a copy each time: ten thousand orders must not become twenty. */
async function costsOfSmall(stage: Stage, shop: RealShop): Promise<Costs> {
  const place = await stage.databases.copy(shop.place)
  const costs = await costsOf(stage, shop, place, SMALL)
  await stage.databases.drop(place)
  return costs
}

async function costsOf({ size }: Stage, shop: RealShop, place: Place, { growth }: Stature): Promise<Costs> {
  const input: OperatorInput = {
    place,
    projects: PROJECTS,
    untilId: shop.untilId,
    copies: growth.copies,
    orderStride: shop.strides.order,
  }
  const child = await startChild<OperatorMessage, 'ready'>(OPERATOR, input)
  const operations = [...WRITES, ...READS]
  const length = (share: number) => ({ count: Math.ceil(size.writes * share), msMax: size.readMs * share })
  const costs: Record<string, Cost> = {}
  for (const name of operations) await child.ask({ name, ...length(WARM_UP_SHARE) })
  for (const name of operations) costs[name] = await costOf(() => child.ask({ name, ...length(1) }))
  await child.stop()
  return costs
}

async function costOf(act: () => Promise<Done>): Promise<Cost> {
  const start = { cpu: markCpu(), read: diskReadBytesOf(process.pid) ?? Number.NaN }
  const { count, tookMs } = await act()
  const end = { cpu: markCpu(), read: diskReadBytesOf(process.pid) ?? Number.NaN }
  if (count === 0) throw new Error('There was nothing to do.')
  return {
    cpuUs: ((end.cpu.allMs - start.cpu.allMs) * 1_000) / count,
    wallUs: (tookMs * 1_000) / count,
    readKib: (end.read - start.read) / 1_024 / count,
  }
}

function figuresOf(title: string, stature: Stature, pairs: readonly Pair[]): readonly Figure[] {
  const names = Object.keys(pairs[0]?.small ?? {})
  const each = (unit: string, bar: Bar | null, value: (pair: Pair, name: string) => number): readonly Figure[] =>
    names.map((name) => ({
      name: `${title}, ${stature.title}: ${name}`,
      unit,
      rounds: pairs.map((pair) => value(pair, name)),
      bar,
    }))
  const at = (costs: Costs, name: string, of: keyof Cost): number => costs[name]?.[of] ?? Number.NaN
  return [
    ...each('times the CPU', BAR, ({ small, grown }, name) => at(grown, name, 'cpuUs') / at(small, name, 'cpuUs')),
    ...each('times as long', null, ({ small, grown }, name) => at(grown, name, 'wallUs') / at(small, name, 'wallUs')),
    ...each('CPU µs each', null, ({ grown }, name) => at(grown, name, 'cpuUs')),
    ...each('KiB from the disk each', null, ({ grown }, name) => at(grown, name, 'readKib')),
  ]
}

function pairText({ small, grown }: Pair): string {
  return Object.keys(grown)
    .map((name) => `${name} ${Math.round(small[name]?.cpuUs ?? 0)} → ${Math.round(grown[name]?.cpuUs ?? 0)}`)
    .join(', ')
}
