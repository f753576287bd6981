// Random histories: what a listener answers to each attempt of one delivery, and how often its sender dies.
import { type AttemptAnswer, SCHEDULE_POSITIONS_MAX } from '@ordertrail/core'

/** One answer: its status, null for none, and how long it takes. */
export interface PlannedAnswer {
  readonly status: number | null
  readonly silence: string
  readonly durationMs: number
}

/** What the sender of one attempt does: it reports the answer, or never does, or only when its lease is long over. */
export type SenderFate = 'reports' | 'dies' | 'reports_late'

/** What happens to one delivery; lists are by the number of the automatic attempt and begin anew when they are used up. */
export interface AnswerHistory {
  readonly type: string
  /** Index into the schedules of the world; the project with that schedule owes the delivery. */
  readonly project: number
  /** Minutes after the beginning at which it is owed. */
  readonly owedAtMinute: number
  readonly answers: readonly PlannedAnswer[]
  readonly fates: readonly SenderFate[]
  /** Minutes after it was owed at which a person asks for a manual attempt, with the answer to it. */
  readonly manual: readonly { readonly atMs: number; readonly answer: PlannedAnswer }[]
}

/** Types in the order in which they are drawn. */
const TYPES = ['order_paid', 'order_canceled', 'payment', 'refund', 'partial_refund', 'ps_declined'] as const
const ACCEPTED = [200, 201, 204] as const
const REJECTED = [400, 401, 402, 403, 404, 409, 415, 422] as const
const OTHERS = [500, 502, 503, 504, 599, 405, 408, 410, 418, 425, 429, 451, 301, 302, 307, 202, 206, 226] as const
const SILENCES = ['deadline', 'connection_closed', 'connection_refused', 'dns_failed'] as const
const DURATIONS_MS = [1, 40, 900, 5_000, 14_999] as const
/** Starts fall on few moments, so that many deliveries are due together as after a busy hour. */
const START_MINUTES = [0, 0, 3, 60, 200] as const
const CRASH_SHARES = [0, 0, 0, 0.1, 0.5, 0.95] as const
const LATE_SHARE = 0.3
const MANUAL_SPAN_MS = 13 * 60 * 60_000

/** One of `list`. */
export function pick<One>(random: () => number, list: readonly One[]): One {
  return list[Math.floor(random() * list.length)] as One
}

/** A history in a world of `projects` schedules; `isTroubled`: senders may die and people ask for attempts of their own. */
export function randomHistory(
  random: () => number,
  { projects, isTroubled }: { readonly projects: number; readonly isTroubled: boolean },
): AnswerHistory {
  const end = pick(random, ['accepted', 'rejected', 'never'] as const)
  const endsAt = Math.floor(random() * SCHEDULE_POSITIONS_MAX) % pick(random, [1, 3, 12, 20, SCHEDULE_POSITIONS_MAX])
  const answers = Array.from({ length: SCHEDULE_POSITIONS_MAX }, (_, index) =>
    plannedAnswer(random, index < endsAt || end === 'never' ? 'other' : end),
  )
  const manualCount = isTroubled ? pick(random, [0, 0, 0, 1, 2]) : 0
  return {
    type: pick(random, TYPES),
    project: Math.floor(random() * projects),
    owedAtMinute: pick(random, START_MINUTES),
    answers,
    fates: plannedFates(random, isTroubled ? pick(random, CRASH_SHARES) : 0),
    manual: Array.from({ length: manualCount }, () => ({
      // An odd number of milliseconds, so that it never falls on the moment of an attempt.
      atMs: Math.floor(random() * MANUAL_SPAN_MS) * 2 + 1,
      answer: plannedAnswer(random, pick(random, ['accepted', 'rejected', 'other', 'other'] as const)),
    })),
  }
}

/** A schedule as a project may set it. */
export function randomSchedule(random: () => number): readonly number[] {
  const minutes = [0]
  const length = 1 + Math.floor(random() * SCHEDULE_POSITIONS_MAX)
  const gapMax = pick(random, [1, 10, 100, 200])
  while (minutes.length < length) minutes.push((minutes.at(-1) ?? 0) + 1 + Math.floor(random() * gapMax))
  return minutes
}

/** The answer as a sender reports it. */
export function reportedAnswer({ status, silence }: PlannedAnswer): AttemptAnswer {
  return status === null ? { kind: 'no_answer', reason: silence } : { kind: 'response', status }
}

function plannedFates(random: () => number, crashShare: number): readonly SenderFate[] {
  if (crashShare === 0) return ['reports']
  return Array.from({ length: SCHEDULE_POSITIONS_MAX }, () => {
    if (random() >= crashShare) return 'reports'
    return random() < LATE_SHARE ? 'reports_late' : 'dies'
  })
}

/** An answer that means `kind`. */
export function plannedAnswer(random: () => number, kind: 'accepted' | 'rejected' | 'other'): PlannedAnswer {
  const durationMs = pick(random, DURATIONS_MS)
  const silence = pick(random, SILENCES)
  if (kind === 'accepted') return { status: pick(random, ACCEPTED), silence, durationMs }
  if (kind === 'rejected') return { status: pick(random, REJECTED), silence, durationMs }
  return { status: random() < 0.3 ? null : pick(random, OTHERS), silence, durationMs }
}
