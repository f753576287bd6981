// Every cell of the table of the shared socket.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  CONNECTION_STATES,
  type ConnectionEvent,
  type ConnectionState,
  GREETINGS,
  stepConnection,
} from './connection-table.ts'

/** The whole table once more, by state. What is missing here is ignored there. */
const EXPECTED: Readonly<Record<ConnectionState, Partial<Record<ConnectionEvent, string>>>> = {
  idle: { wanted: 'opening open' },
  opening: {
    unwanted: 'idle close',
    caught: 'live up',
    lost: 'waiting close backoff down',
    refused: 'idle close gone',
  },
  live: {
    unwanted: 'idle close',
    caught: 'live up',
    lost: 'waiting close backoff down',
    refused: 'idle close gone',
    woke: 'live catchUp',
  },
  waiting: { unwanted: 'idle close', due: 'opening open', woke: 'opening open' },
}

const EVENTS: readonly ConnectionEvent[] = ['wanted', 'unwanted', 'caught', 'lost', 'refused', 'due', 'woke']

test('every event in every state leads where it should', () => {
  for (const state of CONNECTION_STATES) {
    for (const event of EVENTS) {
      const step = stepConnection(state, event)
      assert.equal([step.state, ...step.effects].join(' '), EXPECTED[state][event] ?? state, `${state}, ${event}`)
    }
  }
})

test('whoever comes to a live socket is up, to a lost one down; else they wait', () => {
  assert.deepEqual(GREETINGS, { live: 'up', waiting: 'down' })
})

test('in any sequence of events a socket that was opened is closed before the next, and when nobody wants it', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 40 }), (events) => {
      let state: ConnectionState = 'idle'
      let open = 0
      for (const event of [...events, 'unwanted' as const]) {
        const step = stepConnection(state, event)
        state = step.state
        for (const effect of step.effects) open += effect === 'open' ? 1 : effect === 'close' ? -open : 0
        assert.ok(open <= 1, 'two sockets')
        assert.equal(open === 1, state === 'opening' || state === 'live')
      }
      assert.deepEqual({ state, open }, { state: 'idle', open: 0 })
    }),
  )
})
