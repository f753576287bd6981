// Tests of schedules: the tables figure by figure, positions by example, promises as properties.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  afterCrash,
  CRASH_RESENDS_MAX,
  nextPosition,
  positionAtClaim,
  SCHEDULE_48H,
  SCHEDULE_MINUTES_MAX,
  SCHEDULE_POSITIONS_MAX,
  SCHEDULES,
  scheduleFault,
  scheduleOffsetsMs,
  windowMs,
} from './retry-schedule.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

test('order webhooks are tried after 2 x 5, 7 x 15 and 10 x 60 minutes', () => {
  const gaps = [...Array(2).fill(5), ...Array(7).fill(15), ...Array(10).fill(60)]
  for (const type of ['order_paid', 'order_canceled'] as const) assert.deepEqual(gapsOf(SCHEDULES[type]), gaps)
})

test('payment webhooks are tried 12 times with growing gaps in 11 hours', () => {
  for (const type of ['payment', 'refund', 'partial_refund', 'ps_declined'] as const) {
    assert.deepEqual(SCHEDULES[type], [0, 1, 3, 7, 15, 30, 60, 120, 210, 330, 480, 660])
  }
})

test('the preset for 48 hours has 12 attempts', () => {
  assert.deepEqual(SCHEDULE_48H, [0, 1, 3, 7, 15, 45, 120, 300, 660, 1200, 1920, 2820])
})

test('user_validation is asked once', () => {
  assert.deepEqual(SCHEDULES.user_validation, [0])
})

test('the promised windows are 12 hours, and 48 for the preset', () => {
  const windows = [SCHEDULES.order_paid, SCHEDULES.payment, SCHEDULE_48H, [0], [0, 720]].map(
    (minutes) => windowMs(scheduleOffsetsMs(minutes)) / HOUR_MS,
  )
  assert.deepEqual(windows, [12, 12, 48, 12, 24])
})

test('names the fault of a schedule that cannot be used', () => {
  const growing = Array.from({ length: SCHEDULE_POSITIONS_MAX + 1 }, (_, index) => index)
  assert.deepEqual(
    [
      [],
      growing,
      [0, 1.5],
      [0, Number.NaN],
      [1, 2],
      [0, 5, 5],
      [0, 5, 4],
      [0, SCHEDULE_MINUTES_MAX + 1],
      [0, SCHEDULE_MINUTES_MAX],
      growing.slice(1).map((minutes) => minutes - 1),
      ...Object.values(SCHEDULES),
      SCHEDULE_48H,
    ].map(scheduleFault),
    [
      'empty',
      'too_many',
      'not_whole',
      'not_whole',
      'first_not_zero',
      'not_growing',
      'not_growing',
      'too_long',
      ...Array(10).fill(null),
    ],
  )
})

const OFFSETS = scheduleOffsetsMs([0, 5, 10, 25])
const claimedAfter = (minutes: number, duePosition: number) =>
  positionAtClaim({ offsetsMs: OFFSETS, firstAttemptAt: 1_000, duePosition, now: 1_000 + minutes * MINUTE_MS })

test('the first attempt uses position 0, however long the row waited', () => {
  const claimed = positionAtClaim({ offsetsMs: OFFSETS, firstAttemptAt: null, duePosition: 0, now: 99 * HOUR_MS })
  assert.deepEqual(claimed, { position: 0, skipped: 0, isLate: false })
})

test('an attempt in time uses the position that was due', () => {
  assert.deepEqual(claimedAfter(5, 1), { position: 1, skipped: 0, isLate: false })
  assert.deepEqual(claimedAfter(9.9, 1), { position: 1, skipped: 0, isLate: false })
})

test('after an outage one attempt is made for the last missed position', () => {
  assert.deepEqual(claimedAfter(10, 1), { position: 2, skipped: 1, isLate: false })
  assert.deepEqual(claimedAfter(25, 1), { position: 3, skipped: 2, isLate: false })
})

test('an attempt after the window is late', () => {
  assert.deepEqual(claimedAfter(720, 1), { position: 3, skipped: 2, isLate: false })
  assert.deepEqual(claimedAfter(721, 1), { position: 3, skipped: 2, isLate: true })
  assert.deepEqual(claimedAfter(721, 3), { position: 3, skipped: 0, isLate: true })
})

test('a clock that stepped back does not change the position', () => {
  assert.deepEqual(claimedAfter(-30, 2), { position: 2, skipped: 0, isLate: false })
})

test('the next position is due by its offset from the first attempt', () => {
  const next = [0, 1, 2, 3].map((usedPosition) =>
    nextPosition({ offsetsMs: OFFSETS, firstAttemptAt: 1_000, usedPosition }),
  )
  assert.deepEqual(next, [
    { position: 1, dueAt: 301_000 },
    { position: 2, dueAt: 601_000 },
    { position: 3, dueAt: 1_501_000 },
    null,
  ])
})

test('a position outside the schedule is a mistake', () => {
  for (const position of [-1, 4, 0.5]) {
    assert.throws(() => claimedAfter(5, position), RangeError)
    assert.throws(() => nextPosition({ offsetsMs: OFFSETS, firstAttemptAt: 0, usedPosition: position }), RangeError)
  }
  assert.throws(() => windowMs([]), RangeError)
})

test('five crashes send the same position again, the sixth counts as a failed attempt', () => {
  const course = Array.from({ length: CRASH_RESENDS_MAX + 1 }, (_, crashResends) => afterCrash(crashResends))
  assert.deepEqual(course, [
    { kind: 'resend', crashResends: 1 },
    { kind: 'resend', crashResends: 2 },
    { kind: 'resend', crashResends: 3 },
    { kind: 'resend', crashResends: 4 },
    { kind: 'resend', crashResends: 5 },
    { kind: 'failed_attempt' },
  ])
})

interface Attempt {
  readonly at: number
  readonly position: number
  readonly isLate: boolean
}

/** A dispatcher that fails every attempt; `delaysMs` says how long after its time each claim happens. */
function attemptsOf(offsetsMs: readonly number[], delaysMs: readonly number[]): readonly Attempt[] {
  const attempts: Attempt[] = []
  let firstAttemptAt: number | null = null
  let due: { readonly position: number; readonly dueAt: number } | null = { position: 0, dueAt: 0 }
  while (due !== null) {
    const now: number = due.dueAt + (delaysMs[attempts.length % delaysMs.length] ?? 0)
    const claimed = positionAtClaim({ offsetsMs, firstAttemptAt, duePosition: due.position, now })
    firstAttemptAt ??= now
    attempts.push({ at: now - firstAttemptAt, position: claimed.position, isLate: claimed.isLate })
    due = nextPosition({ offsetsMs, firstAttemptAt, usedPosition: claimed.position })
  }
  return attempts
}

const anySchedule = fc.oneof(
  fc.constantFrom(...Object.values(SCHEDULES), SCHEDULE_48H),
  fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 30 }).map((gaps) => {
    let minutes = 0
    return [0, ...gaps.map((gap) => (minutes += gap))]
  }),
)
const anyDelaysMs = fc.array(fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 60 * HOUR_MS })), {
  minLength: 1,
  maxLength: 20,
})

test('whatever outages happen, no attempt is early, repeated, too many, or after the window but for one late one', () => {
  fc.assert(
    fc.property(anySchedule, anyDelaysMs, (minutes, delaysMs) => {
      const offsetsMs = scheduleOffsetsMs(minutes)
      const attempts = attemptsOf(offsetsMs, delaysMs)
      const afterWindow = attempts.filter(({ at }) => at > windowMs(offsetsMs))
      assert.ok(attempts.every(({ at, position }) => at >= (offsetsMs[position] ?? Number.POSITIVE_INFINITY)))
      assert.ok(
        attempts.every(({ position }, index) => index === 0 || position > (attempts[index - 1]?.position ?? -1)),
      )
      assert.ok(attempts.length <= offsetsMs.length)
      assert.ok(afterWindow.length <= 1)
      assert.deepEqual(
        attempts.filter(({ isLate }) => isLate),
        afterWindow,
      )
      assert.equal(attempts.at(-1)?.position, offsetsMs.length - 1)
    }),
    { numRuns: 2_000 },
  )
})

test('while the dispatcher runs, every position is used exactly once', () => {
  const shortDelaysMs = fc.array(fc.integer({ min: 0, max: 29_000 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(anySchedule, shortDelaysMs, (minutes, delaysMs) => {
      const attempts = attemptsOf(scheduleOffsetsMs(minutes), delaysMs)
      assert.deepEqual(
        attempts.map(({ position, isLate }) => ({ position, isLate })),
        minutes.map((_, position) => ({ position, isLate: false })),
      )
    }),
  )
})

function gapsOf(minutes: readonly number[]): readonly number[] {
  return minutes.slice(1).map((offset, index) => offset - (minutes[index] ?? 0))
}
