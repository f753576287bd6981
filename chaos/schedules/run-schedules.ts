// Proves the rules of attempts: random histories on simulated time, each compared with what the rules make of it.
import type { Store } from '../../packages/server/src/platform/store/index.ts'
import { boundOweWebhook } from '../simulation/owe-delivery.ts'
import { seedProjects } from '../simulation/simulated-projects.ts'
import {
  type OpenStore,
  SIMULATION_START_MS,
  type SimulatedTime,
  simulatedCommands,
} from '../simulation/simulated-time.ts'
import { type AnswerHistory, randomHistory, randomSchedule } from './answer-history.ts'
import { type Outage, randomOutages } from './outages.ts'
import { ruledDelivery, type World } from './ruled-delivery.ts'
import { addFigures, figuresOf, NO_FIGURES, type ScheduleFigures } from './schedule-figures.ts'
import { RULED_48H, RULED_MINUTES } from './schedule-rules.ts'
import { liveThrough } from './schedule-world.ts'
import { seenDeliveries } from './seen-deliveries.ts'

/** What to do. `histories` are lived with a dispatcher that is always up, and as many others with outages and crashes. */
export interface SchedulesOptions {
  readonly open: OpenStore
  readonly histories: number
  readonly random: () => number
  readonly report: (line: string) => void
}

/** What came of it; a violation is a sentence with the history that can be lived again. */
export interface SchedulesOutcome {
  readonly up: ScheduleFigures
  readonly troubled: ScheduleFigures
  readonly violations: readonly string[]
}

/** Histories that share a store. */
const WORLD_SIZE = 500
const DAY_MS = 86_400_000
/** From one world to the next, longer than any schedule may be. */
const WORLD_SPAN_MS = 30 * DAY_MS
const OUTAGES_SPAN_MS = 4 * DAY_MS
const FIRST_PROJECT_ID = 5_001
const OWN_SCHEDULES_MAX = 6
/** So many histories share an own schedule, so that small runs have few moments. */
const HISTORIES_PER_SCHEDULE = 20
const FIRST_ORDER_ID = 10_000_001

/** Lives all histories, on one store. */
export async function runSchedules(options: SchedulesOptions): Promise<SchedulesOutcome> {
  const time: SimulatedTime = { now: SIMULATION_START_MS }
  const { store, stop } = await options.open({ commands: simulatedCommands(time, [boundOweWebhook]) })
  try {
    const schedules = [{}, ...ownSchedules(options)]
    const projects = schedules.map((own, index) => ({
      id: FIRST_PROJECT_ID + index,
      settings: { schedules: own },
      hasWebhook: true,
    }))
    await seedProjects(store, projects)
    const stage = { store, time, schedules, projectIds: projects.map(({ id }) => id), nextOrderId: FIRST_ORDER_ID }
    const up = await liveAll(options, stage, false)
    const troubled = await liveAll(options, stage, true)
    return { up: up.figures, troubled: troubled.figures, violations: [...up.violations, ...troubled.violations] }
  } finally {
    await stop()
  }
}

/** Minutes by type that a project has set; a missing type has the ruled schedule. */
type Schedules = Readonly<Record<string, readonly number[]>>

function ownSchedules({ random, histories }: SchedulesOptions): readonly Schedules[] {
  const preset = { payment: RULED_48H, refund: RULED_48H, partial_refund: RULED_48H }
  const length = Math.min(OWN_SCHEDULES_MAX, Math.ceil(histories / HISTORIES_PER_SCHEDULE))
  const own = Array.from({ length }, () =>
    Object.fromEntries(Object.keys(RULED_MINUTES).map((type) => [type, randomSchedule(random)])),
  )
  return [preset, ...own]
}

interface ScheduleStage {
  readonly store: Store
  readonly time: SimulatedTime
  readonly schedules: readonly Schedules[]
  readonly projectIds: readonly number[]
  nextOrderId: number
}

interface Lived {
  readonly figures: ScheduleFigures
  readonly violations: readonly string[]
}

async function liveAll(options: SchedulesOptions, stage: ScheduleStage, isTroubled: boolean): Promise<Lived> {
  let figures = NO_FIGURES
  const violations: string[] = []
  for (let done = 0; done < options.histories; done += WORLD_SIZE) {
    const size = Math.min(WORLD_SIZE, options.histories - done)
    const lived = await liveWorld(options, stage, { size, isTroubled })
    figures = addFigures(figures, lived.figures)
    violations.push(...lived.violations)
    const regime = isTroubled ? 'with outages and crashes' : 'dispatcher up'
    options.report(`${regime}: ${done + size} of ${options.histories} histories, ${violations.length} violations`)
  }
  return { figures, violations }
}

async function liveWorld(
  { random }: SchedulesOptions,
  stage: ScheduleStage,
  { size, isTroubled }: { readonly size: number; readonly isTroubled: boolean },
): Promise<Lived> {
  const { store, time, schedules, projectIds, nextOrderId: firstOrderId } = stage
  const startMs = time.now + WORLD_SPAN_MS
  const outages: readonly Outage[] = isTroubled ? randomOutages(random, startMs, OUTAGES_SPAN_MS) : []
  const world: World = { startMs, outages, isAlone: store.engine === 'sqlite' }
  const histories = Array.from({ length: size }, () =>
    randomHistory(random, { projects: schedules.length, isTroubled }),
  )
  time.now = startMs
  stage.nextOrderId += size
  const starts = await liveThrough({ store, time, world, projectIds, histories, firstOrderId })
  const seen = await seenDeliveries(store, starts)
  let figures = NO_FIGURES
  const violations: string[] = []
  for (const [index, history] of histories.entries()) {
    const minutes = schedules[history.project]?.[history.type] ?? (RULED_MINUTES[history.type] as readonly number[])
    const one = seen.get(firstOrderId + index)
    const ruled = ruledDelivery(history, minutes, world)
    if (JSON.stringify(one) !== JSON.stringify(ruled)) violations.push(sentenceOf(history, minutes, one, ruled))
    if (one !== undefined) figures = addFigures(figures, figuresOf(one, minutes, history))
  }
  return { figures, violations }
}

function sentenceOf(history: AnswerHistory, minutes: readonly number[], seen: unknown, ruled: unknown): string {
  return `${JSON.stringify({ history, minutes })}\n  seen  ${JSON.stringify(seen)}\n  ruled ${JSON.stringify(ruled)}`
}
