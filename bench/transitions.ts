// How many orders move per second, durably, and how far is that from what the database allows?
import { measureDiskWaits } from './frame/disk-wait.ts'
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
import { percentile } from './frame/statistics.ts'
import { type Databases, ENGINE_TITLES, type EngineName, withDatabases } from './stage/databases.ts'
import { findPgbench } from './transitions/pgbench.ts'
import { POOL_CONNECTIONS } from './transitions/plain-movers.ts'
import { type Race, type Round, runRace, type Who } from './transitions/race.ts'
import { type SeededShop, seedShop } from './transitions/seeded-shop.ts'
import { TRANSITIONS } from './transitions/transition.ts'

const ENGINES: readonly EngineName[] = ['sqlite', 'postgres']
const CALLERS: readonly number[] = [1, 64]
const CALLERS_OF_BAR = 64
const BARS: Readonly<Record<EngineName, Bar>> = {
  sqlite: { kind: 'at_least', value: 10_000 },
  postgres: { kind: 'at_least', value: 5_000 },
}
/** OrderTrail first: the others are what it is held against. */
const WHO: Readonly<Record<EngineName, readonly Who[]>> = {
  sqlite: ['OrderTrail', 'by hand', 'by hand in groups'],
  postgres: ['OrderTrail', 'by hand', 'pgbench'],
}

/** Length of one run; `orders` for each transition. */
interface Size {
  readonly rounds: number
  readonly orders: number
  readonly msMax: number
}

const SIZES: Sizes<Size> = {
  full: { rounds: 3, orders: 40_000, msMax: 6_000 },
  quick: { rounds: 2, orders: 10_000, msMax: 1_000 },
}

/** Everything the rounds need. */
interface Stage {
  readonly run: BenchRun
  readonly size: Size
  readonly databases: Databases
  readonly pgbench: string | null
}

/** One contender with its rounds so far. */
interface Contender {
  readonly name: string
  readonly engine: EngineName
  readonly race: Race
  readonly rounds: Round[]
}

/** The question. */
export const transitions: Question = {
  title: 'Durable order transitions per second, one caller and 64',
  ask: (run) =>
    withDatabases(run.folder, (databases) =>
      measure({ run, size: sizeOf(run, SIZES), databases, pgbench: findPgbench() }),
    ),
}

async function measure(stage: Stage): Promise<Answer> {
  const { run, size, pgbench } = stage
  const contenders = allContenders().filter(
    ({ name, race }) => isChosen(run, name) && (race.who !== 'pgbench' || pgbench !== null),
  )
  // The disk is only measured beside them.
  if (contenders.length === 0) return { figures: [], notes: [] }
  const shops = new Map<EngineName, SeededShop>()
  for (const engine of new Set(contenders.map((contender) => contender.engine))) {
    run.report(`seeding ${2 * size.orders} orders in ${ENGINE_TITLES[engine]} …`)
    shops.set(engine, await seedShop(stage.databases, engine, size.orders))
  }
  const waits: (readonly number[])[] = []
  // In turns, so that a busy minute of the machine falls on all of them.
  for (let round = 1; round <= size.rounds; round += 1) {
    waits.push(measureDiskWaits(run.folder))
    for (const contender of contenders) await raceOnce(stage, contender, shops, round)
  }
  return { figures: [...figuresOf(contenders), ...diskFigures(waits)], notes: notesOf(stage) }
}

function allContenders(): readonly Contender[] {
  return ENGINES.flatMap((engine) =>
    TRANSITIONS.flatMap((transition) =>
      CALLERS.flatMap((callers) =>
        WHO[engine]
          .filter((who) => who !== 'by hand in groups' || callers > 1)
          .map((who) => ({
            name: `${titleOf(engine, { transition, callers })}${who === 'OrderTrail' ? '' : `, ${who}`}`,
            engine,
            race: { who, transition, callers },
            rounds: [],
          })),
      ),
    ),
  )
}

function titleOf(engine: EngineName, { transition, callers }: Omit<Race, 'who'>): string {
  return `${ENGINE_TITLES[engine]}, ${transition}, ${callers === 1 ? '1 caller' : `${callers} callers`}`
}

async function raceOnce(
  { run, size, databases, pgbench }: Stage,
  { name, engine, race, rounds }: Contender,
  shops: ReadonlyMap<EngineName, SeededShop>,
  round: number,
): Promise<void> {
  const shop = shops.get(engine)
  if (shop === undefined) throw new Error(`Nothing was seeded in ${ENGINE_TITLES[engine]}.`)
  const result = await runRace({ databases, shop, msMax: size.msMax, folder: run.folder, pgbench }, race)
  rounds.push(result)
  run.report(`round ${round}: ${name} ${roundText(result)}`)
}

function roundText({ perSecond, p50Ms, p99Ms, clientUs, databaseUs }: Round): string {
  const cpu = `CPU µs each: client ${Math.round(clientUs)}, PostgreSQL ${Math.round(databaseUs)}`
  return `${Math.round(perSecond)}/s, p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms (${cpu})`
}

function figuresOf(contenders: readonly Contender[]): readonly Figure[] {
  const each = (unit: string, value: (round: Round) => number): readonly Figure[] =>
    contenders.map(({ name, race, rounds }) => {
      return { name, unit, rounds: rounds.map(value), bar: null, isPeer: isPeer(race) }
    })
  const rates = contenders.map((contender) => ({
    name: contender.name,
    unit: 'transitions/s',
    rounds: contender.rounds.map(({ perSecond }) => perSecond),
    bar: barOf(contender),
    isPeer: isPeer(contender.race),
  }))
  return [
    ...rates,
    ...ratios(contenders),
    ...each('CPU µs per transition', ({ clientUs, databaseUs }) => clientUs + databaseUs),
    ...each('ms, p50', ({ p50Ms }) => p50Ms),
    ...each('ms, p99', ({ p99Ms }) => p99Ms),
  ]
}

function isPeer({ who }: Race): boolean {
  return who !== 'OrderTrail'
}

/** A bar is for the transition itself. A payment is one with six more rows around it; what it is held against is the same in plain SQL. */
function barOf({ engine, race }: Contender): Bar | null {
  return !isPeer(race) && race.callers === CALLERS_OF_BAR && race.transition === 'fulfilment' ? BARS[engine] : null
}

/** OrderTrail against each of the others, round by round, because rounds share their minute. */
function ratios(contenders: readonly Contender[]): readonly Figure[] {
  return contenders.flatMap((other) => {
    const own = contenders.find((one) => one.engine === other.engine && isOwnOf(one.race, other.race))
    if (own === undefined || !isPeer(other.race)) return []
    const rounds = own.rounds.map(({ perSecond }, round) => perSecond / (other.rounds[round]?.perSecond ?? Number.NaN))
    return { name: `${own.name} against ${other.race.who}`, unit: 'times as many', rounds, bar: null }
  })
}

function isOwnOf(own: Race, other: Race): boolean {
  return !isPeer(own) && own.transition === other.transition && own.callers === other.callers
}

function diskFigures(waits: readonly (readonly number[])[]): readonly Figure[] {
  const rounds = (share: number): readonly number[] => waits.map((ms) => percentile(ms, share))
  return [
    {
      name: 'disk alone: 8 KiB, then fdatasync',
      unit: 'waits/s',
      rounds: waits.map((ms) => (ms.length * 1_000) / ms.reduce((sum, one) => sum + one, 0)),
      bar: null,
      isPeer: true,
    },
    { name: 'disk alone: 8 KiB, then fdatasync', unit: 'ms, p50', rounds: rounds(0.5), bar: null, isPeer: true },
    { name: 'disk alone: 8 KiB, then fdatasync', unit: 'ms, p99', rounds: rounds(0.99), bar: null, isPeer: true },
  ]
}

function notesOf({ size, pgbench }: Stage): readonly string[] {
  return [
    `payment: new → paid by recordPaymentEvent, with request key, payment, timeline, publication, notification and delivery. fulfilment: paid → done by applyTransition, with timeline and publication.`,
    `At most ${size.orders} orders of each a round; a fresh process and a copy of the store each round, its first quarter not counted. No HTTP; callers live in the process that has the store open, as in the server.`,
    `by hand: the same rows in plain SQL, one transaction a request; SQLite on one connection, PostgreSQL on a pool of ${POOL_CONNECTIONS}. It renders no bodies, reads no settings and decides nothing. by hand in groups: the 64 that wait share one commit.`,
    pgbench === null
      ? 'pgbench was not found (PATH, /usr/lib/postgresql/*/bin), so it is missing; Debian: apt install postgresql.'
      : 'pgbench: the same statements, prepared, 2 threads. What its connections cost to make is not in its rate, but in its CPU.',
    'CPU: everything in the client process with its threads, and PostgreSQL. One caller cannot be faster than the disk, which is measured alone.',
  ]
}
