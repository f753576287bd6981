// From a payment to its player and its backend: how long, at which pace, and what short polling would make of it.
import { type JourneyTimes, paceOf, type Spread, STATIONS, throughputOf, timesOf } from './end-to-end/journey.ts'
import type { Channel } from './end-to-end/players.ts'
import { type Travel, travel } from './end-to-end/travel.ts'
import {
  type Answer,
  type BenchRun,
  type Figure,
  isChosen,
  type Question,
  type Sizes,
  sizeOf,
} from './frame/question.ts'
import { median } from './frame/statistics.ts'
import { type Databases, ENGINE_TITLES, type EngineName, type Place, withDatabases } from './stage/databases.ts'
import { type SeededOrder, seedPlace } from './stage/seed.ts'

const ENGINES: readonly EngineName[] = ['sqlite', 'postgres']
const PROJECTS = 4
/** Below this share of it a pace is not kept: queues grow, and times say only how long the run was. */
const KEPT_SHARE_MIN = 0.95

/** One pace and how many seconds it is held. */
interface Pace {
  readonly perSecond: number
  readonly seconds: number
}

interface Size {
  readonly rounds: number
  /** A multiple of PROJECTS, so that each player has one project. */
  readonly players: number
  /** Orders that are paid before each round. */
  readonly warmUp: number
  readonly paces: readonly [slowest: Pace, ...others: Pace[]]
}

const SIZES: Sizes<Size> = {
  full: {
    rounds: 3,
    players: 2_000,
    warmUp: 2_000,
    paces: [
      { perSecond: 100, seconds: 20 },
      { perSecond: 1_000, seconds: 12 },
      { perSecond: 3_000, seconds: 8 },
    ],
  },
  quick: {
    rounds: 1,
    players: 400,
    warmUp: 400,
    paces: [
      { perSecond: 100, seconds: 5 },
      { perSecond: 1_000, seconds: 2 },
      { perSecond: 3_000, seconds: 2 },
    ],
  },
}

/** One thing that is measured. */
interface Case extends Pace {
  readonly name: string
  readonly engine: EngineName
  readonly channel: Channel
}

/** One round of a case. `times` null: the pace was not kept. */
interface Round {
  readonly perSecond: number
  readonly cores: number
  readonly times: JourneyTimes | null
}

/** The question. */
export const endToEnd: Question = {
  title: 'From payment to player and backend',
  ask: (run) => withDatabases(run.folder, (databases) => measure(run, databases)),
}

async function measure(run: BenchRun, databases: Databases): Promise<Answer> {
  const size = sizeOf(run, SIZES)
  const cases = casesOf(size).filter(({ name }) => isChosen(run, name))
  const rounds = new Map<Case, Round[]>(cases.map((one) => [one, []]))
  for (const engine of ENGINES) {
    const ofEngine = cases.filter((one) => one.engine === engine)
    if (ofEngine.length === 0) continue
    const { place, orders } = await seed(run, databases, engine, size, ofEngine)
    for (let round = 1; round <= size.rounds; round += 1) {
      for (const one of ofEngine) {
        const done = await roundOf(run, size, await databases.copy(place), orders, one)
        rounds.get(one)?.push(done)
        run.report(`round ${round}: ${one.name} ${textOf(done)}`)
      }
    }
    await databases.drop(place)
  }
  return { figures: [...rounds].flatMap(([one, done]) => figuresOf(one, done)), notes: notesOf(size, rounds) }
}

function casesOf({ paces }: Size): readonly Case[] {
  return ENGINES.flatMap((engine): readonly Case[] => {
    const title = ENGINE_TITLES[engine]
    const [slowest] = paces
    return [
      ...paces.map((pace) => ({ ...pace, name: `${title} ${paceText(pace)}`, engine, channel: 'websocket' as const })),
      { ...slowest, name: `${title} ${paceText(slowest)}, polling`, engine, channel: 'polling' },
    ]
  })
}

const paceText = ({ perSecond }: Pace): string => `${perSecond.toLocaleString('en-US')}/s`
const ordersOf = ({ perSecond, seconds }: Pace): number => perSecond * seconds

interface Seeded {
  readonly place: Place
  readonly orders: readonly SeededOrder[]
}

async function seed(
  { report }: BenchRun,
  databases: Databases,
  engine: EngineName,
  { players, warmUp }: Size,
  cases: readonly Case[],
): Promise<Seeded> {
  const count = warmUp + Math.max(...cases.map(ordersOf))
  report(`seeding ${count} unpaid orders in ${ENGINE_TITLES[engine]} …`)
  const place = await databases.make(engine)
  return { place, orders: await seedPlace(place, { projects: PROJECTS, players, orders: count, arePaid: false }) }
}

async function roundOf(
  { folder }: BenchRun,
  { players, warmUp }: Size,
  place: Place,
  orders: readonly SeededOrder[],
  one: Case,
): Promise<Round> {
  const { channel, perSecond } = one
  const chosen = orders.slice(0, warmUp + ordersOf(one))
  const plan = { place, folder, projects: PROJECTS, players, channel, orders: chosen, warmUp, perSecond }
  return judge(one, await travel(plan))
}

/** Whoever polls learns of `done` seconds later than the backend; what they learn says nothing about the pace. */
const ENDS = { websocket: STATIONS, polling: ['payment webhook', 'order_paid webhook'] } as const

function judge({ perSecond, channel }: Case, { journeys, refused, cores }: Travel): Round {
  const stations = ENDS[channel]
  const kept = paceOf(journeys, stations)
  const isKept = refused === 0 && kept >= perSecond * KEPT_SHARE_MIN
  if (isKept) return { perSecond: kept, cores, times: timesOf(journeys) }
  return { perSecond: throughputOf(journeys, stations), cores, times: null }
}

function textOf({ perSecond, cores, times }: Round): string {
  const shown = `${Math.round(perSecond)} orders/s, ${cores.toFixed(2)} cores`
  if (times === null) return `${shown}: pace not kept`
  return `${shown}, done at the client after p50 ${times.fromSent['client has done'].p50.toFixed(1)} ms`
}

const SHARES = ['p50', 'p99'] as const

function figuresOf({ name }: Case, rounds: readonly Round[]): readonly Figure[] {
  const kept = rounds.flatMap(({ times }) => (times === null ? [] : [times]))
  const spread = (what: string, of: (times: JourneyTimes) => Spread): readonly Figure[] =>
    SHARES.map((share) => ({
      name: `${name}: ${what}, ${share}`,
      unit: 'ms',
      rounds: kept.map((times) => of(times)[share]),
      bar: null,
    }))
  const times = [
    ...spread('sent → answered', ({ answered }) => answered),
    ...STATIONS.flatMap((station) => spread(`sent → ${station}`, ({ fromSent }) => fromSent[station])),
    ...STATIONS.flatMap((station) => spread(`accepted → ${station}`, ({ fromAccepted }) => fromAccepted[station])),
  ]
  return [
    { name, unit: 'orders/s at their end', rounds: rounds.map(({ perSecond }) => perSecond), bar: null },
    { name: `${name}: CPU`, unit: 'cores, server and database', rounds: rounds.map(({ cores }) => cores), bar: null },
    ...(kept.length === 0 ? [] : times),
  ]
}

function notesOf({ players, warmUp }: Size, rounds: ReadonlyMap<Case, readonly Round[]>): readonly string[] {
  return [
    ...[...rounds].flatMap(([one, done]) => notKept(one, done)),
    `${players.toLocaleString('en-US')} players in ${PROJECTS} projects; payments by HTTP at a fixed pace over 64 connections, whether or not answers come; ${warmUp.toLocaleString('en-US')} orders before them are not counted.`,
    'Sent: the moment at which the payment was due to be sent, however late it was. Accepted: the beginning of the transaction that took it, in whole milliseconds.',
    'An order ends when its player has done and its backend has both webhooks (separate mode); done follows from the accepted order_paid.',
    'Polling: the players of the orders ask Get order every 3 s until it is done, and nobody is connected.',
    'Load, players, listener and database share the cores of this machine with the server.',
  ]
}

function notKept(one: Case, rounds: readonly Round[]): readonly string[] {
  const missed = rounds.filter(({ times }) => times === null)
  if (missed.length === 0) return []
  const reached = Math.round(median(missed.map(({ perSecond }) => perSecond))).toLocaleString('en-US')
  return [
    `${one.name}: not kept on this machine in ${missed.length} of ${rounds.length} rounds, where ${reached} of ${one.perSecond.toLocaleString('en-US')} orders/s came to their end; there are times of the other rounds only.`,
  ]
}
