// Tests of what answers mean and do.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DELIVERY_STATES, type DeliveryState } from './delivery.ts'
import { afterAttempt, judge, type Verdict } from './delivery-outcome.ts'

const VERDICTS: readonly Verdict[] = ['accepted', 'rejected', 'retry']

test('every status has one meaning', () => {
  const statuses = Array.from({ length: 900 }, (_, index) => index + 100)
  const having = (verdict: Verdict) => statuses.filter((status) => judge({ kind: 'response', status }) === verdict)
  assert.deepEqual(having('accepted'), [200, 201, 204])
  assert.deepEqual(having('rejected'), [400, 401, 402, 403, 404, 409, 415, 422])
  assert.equal(having('retry').length, 900 - 3 - 8)
})

test('no answer is retried', () => {
  assert.equal(judge({ kind: 'no_answer', reason: 'timeout' }), 'retry')
})

test('an automatic attempt ends the delivery, or leaves it due while positions remain', () => {
  const after = (verdict: Verdict, hasNextPosition: boolean) =>
    afterAttempt({ by: 'automatic', verdict, hasNextPosition, state: 'claimed' })
  assert.deepEqual(
    VERDICTS.map((verdict) => [verdict, after(verdict, true), after(verdict, false)]),
    [
      ['accepted', 'accepted', 'accepted'],
      ['rejected', 'rejected', 'rejected'],
      ['retry', 'due', 'exhausted'],
    ],
  )
})

test('a manual attempt that is accepted ends the delivery in whatever state it is, void and moved apart', () => {
  const after = (state: DeliveryState) =>
    afterAttempt({ by: 'manual', verdict: 'accepted', hasNextPosition: false, state })
  assert.deepEqual(
    DELIVERY_STATES.map((state) => [state, after(state)]),
    DELIVERY_STATES.map((state) => [state, state === 'void' || state === 'moved' ? state : 'accepted']),
  )
})

test('any other answer to a manual attempt changes nothing', () => {
  for (const verdict of ['rejected', 'retry'] as const) {
    const after = DELIVERY_STATES.map((state) => afterAttempt({ by: 'manual', verdict, hasNextPosition: true, state }))
    assert.deepEqual(after, [...DELIVERY_STATES], verdict)
  }
})

test('a late automatic answer does not bring a void or moved delivery back', () => {
  for (const state of ['void', 'moved'] as const) {
    const after = VERDICTS.map((verdict) => afterAttempt({ by: 'automatic', verdict, hasNextPosition: true, state }))
    assert.deepEqual(after, [state, state, state])
  }
})

test('a moved delivery that was sent again by hand ends as accepted, and only by a 2xx', () => {
  const after = VERDICTS.map((verdict) =>
    afterAttempt({ by: 'manual', verdict, hasNextPosition: false, state: 'moved', isEventOpen: true }),
  )
  assert.deepEqual(after, ['accepted', 'moved', 'moved'])
})
