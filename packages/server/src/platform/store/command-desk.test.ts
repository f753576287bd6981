// Batches, outcomes and wake-ups on the main thread.
import assert from 'node:assert/strict'
import test from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { rareCommand } from './command.ts'
import { type CommandDesk, openCommandDesk, type Sent } from './command-desk.ts'
import type { WakeUp } from './wake-up.ts'

const command = rareCommand<unknown, unknown>('test.command')
const WAKE_UP: WakeUp = { kind: 'refund_requested', projectId: 1 }

/** A desk whose batches are collected. */
function givenDesk(): { readonly desk: CommandDesk; readonly batches: (readonly Sent[])[] } {
  const batches: (readonly Sent[])[] = []
  return { desk: openCommandDesk((batch) => batches.push(structuredClone(batch))), batches }
}

test('the commands of one turn go over in one batch, in order', async () => {
  const { desk, batches } = givenDesk()
  void desk.run(command, 'a')
  void desk.run(command, 'b')
  await nextTurn()
  void desk.run(command, 'c')
  await nextTurn()
  assert.deepEqual(batches, [
    [
      [1, 'test.command', 'a'],
      [2, 'test.command', 'b'],
    ],
    [[3, 'test.command', 'c']],
  ])
})

test('each caller gets the outcome with its number', async () => {
  const { desk } = givenDesk()
  const runs = [desk.run(command, 'a'), desk.run(command, 'b')]
  await nextTurn()
  desk.accept({
    outcomes: [
      [2, { kind: 'done', result: 'B' }],
      [1, { kind: 'failed', error: new Error('no') }],
    ],
    wakeUps: [],
  })
  const settled = await Promise.allSettled(runs)
  assert.deepEqual(settled, [
    { status: 'rejected', reason: new Error('no') },
    { status: 'fulfilled', value: 'B' },
  ])
})

test('an input that cannot be posted fails alone', async () => {
  const { desk, batches } = givenDesk()
  const odd = assert.rejects(
    desk.run(command, () => {}),
    { name: 'DataCloneError' },
  )
  void desk.run(command, 'b')
  await nextTurn()
  await odd
  assert.deepEqual(batches, [[[2, 'test.command', 'b']]])
})

test('a listener that throws hinders nobody, one that was removed hears nothing', async (t) => {
  const warning = t.mock.method(process, 'emitWarning', () => {})
  const { desk } = givenDesk()
  const told: string[] = []
  const remove = desk.onWakeUp(() => told.push('removed'))
  desk.onWakeUp(() => {
    throw new Error('broken')
  })
  desk.onWakeUp((wakeUps) => told.push(...wakeUps.map(({ kind }) => kind)))
  remove()
  desk.accept({ outcomes: [], wakeUps: [WAKE_UP] })
  assert.deepEqual(told, ['refund_requested'])
  assert.deepEqual(
    warning.mock.calls.map((call) => call.arguments[0]),
    [new Error('broken')],
  )
})

test('no wake-ups are not told', () => {
  const { desk } = givenDesk()
  const told: unknown[] = []
  desk.onWakeUp((wakeUps) => told.push(wakeUps))
  desk.accept({ outcomes: [], wakeUps: [] })
  assert.deepEqual(told, [])
})

test('close waits for what is under way and refuses the rest', async () => {
  const { desk } = givenDesk()
  const run = desk.run(command, 'a')
  const order: string[] = []
  const closing = desk.close().then(() => order.push('closed'))
  await assert.rejects(desk.run(command, 'b'), { code: 'store_unavailable' })
  await nextTurn()
  order.push('accepted')
  desk.accept({ outcomes: [[1, { kind: 'done', result: null }]], wakeUps: [] })
  await Promise.all([run, closing, desk.close()])
  assert.deepEqual(order, ['accepted', 'closed'])
})

test('when the write side is gone all callers are told, those of this turn too', async () => {
  const { desk, batches } = givenDesk()
  const sent = assert.rejects(desk.run(command, 'a'), { message: 'gone' })
  await nextTurn()
  const waiting = assert.rejects(desk.run(command, 'b'), { message: 'gone' })
  desk.failAll(new Error('gone'))
  await Promise.all([sent, waiting, desk.close()])
  await nextTurn()
  assert.equal(batches.length, 1)
})
