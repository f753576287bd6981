// The grouping loop over lanes that a test holds in its hand.
import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import test from 'node:test'
import { AppError } from '@ordertrail/core'
import { type BoundCommand, bind, type Command } from './command.ts'
import type { Outcome, Report, Sent } from './command-desk.ts'
import { COMMITTED_CHANNEL } from './committed.ts'
import { startGroupWrites } from './group-writes.ts'
import type { Tx } from './store.ts'
import { storeConflict, storeUnavailable } from './store-errors.ts'
import type { TransactionBody, WriteLane } from './write-lane.ts'

/** A lane whose transactions a test holds open; `transact` and `transactEach` are told apart in `log`. */
function givenLane(log: string[], gate: () => Promise<void> = async () => {}, away: AppError | null = null): WriteLane {
  const transact = async <Value>(body: TransactionBody<Value>) => {
    await gate()
    return { value: await body({} as Tx), wakeUps: [] }
  }
  return {
    away,
    transact: (body) => {
      log.push('together')
      return transact(body)
    },
    transactEach: async (bodies) => {
      log.push('each')
      const settled = await Promise.allSettled(bodies.map((body) => body({} as Tx)))
      const value = settled.map((result) =>
        result.status === 'fulfilled'
          ? ({ kind: 'committed', value: result.value } as const)
          : ({ kind: 'failed', error: result.reason } as const),
      )
      return { value, wakeUps: [] }
    },
    close: async () => {},
  }
}

/** A command that notes its groups and answers with its inputs; an input that is an error is thrown. */
function givenCommand(name: string, groups: string[]): BoundCommand {
  const command: Command<unknown, unknown> = {
    name,
    groupMax: 10,
    keys: (input) => (typeof input === 'string' && input.startsWith('key:') ? [input] : []),
  }
  return bind(command, async (_tx, inputs) => {
    groups.push(`${name} ${inputs.join(' ')}`)
    const error = inputs.find((input) => input instanceof Error)
    if (error !== undefined) throw error
    return inputs
  })
}

/** Runs commands and resolves with the outcome of each, in order, once all are settled. */
function runAll(
  lanes: readonly WriteLane[],
  commands: readonly BoundCommand[],
  sent: readonly (readonly [string, unknown])[],
) {
  return new Promise<readonly Outcome[]>((resolve) => {
    const outcomes: Outcome[] = []
    let left = sent.length
    const report = (report: Report): void => {
      for (const [number, outcome] of report.outcomes) outcomes[number] = outcome
      left -= report.outcomes.length
      if (left === 0) resolve(outcomes)
    }
    const batch = sent.map(([name, input], number): Sent => [number, name, input])
    startGroupWrites({ lanes, commands, report }).submit(batch)
  })
}

const done = (result: unknown): Outcome => ({ kind: 'done', result })

test('the command that has waited longest goes first', async () => {
  const groups: string[] = []
  const commands = [givenCommand('a', groups), givenCommand('b', groups)]
  await runAll([givenLane([])], commands, [
    ['b', 1],
    ['a', 2],
    ['b', 3],
  ])
  assert.deepEqual(groups, ['b 1 3', 'a 2'])
})

test('a command that goes first passes all that wait, and leaves them in their order', async () => {
  const groups: string[] = []
  const hurried = givenCommand('claim', groups)
  const claim: BoundCommand = { ...hurried, command: { ...hurried.command, goesFirst: true } }
  await runAll(
    [givenLane([])],
    [givenCommand('a', groups), claim, givenCommand('b', groups)],
    [
      ['b', 1],
      ['a', 2],
      ['claim', 3],
    ],
  )
  assert.deepEqual(groups, ['claim 3', 'b 1', 'a 2'])
})

test('two lanes never hold the same key, even of different commands', async () => {
  const groups: string[] = []
  let open = 0
  const openMost: number[] = []
  const gate = async (): Promise<void> => {
    open += 1
    openMost.push(open)
    await new Promise((resolve) => setImmediate(resolve))
    open -= 1
  }
  const lanes = [givenLane([], gate), givenLane([], gate)]
  const commands = [givenCommand('a', groups), givenCommand('b', groups)]
  const outcomes = await runAll(lanes, commands, [
    ['a', 'key:1'],
    ['b', 'key:1'],
    ['b', 'key:2'],
  ])
  assert.deepEqual(outcomes, [done('key:1'), done('key:1'), done('key:2')])
  assert.deepEqual(groups, ['a key:1', 'b key:2', 'b key:1'])
  assert.equal(Math.max(...openMost), 2)
})

test('a group whose handler throws is run singly; one alone is not run again', async () => {
  const [log, groups]: [string[], string[]] = [[], []]
  const error = new Error('bad')
  const outcomes = await runAll(
    [givenLane(log)],
    [givenCommand('a', groups)],
    [
      ['a', 1],
      ['a', error],
    ],
  )
  assert.deepEqual(outcomes, [done(1), { kind: 'failed', error }])
  assert.deepEqual(groups, ['a 1 Error: bad', 'a 1', 'a Error: bad'])
  assert.deepEqual(log, ['together', 'each'])
  await runAll([givenLane(log)], [givenCommand('a', groups)], [['a', error]])
  assert.equal(log.length, 3)
})

test('a group that failed with its store is not run again, and each caller is told', async () => {
  const [log, groups]: [string[], string[]] = [[], []]
  const error = storeUnavailable('gone')
  const outcomes = await runAll(
    [givenLane(log)],
    [givenCommand('a', groups)],
    [
      ['a', 1],
      ['a', error],
    ],
  )
  assert.deepEqual(outcomes, [
    { kind: 'failed', error },
    { kind: 'failed', error },
  ])
  assert.deepEqual(log, ['together'])
})

test('a group that only collided with others is run singly', async () => {
  const log: string[] = []
  await runAll(
    [givenLane(log)],
    [givenCommand('a', [])],
    [
      ['a', 1],
      ['a', storeConflict(null)],
    ],
  )
  assert.deepEqual(log, ['together', 'each'])
})

test('while the database is away, those who wait for it are told at once', async () => {
  const away = new AppError('store_unavailable')
  const groups: string[] = []
  const outcomes = await runAll(
    [givenLane([], undefined, away)],
    [givenCommand('a', groups), givenCommand('b', groups)],
    [
      ['a', away],
      ['b', 1],
    ],
  )
  assert.deepEqual(outcomes, [
    { kind: 'failed', error: away },
    { kind: 'failed', error: away },
  ])
  assert.deepEqual(groups, [`a ${away}`])
})

test('tools of the same thread are told of each commit, and of no transaction that came to nothing', async (t) => {
  const told: unknown[] = []
  const listener = (message: unknown): void => void told.push(message)
  subscribe(COMMITTED_CHANNEL, listener)
  t.after(() => unsubscribe(COMMITTED_CHANNEL, listener))
  const commands = [givenCommand('a', []), givenCommand('b', [])]
  const bad = new Error('bad')
  await runAll([givenLane([])], commands, [
    ['a', 1],
    ['a', 2],
    ['b', 3],
    ['b', bad],
  ])
  await runAll([givenLane([])], commands, [['a', bad]])
  await runAll([givenLane([])], commands, [
    ['a', bad],
    ['a', bad],
  ])
  assert.deepEqual(told, [
    { command: 'a', inputs: 2, wakeUps: [] },
    { command: 'b', inputs: 1, wakeUps: [] },
  ])
})

test('two handlers for one command are refused', () => {
  const commands = [givenCommand('a', []), givenCommand('a', [])]
  assert.throws(() => startGroupWrites({ lanes: [], commands, report: () => {} }), /Two handlers/)
})
