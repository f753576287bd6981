// Tests of the decision to send a delivery again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DELIVERY_STATES, DELIVERY_TYPES, isEnded } from './delivery.ts'
import { ORDER_STATUSES } from './order-status.ts'
import { decideResend, RECOVERED_STATES, RECOVERY_KINDS } from './resend.ts'

test('an order_paid of a canceled order is refused in every state', () => {
  const codes = DELIVERY_STATES.map((state) =>
    decideResend({ type: 'order_paid', state, orderStatus: 'canceled', isEventOpen: true }),
  )
  assert.deepEqual(
    codes,
    DELIVERY_STATES.map(() => ({ kind: 'refused', code: 'resend_order_canceled' })),
  )
})

test('otherwise the state decides, whatever the type and the status of the order', () => {
  const expected = {
    blocked: { kind: 'refused', code: 'resend_too_early' },
    due: { kind: 'allowed' },
    claimed: { kind: 'refused', code: 'resend_in_flight' },
    paused: { kind: 'refused', code: 'webhooks_disabled' },
    held: { kind: 'refused', code: 'resend_too_early' },
    accepted: { kind: 'allowed' },
    rejected: { kind: 'allowed' },
    exhausted: { kind: 'allowed' },
    void: { kind: 'refused', code: 'resend_delivery_void' },
    moved: { kind: 'refused', code: 'resend_delivery_moved' },
  }
  const pairs = DELIVERY_TYPES.flatMap((type) => ORDER_STATUSES.map((orderStatus) => ({ type, orderStatus }))).filter(
    ({ type, orderStatus }) => type !== 'order_paid' || orderStatus !== 'canceled',
  )
  for (const pair of pairs) {
    const decided = DELIVERY_STATES.map((state) => [state, decideResend({ ...pair, state, isEventOpen: false })])
    assert.deepEqual(Object.fromEntries(decided), expected, `${pair.type} of an order that is ${pair.orderStatus}`)
  }
})

test('a moved delivery may be sent while its event is open, and nothing else depends on events', () => {
  const allowed = (isEventOpen: boolean) =>
    DELIVERY_STATES.filter(
      (state) => decideResend({ type: 'refund', state, orderStatus: 'paid', isEventOpen }).kind === 'allowed',
    )
  assert.deepEqual(allowed(false), ['due', 'accepted', 'rejected', 'exhausted'])
  assert.deepEqual(allowed(true), ['due', 'accepted', 'rejected', 'exhausted', 'moved'])
})

test('recoveries and replays send only what has ended, was not accepted and may still be told', () => {
  const states = RECOVERY_KINDS.flatMap((kind) => RECOVERED_STATES[kind])
  assert.deepEqual(
    states.toSorted(),
    DELIVERY_STATES.filter((state) => isEnded(state) && state !== 'accepted' && state !== 'void').toSorted(),
  )
})
