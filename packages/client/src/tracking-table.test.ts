// Every cell of the table of a tracking, and that no sequence of events ends twice or never.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stepTracking, TRACKING_STATES, type TrackingEvent, type TrackingState } from './tracking-table.ts'

const OUTCOMES = ['complete', 'fail', 'expire', 'part', 'abort']

/** The whole table once more, by state: what each event leads to. What is missing here is ignored there. */
const EXPECTED: Readonly<Record<TrackingState, Partial<Record<TrackingEvent, string>>>> = {
  opening: {
    up: 'watching look',
    down: 'covering look',
    gone: 'polling leave look',
    paid: 'opening trust',
    final: 'detailing leave hurry look',
    content: 'ended complete',
    failed: 'ended fail',
    due: 'opening look',
    woke: 'opening look',
    closed: 'opening grace look',
    graceOver: 'parting leave lastLook',
    timeUp: 'expiring leave lastLook',
    abort: 'ended abort',
  },
  watching: {
    up: 'watching look',
    down: 'covering look',
    gone: 'polling leave look',
    unheard: 'watching wait',
    paid: 'watching trust',
    final: 'detailing leave hurry look',
    content: 'ended complete',
    failed: 'ended fail',
    due: 'watching look',
    woke: 'watching look',
    closed: 'watching grace look',
    graceOver: 'parting leave lastLook',
    timeUp: 'expiring leave lastLook',
    abort: 'ended abort',
  },
  covering: {
    up: 'watching look',
    gone: 'polling leave',
    looked: 'covering wait',
    unheard: 'covering wait',
    paid: 'covering trust',
    final: 'detailing leave hurry look',
    content: 'ended complete',
    failed: 'ended fail',
    due: 'covering look',
    woke: 'covering look',
    closed: 'covering grace look',
    graceOver: 'parting leave lastLook',
    timeUp: 'expiring leave lastLook',
    abort: 'ended abort',
  },
  polling: {
    up: 'watching look',
    looked: 'polling wait',
    unheard: 'polling wait',
    paid: 'polling trust',
    final: 'detailing leave hurry look',
    content: 'ended complete',
    failed: 'ended fail',
    due: 'polling look',
    woke: 'polling look',
    closed: 'polling grace look',
    graceOver: 'parting leave lastLook',
    timeUp: 'expiring leave lastLook',
    abort: 'ended abort',
  },
  detailing: {
    looked: 'ended complete',
    unheard: 'detailing wait',
    content: 'ended complete',
    failed: 'ended complete',
    due: 'detailing look',
    woke: 'detailing look',
    timeUp: 'ended complete',
    abort: 'ended abort',
  },
  parting: {
    looked: 'ended part',
    unheard: 'ended part',
    paid: 'polling',
    final: 'detailing hurry look',
    content: 'ended complete',
    failed: 'ended fail',
    timeUp: 'expiring',
    abort: 'ended abort',
  },
  expiring: {
    looked: 'ended expire',
    unheard: 'ended expire',
    final: 'ended complete',
    content: 'ended complete',
    failed: 'ended fail',
    abort: 'ended abort',
  },
  ended: {},
}

const EVENTS: readonly TrackingEvent[] = [
  'up',
  'down',
  'gone',
  'paid',
  'final',
  'content',
  'looked',
  'unheard',
  'failed',
  'due',
  'woke',
  'closed',
  'graceOver',
  'timeUp',
  'abort',
]

test('every event in every state leads where it should', () => {
  for (const state of TRACKING_STATES) {
    for (const event of EVENTS) {
      const step = stepTracking(state, event)
      const expected = EXPECTED[state][event] ?? state
      assert.equal([step.state, ...step.effects].join(' '), expected, `${state}, ${event}`)
    }
  }
})

/** What a shell owes: the end of the time comes, and looks are answered or not. */
const OWED: readonly TrackingEvent[] = ['timeUp', 'unheard', 'timeUp']

test('10,000 random sequences of events end in exactly one outcome each', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<TrackingState>('opening', 'polling'),
      fc.array(fc.constantFrom(...EVENTS), { maxLength: 40 }),
      (start, events) => {
        let state: TrackingState = start
        const outcomes: string[] = []
        for (const event of [...events, ...OWED]) {
          const step = stepTracking(state, event)
          state = step.state
          outcomes.push(...step.effects.filter((effect) => OUTCOMES.includes(effect)))
        }
        assert.equal(outcomes.length, 1, outcomes.join(' '))
        assert.equal(state, 'ended')
      },
    ),
    { numRuns: 10_000 },
  )
})

test('an outcome is the last thing that is done, and only on the way to the end', () => {
  for (const state of TRACKING_STATES) {
    for (const event of EVENTS) {
      const { state: next, effects } = stepTracking(state, event)
      const isEnding = effects.some((effect) => OUTCOMES.includes(effect))
      assert.equal(isEnding, next === 'ended' && state !== 'ended', `${state}, ${event}`)
      if (isEnding) assert.equal(effects.length, 1)
    }
  }
})
