// The room of endpoints: who gets how much, and how it follows their answers.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createEndpointSlots, type Pace } from './endpoint-slots.ts'

const LIMITS = { inFlightMax: 100, endpointInFlightMax: 64 }

test('an unknown endpoint has eight places, two of them for first attempts only', () => {
  assert.deepEqual(createEndpointSlots(LIMITS).room(), {
    free: { all: 100, retries: 75 },
    perProject: [],
    perOtherProject: { all: 8, retries: 6 },
  })
})

test('what is under way takes room of its endpoint and of the process', () => {
  const slots = createEndpointSlots(LIMITS)
  slots.take(1, true)
  slots.take(1, false)
  assert.equal(slots.inFlight, 2)
  assert.deepEqual(slots.room(), {
    free: { all: 98, retries: 74 },
    perProject: [{ projectId: 1, all: 6, retries: 5 }],
    perOtherProject: { all: 8, retries: 6 },
  })
})

/** Lets `times` attempts of project 1 end as `pace` says, and gives its room. */
function roomAfter(pace: Pace, times: number): unknown {
  const slots = createEndpointSlots(LIMITS)
  for (let count = 0; count < times; count += 1) {
    slots.take(1, true)
    slots.give(1, true, pace)
  }
  return slots.room().perProject[0]
}

test('timeouts halve the room down to one place', () => {
  assert.deepEqual(roomAfter('timeout', 1), { projectId: 1, all: 4, retries: 3 })
  assert.deepEqual(roomAfter('timeout', 2), { projectId: 1, all: 2, retries: 1 })
  assert.deepEqual(roomAfter('timeout', 9), { projectId: 1, all: 1, retries: 1 })
})

test('answers let the room grow by one a round up to its limit', () => {
  assert.deepEqual(roomAfter('answered', 9), { projectId: 1, all: 9, retries: 6 })
  assert.deepEqual(roomAfter('answered', 10_000), { projectId: 1, all: 32, retries: 24 })
})

test('only quick answers let the room grow above the usual limit, and one slow answer ends that', () => {
  assert.deepEqual(roomAfter('quick', 10_000), { projectId: 1, all: 64, retries: 48 })
  const slots = createEndpointSlots({ ...LIMITS, endpointInFlightMax: 33 })
  const end = (pace: Pace): number | null => {
    slots.take(1, true)
    slots.give(1, true, pace)
    return slots.capOf(1)
  }
  for (let count = 0; count < 10_000; count += 1) end('quick')
  assert.deepEqual([end('quick'), end('answered'), end('answered')], [33, 32, 32])
})

test('what was not sent changes nothing', () => {
  assert.equal(roomAfter('other', 5), undefined)
})

test('an endpoint that is silent five times in a row gets one place, and grows again by its first answer', () => {
  assert.deepEqual(roomAfter('unanswered', 4), { projectId: 1, all: 8, retries: 6 })
  assert.deepEqual(roomAfter('unanswered', 5), { projectId: 1, all: 1, retries: 1 })
  const slots = createEndpointSlots(LIMITS)
  for (const pace of ['unanswered', 'unanswered', 'unanswered', 'unanswered', 'unanswered', 'answered'] as const) {
    slots.take(1, true)
    slots.give(1, true, pace)
  }
  assert.equal(slots.capOf(1), 2)
  assert.equal(slots.capOf(2), null)
})

test('a silent endpoint gets a shorter deadline in a storm, each fourth send the whole one, and never less than the floor', () => {
  let now = 0
  const slots = createEndpointSlots({ ...LIMITS, monotonicNow: () => now })
  const send = (wholeMs: number, pace: Pace): number => {
    slots.take(1, false)
    const deadlineMs = slots.deadlineFor(1, wholeMs)
    slots.give(1, false, pace)
    return deadlineMs
  }
  const silent = (count: number, wholeMs: number) => Array.from({ length: count }, () => send(wholeMs, 'timeout'))
  assert.deepEqual(silent(5, 30_000), [30_000, 30_000, 30_000, 30_000, 30_000])
  assert.deepEqual(silent(5, 30_000), [10_000, 10_000, 10_000, 30_000, 10_000])
  assert.deepEqual(silent(2, 9_000), [5_000, 5_000])
  assert.deepEqual([send(9_000, 'timeout'), send(3_000, 'timeout')], [9_000, 3_000])
  now += 60_000
  assert.equal(send(30_000, 'timeout'), 30_000)
  assert.deepEqual([send(30_000, 'answered'), send(30_000, 'answered')], [10_000, 30_000])
})

test('what comes after all that is promised takes only room of retries', () => {
  const slots = createEndpointSlots({ inFlightMax: 2, endpointInFlightMax: 1 })
  assert.equal(slots.tryTakeRetry(1), true)
  assert.equal(slots.tryTakeRetry(1), false)
  slots.give(1, false, 'answered')
  slots.take(1, true)
  assert.equal(slots.tryTakeRetry(1), false)
  assert.equal(slots.tryTakeRetry(2), true)
  assert.equal(slots.tryTakeRetry(3), false)
})
