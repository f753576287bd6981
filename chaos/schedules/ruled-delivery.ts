// What the rules of attempts say must become of one delivery: a small interpreter that calls none of the engine's decisions.
import { type Agenda, makeAgenda } from '../simulation/agenda.ts'
import { LEASE_MS } from '../simulation/simulated-sender.ts'
import type { AnswerHistory, PlannedAnswer } from './answer-history.ts'
import { firstUp, isDownBetween, isKilledBetween, type Outage } from './outages.ts'
import { RULED_CRASH_RESENDS, ruledVerdict, ruledWindowMs } from './schedule-rules.ts'

/** A sender whose lease is over may still report; so long after it was claimed. */
export const LATE_REPORT_MS: number = LEASE_MS + 7_001

/** Phases of one moment, in their order. */
export const PHASES = { switch: 0, report: 1, manual: 2, sweep: 3 } as const

/** The world in which a delivery lives. `isAlone`: a restart takes back leases at once, as on a SQLite file. */
export interface World {
  readonly startMs: number
  readonly outages: readonly Outage[]
  readonly isAlone: boolean
}

/** One line of the attempt log. */
export interface LoggedAttempt {
  readonly number: number
  readonly startedAt: number
  readonly kind: string
  readonly position: number | null
  readonly isLate: boolean
  readonly outcome: string
  readonly status: number | null
}

/** All that can be seen of a delivery. `starts`: of automatic attempts, in wall milliseconds. */
export interface SeenDelivery {
  readonly state: string
  readonly starts: readonly { readonly at: number; readonly position: number; readonly isLate: boolean }[]
  readonly attempts: readonly LoggedAttempt[]
  readonly crashResends: number
}

interface Life {
  readonly history: AnswerHistory
  readonly offsetsMs: readonly number[]
  readonly windowMs: number
  readonly world: World
  readonly agenda: Agenda<() => void>
  readonly starts: { at: number; position: number; isLate: boolean }[]
  readonly log: Map<number, LoggedAttempt>
  state: 'due' | 'claimed' | 'accepted' | 'rejected' | 'exhausted'
  firstAt: number | null
  position: number
  dueAt: number
  number: number
  crashResends: number
}

/** Moment of the wall at which the delivery of `history` is owed. */
export function owedAt({ startMs }: World, { owedAtMinute }: AnswerHistory): number {
  return startMs + owedAtMinute * 60_000
}

/** Lives through `history` by the rules; `minutes` is the schedule of its type and project. */
export function ruledDelivery(history: AnswerHistory, minutes: readonly number[], world: World): SeenDelivery {
  const life: Life = {
    history,
    offsetsMs: minutes.map((minute) => minute * 60_000),
    windowMs: ruledWindowMs(minutes),
    world,
    agenda: makeAgenda(),
    starts: [],
    log: new Map(),
    state: 'due',
    firstAt: null,
    position: 0,
    dueAt: owedAt(world, history),
    number: 0,
    crashResends: 0,
  }
  planManual(life)
  for (let now = life.dueAt; ; ) {
    const next = nextMoment(life, now)
    if (next === null) break
    now = next
    for (const act of life.agenda.take(now).flat()) act()
    if (life.state === 'due' && firstUp(world.outages, Math.max(life.dueAt, now)) === now) attempt(life, now)
  }
  const attempts = [...life.log.values()].sort((a, b) => a.number - b.number)
  return { state: life.state, starts: life.starts, attempts, crashResends: life.crashResends }
}

function nextMoment({ agenda, state, dueAt, world }: Life, now: number): number | null {
  const moments = [agenda.next(), state === 'due' ? firstUp(world.outages, Math.max(dueAt, now)) : null]
  const known = moments.filter((moment) => moment !== null)
  return known.length === 0 ? null : Math.min(...known)
}

/** An attempt of the schedule: of all positions that have passed, the last one is used and the others are lost. */
function attempt(life: Life, at: number): void {
  const { history, world, agenda, starts } = life
  life.firstAt ??= at
  const elapsedMs = at - life.firstAt
  const position = Math.max(life.position, life.offsetsMs.filter((offsetMs) => offsetMs <= elapsedMs).length - 1)
  const isLate = elapsedMs > life.windowMs
  Object.assign(life, { state: 'claimed', position, number: life.number + 1 })
  const order = starts.push({ at, position, isLate }) - 1
  const answer = history.answers[order % history.answers.length] as PlannedAnswer
  const fate = history.fates[order % history.fates.length]
  const line = { number: life.number, startedAt: at, kind: 'automatic', position, isLate }
  const answeredAt = at + answer.durationMs
  if (fate === 'reports' && !isKilledBetween(world.outages, at, answeredAt)) {
    agenda.plan(answeredAt, PHASES.report, () => report(life, order, line, answer))
    return
  }
  agenda.plan(returnedAt(world, at), PHASES.sweep, () => crash(life, order, line, returnedAt(world, at)))
  if (fate === 'reports_late' && !isDownBetween(world.outages, at, at + LATE_REPORT_MS)) {
    const late = { ...line, outcome: 'late', status: answer.status }
    agenda.plan(at + LATE_REPORT_MS, PHASES.report, () => life.log.set(line.number, late))
  }
}

/** When the lease of what was claimed at `at` is taken back: when it is over and somebody runs, or at a restart of the only process. */
function returnedAt({ outages, isAlone }: World, at: number): number {
  const restarts = isAlone ? outages.filter(({ to }) => to > at).map(({ to }) => to) : []
  return Math.min(firstUp(outages, at + LEASE_MS), ...restarts)
}

type Line = Omit<LoggedAttempt, 'outcome' | 'status'>

function report(life: Life, order: number, line: Line, { status }: PlannedAnswer): void {
  const isLateReport = life.state !== 'claimed' || life.starts.length !== order + 1
  const verdict = ruledVerdict(status)
  life.log.set(line.number, { ...line, outcome: isLateReport ? 'late' : verdict, status })
  if (isLateReport) return
  if (verdict === 'retry') failed(life)
  else life.state = verdict
}

/** Five times the same position again; then a crash is a failure like silence. */
function crash(life: Life, order: number, line: Line, at: number): void {
  if (life.state !== 'claimed' || life.starts.length !== order + 1) return
  life.log.set(line.number, { ...line, outcome: 'crashed', status: null })
  if (life.crashResends === RULED_CRASH_RESENDS) failed(life)
  else Object.assign(life, { state: 'due', dueAt: at, crashResends: life.crashResends + 1 })
}

function failed(life: Life): void {
  const offsetMs = life.offsetsMs[life.position + 1]
  if (offsetMs === undefined) life.state = 'exhausted'
  else Object.assign(life, { state: 'due', position: life.position + 1, dueAt: (life.firstAt ?? 0) + offsetMs })
}

function planManual(life: Life): void {
  const { history, world, agenda } = life
  for (const { atMs, answer } of history.manual) {
    const at = owedAt(world, history) + atMs
    if (firstUp(world.outages, at) === at) agenda.plan(at, PHASES.manual, () => beginManual(life, at, answer))
  }
}

/** Refused while an attempt is on its way; else it counts at once, and only a 2xx changes anything. */
function beginManual(life: Life, at: number, answer: PlannedAnswer): void {
  if (life.state === 'claimed') return
  life.number += 1
  const line = { number: life.number, startedAt: at, kind: 'manual', position: null, isLate: false }
  const answeredAt = at + answer.durationMs
  if (isKilledBetween(life.world.outages, at, answeredAt)) return
  life.agenda.plan(answeredAt, PHASES.report, () => {
    const outcome = ruledVerdict(answer.status)
    life.log.set(line.number, { ...line, outcome, status: answer.status })
    if (outcome === 'accepted') life.state = 'accepted'
  })
}
