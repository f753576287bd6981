// A mixed run: load by real clients, faults round by round, rest, and every promise checked from outside and inside.
import { setTimeout as delay } from 'node:timers/promises'
import { awaitRest } from './await-rest.ts'
import { type ChaosAnswer, type ChaosCalls, makeCalls } from './chaos-calls.ts'
import { weighProcess } from './chaos-node.ts'
import { checkEverything } from './checks/check-everything.ts'
import { type PlannedFault, planFaults } from './fault-plan.ts'
import { type Fault, listenerFaults } from './faults.ts'
import { type GameBackend, startGameBackend } from './game-backend.ts'
import { ADMIN_KEY, type MixedPlace } from './open-mixed-place.ts'
import { type Followers, makePlayers, startFollowers } from './players.ts'
import type { Sale } from './sale.ts'
import { type Selling, startSelling } from './sell-orders.ts'
import { openShops, type Shop } from './shops.ts'
import { type Strangers, startStrangers } from './strangers.ts'

/** What to do. `random` draws the load; `planned` the faults, which so repeat with the seed. */
export interface MixedOptions {
  readonly place: MixedPlace
  readonly rounds: number
  readonly random: () => number
  readonly planned: () => number
  readonly report: (line: string) => void
}

/** What came of it. */
export interface MixedOutcome {
  readonly figures: readonly (readonly [name: string, value: number | string])[]
  readonly violations: readonly string[]
}

/** All that takes part. */
export interface MixedRun {
  readonly options: MixedOptions
  readonly calls: ChaosCalls
  readonly backend: GameBackend
  readonly shops: readonly Shop[]
  readonly selling: Selling
  readonly followers: Followers
  readonly strangers: Strangers
  /** Answers that nothing can excuse. */
  readonly refusals: readonly string[]
  /** What happened in each round, in words. */
  readonly rounds: string[]
}

/** With its calm parts. */
const ROUND_MS = 8_500
const CALM_MS_MIN = 800
const REST_ESTIMATE_MS = 75_000
const LAST_LIVES_MS_MAX = 60_000
/** What has to be sold between two rounds, so that the next fault finds something. */
const SOLD_MIN = 20
const SELLING_MS_MAX = 60_000
const LOOK_MS = 100

/** Runs it. */
export async function runMixed(options: MixedOptions): Promise<MixedOutcome> {
  const { place, random, report } = options
  const backend = await startGameBackend(random)
  try {
    await Promise.all(place.nodes.map((node) => node.start()))
    const calls = makeCalls(place.api.url)
    const shops = await openShops(calls, ADMIN_KEY, backend.urlOf)
    backend.serve(shops)
    const players = makePlayers(shops)
    const socketsUrl = `ws://127.0.0.1:${place.sockets.port}/connection/websocket`
    const wires = { api: place.api.url, sockets: socketsUrl, streams: place.sockets.url }
    const followers = await startFollowers(wires, calls, players, random)
    const rounds: string[] = []
    let isOver = false
    const refusals: string[] = []
    const stuck: string[] = []
    const onRefused = ({ player, orderId }: Sale, answer: ChaosAnswer | null): void =>
      void refusals.push(`${player.userId} was refused (order ${orderId}): ${JSON.stringify(answer)}`)
    const selling = startSelling(
      { calls, random, round: () => rounds.length + 1, isOver: () => isOver, onRefused, onPlaced: followers.follow },
      players,
    )
    const strangers = startStrangers({ calls, socketsUrl, shops, sales: () => selling.sales, random })
    const run: MixedRun = { options, calls, backend, shops, selling, followers, strangers, rounds, refusals }
    try {
      const done = await harm(run, stuck)
      backend.calmDown()
      report('everything is whole again; the last lives come to their ends')
      const giveUp = setTimeout(() => {
        isOver = true
      }, LAST_LIVES_MS_MAX)
      await selling.stop()
      clearTimeout(giveUp)
      const unrest = await awaitRest(run)
      const weights = place.nodes.map((node) => weighProcess(node.process()?.pid ?? 0))
      await strangers.stop()
      const checked = await checkEverything(run, weights)
      return { figures: [...done, ...checked.figures], violations: [...stuck, ...unrest, ...checked.violations] }
    } finally {
      isOver = true
      await Promise.all([selling.stop(), strangers.stop(), followers.stop()])
    }
  } finally {
    await backend.stop()
  }
}

/** All rounds; gives figures about what was done, and tells `stuck` after which nobody could buy any more. */
async function harm(run: MixedRun, stuck: string[]): Promise<MixedOutcome['figures']> {
  const { place, rounds, planned, report } = run.options
  const plan = planFaults(planned, rounds, [...place.faults, ...listenerFaults(run.backend)])
  const counts = new Map<string, number>()
  let kills = 0
  for (const [index, faults] of plan.entries()) {
    const startedAt = performance.now()
    const told = await Promise.all(faults.map((fault) => suffer(fault)))
    run.rounds.push(told.join(' + '))
    for (const { kind } of faults) counts.set(kind.name, (counts.get(kind.name) ?? 0) + 1)
    kills += faults.filter(({ kind }) => kind.isKill).length
    const paid = paidIn(run)
    const leftMs = (rounds - index - 1) * ROUND_MS + REST_ESTIMATE_MS
    report(
      `round ${index + 1} of ${rounds}: ${told.join(' + ')} | ${paid} orders paid, ${kills} kills, ${clockOf(leftMs)} left`,
    )
    await delay(Math.max(CALM_MS_MIN, ROUND_MS - (performance.now() - startedAt)))
    if (!(await isSellingAgain(run, paid)))
      stuck.push(`nobody could buy for ${SELLING_MS_MAX / 1_000} s after ${told.join(' + ')}`)
  }
  return [
    ['rounds', rounds],
    ['kills', kills],
    ...[...counts].sort().map(([name, count]) => [`  ${name}`, count] as const),
  ]
}

function paidIn({ selling }: MixedRun): number {
  return selling.sales.filter(({ confirmed }) => confirmed.has('pay')).length
}

/** Waits until more was sold than before; false: it was not within a minute, although everything is whole. */
async function isSellingAgain(run: MixedRun, before: number): Promise<boolean> {
  for (const end = performance.now() + SELLING_MS_MAX; performance.now() < end; await delay(LOOK_MS)) {
    if (paidIn(run) >= before + SOLD_MIN) return true
  }
  return false
}

/** One fault from its beginning to its end; says what it was. */
async function suffer({ kind, afterMs, lastsMs, pick }: PlannedFault<Fault>): Promise<string> {
  await delay(afterMs)
  const startedAt = performance.now()
  const undo = await kind.begin(pick)
  await delay(lastsMs)
  await undo()
  return `${kind.name} ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`
}

function clockOf(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
