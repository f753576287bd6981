// Facts about the timer wheel.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createTimerWheel, type TimerWheel, type WheelItem } from './timer-wheel.ts'

/** An item that notes when it was called. */
function givenItem(calls: string[], name: string, again?: (item: WheelItem, now: number) => void): WheelItem {
  const item: WheelItem = {
    dueAt: 0,
    slot: -1,
    onDue(now) {
      calls.push(`${name}@${now}`)
      again?.(item, now)
    },
  }
  return item
}

function turnTo(wheel: TimerWheel, from: number, to: number, stepMs: number): void {
  for (let now = from; now <= to; now += stepMs) wheel.turn(now)
}

test('an item is called once, at the first turn after its time', () => {
  const calls: string[] = []
  const wheel = createTimerWheel(0)
  wheel.schedule(givenItem(calls, 'a'), 1_050)
  turnTo(wheel, 0, 5_000, 250)
  assert.deepEqual(calls, ['a@1250'])
})

test('an item that waits longer than a round of the wheel is not called early', () => {
  const calls: string[] = []
  const wheel = createTimerWheel(0)
  wheel.schedule(givenItem(calls, 'a'), 330_000)
  turnTo(wheel, 0, 400_000, 250)
  assert.deepEqual(calls, ['a@330000'])
})

test('a cancelled item and a replaced deadline are not called', () => {
  const calls: string[] = []
  const wheel = createTimerWheel(0)
  const canceled = givenItem(calls, 'canceled')
  const moved = givenItem(calls, 'moved')
  wheel.schedule(canceled, 1_000)
  wheel.schedule(moved, 1_000)
  wheel.cancel(canceled)
  wheel.schedule(moved, 2_000)
  turnTo(wheel, 0, 5_000, 500)
  assert.deepEqual(calls, ['moved@2000'])
})

test('after a long pause everything due is called in one turn, and nothing that is not', () => {
  const calls: string[] = []
  const wheel = createTimerWheel(0)
  wheel.schedule(givenItem(calls, 'early'), 10_000)
  wheel.schedule(givenItem(calls, 'late'), 900_000)
  wheel.schedule(givenItem(calls, 'later'), 1_100_000)
  wheel.turn(1_000_000)
  assert.deepEqual(calls.sort(), ['early@1000000', 'late@1000000'])
})

test('an item that schedules itself for a moment that is over waits for the next turn', () => {
  const calls: string[] = []
  const wheel = createTimerWheel(0)
  const item = givenItem(calls, 'a', (self, now) => {
    if (calls.length < 3) wheel.schedule(self, now - 50)
  })
  wheel.schedule(item, 100)
  turnTo(wheel, 0, 2_000, 500)
  assert.deepEqual(calls, ['a@500', 'a@1000', 'a@1500'])
})
