// Tests of the line: what releases, holds, pauses and blocks the webhooks of one order.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ChainRow, settleChain } from './chain-line.ts'
import { DELIVERY_STATES, DELIVERY_TYPES, type DeliveryState, type DeliveryType, isEnded } from './delivery.ts'

/** Rows from words such as `payment accepted`, numbered from 1. */
function givenLine(...words: readonly `${DeliveryType} ${DeliveryState}`[]): readonly ChainRow[] {
  return words.map((word, index) => {
    const [type, state] = word.split(' ') as [DeliveryType, DeliveryState]
    return { id: index + 1, type, mode: 'separate', state, hasAttempt: false }
  })
}

/** The states of all rows after settling. */
function settled(rows: readonly ChainRow[], isPaused = false): readonly DeliveryState[] {
  const changes = new Map(settleChain(rows, { isPaused }).map(({ id, state }) => [id, state]))
  return rows.map((row) => changes.get(row.id) ?? row.state)
}

const UNENDED: readonly DeliveryState[] = DELIVERY_STATES.filter((state) => !isEnded(state))

test('a row waits until the one before it has ended', () => {
  const after = DELIVERY_STATES.map((state) => [
    state,
    settled(givenLine(`order_paid ${state}`, 'partial_refund blocked'))[1],
  ])
  assert.deepEqual(Object.fromEntries(after), {
    blocked: 'blocked',
    due: 'blocked',
    claimed: 'blocked',
    paused: 'blocked',
    // A held row that nothing holds any more is released itself.
    held: 'blocked',
    accepted: 'due',
    rejected: 'due',
    exhausted: 'due',
    void: 'due',
    moved: 'due',
  })
})

test('order_paid and partial_refund need the payment accepted, and are held when it ends otherwise', () => {
  for (const type of ['order_paid', 'partial_refund'] as const) {
    const after = DELIVERY_STATES.filter(isEnded).map((state) => [
      state,
      settled(givenLine(`payment ${state}`, `${type} blocked`))[1],
    ])
    assert.deepEqual(
      Object.fromEntries(after),
      { accepted: 'due', rejected: 'held', exhausted: 'held', void: 'held', moved: 'due' },
      type,
    )
  }
})

test('order_canceled needs the refund accepted, and is held when it ends otherwise', () => {
  const after = DELIVERY_STATES.filter(isEnded).map((state) => [
    state,
    settled(givenLine('payment accepted', 'order_paid rejected', `refund ${state}`, 'order_canceled blocked'))[3],
  ])
  assert.deepEqual(Object.fromEntries(after), {
    accepted: 'due',
    rejected: 'held',
    exhausted: 'held',
    void: 'held',
    moved: 'due',
  })
})

test('where there is no payment webhook, none is waited for', () => {
  assert.deepEqual(settled(givenLine('order_paid blocked')), ['due'])
  assert.deepEqual(settled(givenLine('partial_refund blocked')), ['due'])
  assert.deepEqual(settled(givenLine('order_paid accepted', 'order_canceled blocked')), ['accepted', 'due'])
})

test('refund needs no acceptance of anything before it', () => {
  assert.deepEqual(settled(givenLine('payment rejected', 'order_paid void', 'refund blocked'))[2], 'due')
})

test('held rows never block what follows', () => {
  const line = givenLine('payment rejected', 'order_paid blocked', 'partial_refund blocked', 'refund blocked')
  assert.deepEqual(settled(line), ['rejected', 'held', 'held', 'due'])
})

test('a payment accepted after all releases order_paid, and partial_refund waits for that', () => {
  const line = givenLine('payment accepted', 'order_paid held', 'partial_refund held')
  assert.deepEqual(settleChain(line, { isPaused: false }), [
    { id: 2, state: 'due' },
    { id: 3, state: 'blocked' },
  ])
})

test('a refund accepted after all releases order_canceled', () => {
  const line = givenLine('order_paid accepted', 'refund accepted', 'order_canceled held')
  assert.deepEqual(settleChain(line, { isPaused: false }), [{ id: 3, state: 'due' }])
})

test('a void row is passed only when what stands before it has ended', () => {
  for (const state of UNENDED.filter((one) => one !== 'blocked' && one !== 'held')) {
    const line = givenLine(`payment ${state}`, 'order_paid void', 'partial_refund blocked')
    assert.equal(settled(line)[2], 'blocked', state)
  }
})

test('while webhooks are disabled, what would start is paused, and what waits goes on waiting', () => {
  const line = givenLine('payment due', 'order_paid blocked')
  assert.deepEqual(settled(line, true), ['paused', 'blocked'])
  assert.deepEqual(settled(givenLine('payment accepted', 'order_paid blocked'), true), ['accepted', 'paused'])
})

test('disabling webhooks leaves an attempt in flight alone', () => {
  assert.deepEqual(settled(givenLine('order_paid claimed', 'order_canceled blocked'), true), ['claimed', 'blocked'])
})

test('enabling webhooks releases paused rows, and only those', () => {
  const line = givenLine('payment paused', 'order_paid blocked')
  assert.deepEqual(settled(line, false), ['due', 'blocked'])
})

test('ps_declined stands outside the line', () => {
  const line = givenLine('ps_declined due', 'payment blocked', 'order_paid blocked', 'ps_declined paused')
  assert.deepEqual(settled(line), ['due', 'due', 'blocked', 'due'])
  assert.deepEqual(settled(line, true), ['paused', 'paused', 'blocked', 'paused'])
})

test('a row that is due stays due when a row before it is released', () => {
  const line = givenLine('payment accepted', 'order_paid held', 'refund due')
  assert.deepEqual(settled(line), ['accepted', 'due', 'due'])
})

const anyLine = fc
  .array(fc.tuple(fc.constantFrom(...DELIVERY_TYPES), fc.constantFrom(...DELIVERY_STATES)), { maxLength: 7 })
  .map((pairs) => givenLine(...pairs.map(([type, state]) => `${type} ${state}` as const)))

test('settling twice changes nothing more', () => {
  fc.assert(
    fc.property(anyLine, fc.boolean(), (line, isPaused) => {
      const states = settled(line, isPaused)
      const again = line.map((row, index) => ({ ...row, state: states[index] ?? row.state }))
      assert.deepEqual(settleChain(again, { isPaused }), [])
    }),
  )
})

test('settling never touches what is claimed or ended, and starts nothing ahead of a row that runs', () => {
  fc.assert(
    fc.property(anyLine, fc.boolean(), (line, isPaused) => {
      for (const { id, state } of settleChain(line, { isPaused })) {
        const row = line[id - 1]
        assert.ok(row !== undefined && row.state !== 'claimed' && !isEnded(row.state))
        const wasWaiting = row.state === 'blocked' || row.state === 'held'
        const inFront = line.slice(0, id - 1).filter((one) => one.type !== 'ps_declined')
        const isFrontRunning = inFront.some((one) => one.state === 'claimed' || one.state === 'due')
        if (wasWaiting && isFrontRunning && row.type !== 'ps_declined') assert.equal(state, 'blocked')
      }
    }),
  )
})
