// The room of endpoints: who gets how much, and how it follows their answers.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createEndpointSlots } from './endpoint-slots.ts'

const LIMITS = { inFlightMax: 100, endpointInFlightMax: 32 }

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
function roomAfter(pace: 'answered' | 'timeout' | 'other', times: number): unknown {
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

test('refused connections change nothing', () => {
  assert.equal(roomAfter('other', 5), undefined)
})
