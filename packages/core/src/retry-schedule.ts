// When a delivery is tried: the schedules, the position an attempt counts for, and the one that follows.
import type { DeliveryType } from './delivery.ts'

/** Types that have a schedule. */
export type ScheduledType = DeliveryType | 'user_validation'

const ORDER_MINUTES = [
  0, 5, 10, 25, 40, 55, 70, 85, 100, 115, 175, 235, 295, 355, 415, 475, 535, 595, 655, 715,
] as const
const PAYMENT_MINUTES = [0, 1, 3, 7, 15, 30, 60, 120, 210, 330, 480, 660] as const

/**
 * Default schedule of every type: minutes from the start of the first attempt.
 *
 * Source: webhook guide, 2 x 5, 7 x 15 and 10 x 60 minutes for order webhooks; at most 12 growing steps in 12 hours for
 * payment webhooks, whose exact steps are unpublished and ours.
 */
export const SCHEDULES: Readonly<Record<ScheduledType, readonly number[]>> = {
  order_paid: ORDER_MINUTES,
  order_canceled: ORDER_MINUTES,
  payment: PAYMENT_MINUTES,
  refund: PAYMENT_MINUTES,
  partial_refund: PAYMENT_MINUTES,
  ps_declined: PAYMENT_MINUTES,
  user_validation: [0],
}

/** The preset `48h` for payment webhooks: 12 attempts in 48 hours, minutes from the start of the first attempt. */
export const SCHEDULE_48H: readonly number[] = [0, 1, 3, 7, 15, 45, 120, 300, 660, 1200, 1920, 2820]

/** A delivery is sent again at most so often after crashes without using a position. */
export const CRASH_RESENDS_MAX = 5

/** Most positions a project's own schedule may have. */
export const SCHEDULE_POSITIONS_MAX = 50

/** Latest offset a project's own schedule may have: 7 days. */
export const SCHEDULE_MINUTES_MAX = 10_080

const MINUTE_MS = 60_000
// The guide promises whole half days: 12 hours for the default schedules, 48 for the preset.
const WINDOW_STEP_MS = 720 * MINUTE_MS

/** What is wrong with a schedule that a project wants to set. */
export type ScheduleFault = 'empty' | 'not_whole' | 'first_not_zero' | 'not_growing' | 'too_many' | 'too_long'

/** Looks for the first fault of a schedule in minutes; null means that it can be used. */
export function scheduleFault(minutes: readonly number[]): ScheduleFault | null {
  if (minutes.length === 0) return 'empty'
  if (minutes.length > SCHEDULE_POSITIONS_MAX) return 'too_many'
  if (!minutes.every(Number.isSafeInteger)) return 'not_whole'
  if (minutes[0] !== 0) return 'first_not_zero'
  if (!minutes.every((offset, position) => position === 0 || offset > at(minutes, position - 1))) return 'not_growing'
  return at(minutes, minutes.length - 1) > SCHEDULE_MINUTES_MAX ? 'too_long' : null
}

/** The schedule as milliseconds, the unit of the functions below. */
export function scheduleOffsetsMs(minutes: readonly number[]): readonly number[] {
  return minutes.map((offset) => offset * MINUTE_MS)
}

/** Length of the window in which all attempts are promised: the half days that the last offset needs. */
export function windowMs(offsetsMs: readonly number[]): number {
  return (Math.floor(at(offsetsMs, offsetsMs.length - 1) / WINDOW_STEP_MS) + 1) * WINDOW_STEP_MS
}

/** A row at the moment when it is claimed. Times are milliseconds of wall time. */
export interface ClaimMoment {
  readonly offsetsMs: readonly number[]
  /** Start of the first attempt; null when this is the first. */
  readonly firstAttemptAt: number | null
  /** The next unused position, the one the row was due for. */
  readonly duePosition: number
  readonly now: number
}

/** The position that an attempt uses up. */
export interface ClaimedPosition {
  readonly position: number
  /** How many positions before it are lost because nobody was there to use them. */
  readonly skipped: number
  /** True when the promised window is over. */
  readonly isLate: boolean
}

/**
 * The position for which the attempt that is claimed now counts.
 *
 * Where several positions have passed, one attempt is made for the last of them, the others are skipped and those to
 * come are kept: listeners that were unreachable because of us must not get a burst.
 *
 * @throws {RangeError} when `duePosition` is not a position of the schedule
 */
export function positionAtClaim(moment: ClaimMoment): ClaimedPosition {
  assertPosition(moment.offsetsMs, moment.duePosition)
  if (moment.firstAttemptAt === null) return { position: moment.duePosition, skipped: 0, isLate: false }
  const elapsedMs = moment.now - moment.firstAttemptAt
  const passed = moment.offsetsMs.filter((offsetMs) => offsetMs <= elapsedMs).length
  // A clock that stepped back may make passed - 1 smaller than the position that was due before.
  const position = Math.max(moment.duePosition, passed - 1)
  return {
    position,
    skipped: position - moment.duePosition,
    isLate: elapsedMs > windowMs(moment.offsetsMs),
  }
}

/**
 * The position after the one just used, and when it is due.
 *
 * Offsets count from the start of the first attempt, so slow answers never push the later attempts out of the window.
 *
 * @returns null when the schedule is spent; the delivery is then exhausted
 * @throws {RangeError} when `usedPosition` is not a position of the schedule
 */
export function nextPosition(used: {
  readonly offsetsMs: readonly number[]
  readonly firstAttemptAt: number
  readonly usedPosition: number
}): { readonly position: number; readonly dueAt: number } | null {
  assertPosition(used.offsetsMs, used.usedPosition)
  const position = used.usedPosition + 1
  const offsetMs = used.offsetsMs[position]
  return offsetMs === undefined ? null : { position, dueAt: used.firstAttemptAt + offsetMs }
}

/** What follows when the sender died in mid-attempt. */
export type AfterCrash =
  | { readonly kind: 'resend'; readonly crashResends: number }
  | { readonly kind: 'failed_attempt' }

/**
 * A crash sends the same position again, at most CRASH_RESENDS_MAX times; then it counts as a failed attempt, because
 * a body that kills its sender must not be sent for ever. A row that is sent again stays due for the crashed position;
 * positionAtClaim then sees to it that a long outage after the crash leads to one attempt, not to two.
 *
 * @param crashResends how often this delivery was already sent again after a crash
 */
export function afterCrash(crashResends: number): AfterCrash {
  return crashResends < CRASH_RESENDS_MAX
    ? { kind: 'resend', crashResends: crashResends + 1 }
    : { kind: 'failed_attempt' }
}

function assertPosition(offsetsMs: readonly number[], position: number): void {
  if (offsetsMs[position] === undefined) {
    throw new RangeError(`Position ${position} is outside a schedule of ${offsetsMs.length} positions.`)
  }
}

function at(offsets: readonly number[], position: number): number {
  const offset = offsets[position]
  if (offset === undefined)
    throw new RangeError(`A schedule of ${offsets.length} positions has no position ${position}.`)
  return offset
}
