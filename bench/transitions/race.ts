// One round of one contender: a part to warm up, then the part that is measured, then a look at what was written.
import { join } from 'node:path'
import { startChild } from '../frame/child.ts'
import { percentile } from '../frame/statistics.ts'
import { type CpuMark, markCpu } from '../stage/cpu-mark.ts'
import type { Databases, Place } from '../stage/databases.ts'
import type { Driven } from '../stage/drive.ts'
import type { SeededOrder } from '../stage/seed.ts'
import type { CallerInput, CallerMessage } from './caller.ts'
import { checkGrowth, countRows } from './check-rows.ts'
import { listForPgbench, runPgbench } from './pgbench.ts'
import type { SeededShop } from './seeded-shop.ts'
import { STATUSES, type TransitionName } from './transition.ts'

const CALLER = join(import.meta.dirname, 'caller.ts')
const WARM_UP_SHARE = 0.25
/** One caller alone moves too few orders to warm a process up. */
const WARM_UP_CALLERS = 64
/** Transactions of each client of pgbench before anything is known of its pace. */
const PGBENCH_FIRST = 20

/** Who moves the orders. `by hand in groups`: as the hand-written one, but all that wait share a commit. */
export type Who = 'OrderTrail' | 'by hand' | 'by hand in groups' | 'pgbench'

/** A race. */
export interface Race {
  readonly who: Who
  readonly transition: TransitionName
  readonly callers: number
}

/** What a race needs. `pgbench` is the program's path. */
export interface Track {
  readonly databases: Databases
  readonly shop: SeededShop
  readonly msMax: number
  readonly folder: string
  readonly pgbench: string | null
}

/** What came of a round; CPU of the client, its store's threads included, and of PostgreSQL. */
export interface Round {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly clientUs: number
  readonly databaseUs: number
}

/** Runs one round on a copy of the shop. */
export async function runRace(track: Track, race: Race): Promise<Round> {
  const place = await track.databases.copy(track.shop.place)
  try {
    return await raceOn(track, race, place)
  } finally {
    await track.databases.drop(place)
  }
}

async function raceOn(track: Track, race: Race, place: Place): Promise<Round> {
  if (race.who === 'pgbench' && place.engine === 'postgres')
    await listForPgbench(place.url, STATUSES[race.transition].from)
  const before = await countRows(place, race.transition)
  const runner = await startRunner(track, race, place)
  const orders = track.shop.orders[race.transition]
  const warm = Math.floor(orders.length * WARM_UP_SHARE)
  const first = await runner.run({ from: 0, count: warm, msMax: track.msMax / 2, callers: WARM_UP_CALLERS })
  const from = first.callMs.length
  const start = markCpu()
  const driven = await runner.run({ from, count: orders.length - from, msMax: track.msMax, callers: race.callers })
  const end = markCpu()
  await runner.stop()
  checkGrowth(before, await countRows(place, race.transition), from + driven.callMs.length)
  return roundOf(driven, start, end)
}

/** A stretch of the orders; ends earlier after `msMax`. */
interface Stretch {
  readonly from: number
  readonly count: number
  readonly msMax: number
  readonly callers: number
}

interface Runner {
  run(stretch: Stretch): Promise<Driven>
  stop(): Promise<void>
}

function startRunner(track: Track, race: Race, place: Place): Promise<Runner> | Runner {
  return race.who === 'pgbench' ? pgbenchRunner(track, race, place) : callerRunner(track, race, place)
}

async function callerRunner({ shop }: Track, { who, transition, callers }: Race, place: Place): Promise<Runner> {
  const orders: readonly SeededOrder[] = shop.orders[transition]
  const writes = who === 'OrderTrail' ? null : shop.writes[transition]
  const input: CallerInput = { place, transition, writes, groupMax: who === 'by hand' ? 1 : callers }
  const child = await startChild<CallerMessage, 'ready'>(CALLER, input)
  return {
    run: ({ from, count, ...rest }) => child.ask({ orders: orders.slice(from, from + count), ...rest }),
    stop: child.stop,
  }
}

/**
 * A short run tells how much a client alone will manage in the time. Many clients move all that is left: each connects anew, and a
 * connection's first transactions cost many times what later ones do.
 */
function pgbenchRunner({ shop, folder, pgbench }: Track, { transition, callers }: Race, place: Place): Runner {
  if (pgbench === null || place.engine !== 'postgres') throw new Error('There is no pgbench for this.')
  const fixed = { program: pgbench, url: place.url, writes: shop.writes[transition], clients: callers, folder }
  let perMs = 0
  return {
    run: async ({ from, count, msMax }) => {
      const rest = callers > 1 ? count : Math.ceil(perMs * msMax)
      const wanted = perMs === 0 ? callers * PGBENCH_FIRST : rest
      const driven = await runPgbench({ ...fixed, first: from, count: Math.min(count, wanted) })
      perMs = driven.callMs.length / driven.tookMs
      return driven
    },
    stop: async () => undefined,
  }
}

function roundOf({ tookMs, callMs }: Driven, start: CpuMark, end: CpuMark): Round {
  const each = (ms: number): number => (ms * 1_000) / callMs.length
  const databaseMs = end.databaseMs - start.databaseMs
  return {
    perSecond: (callMs.length * 1_000) / tookMs,
    p50Ms: percentile(callMs, 0.5),
    p99Ms: percentile(callMs, 0.99),
    clientUs: each(end.allMs - start.allMs - databaseMs),
    databaseUs: each(databaseMs),
  }
}
