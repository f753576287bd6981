// Tests of the words for deliveries.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DELIVERY_STATES, isEnded, movesToEvents } from './delivery.ts'

test('five states are an end', () => {
  assert.deepEqual(DELIVERY_STATES.filter(isEnded), ['accepted', 'rejected', 'exhausted', 'void', 'moved'])
})

test('switching the events API on moves what waits and what is in flight, not what is held or ended', () => {
  assert.deepEqual(DELIVERY_STATES.filter(movesToEvents), ['blocked', 'due', 'claimed', 'paused'])
})
