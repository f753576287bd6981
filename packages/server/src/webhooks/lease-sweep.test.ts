// Leases that are over are looked for by a clock of its own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '../platform/logger.ts'
import type { Store } from '../platform/store/index.ts'
import { makeLeaseSweep } from './lease-sweep.ts'
import type { ReturnLeasesInput, ReturnLeasesResult } from './return-leases.ts'

/** A store that answers every command with the next of `results`, then with nothing. */
function answering(engine: Store['engine'], results: readonly ReturnLeasesResult[]) {
  const left = [...results]
  const asked: ReturnLeasesInput[] = []
  const run = async (_: unknown, input: ReturnLeasesInput): Promise<ReturnLeasesResult> => {
    asked.push(input)
    return left.shift() ?? { count: 0, isMore: false }
  }
  return { asked, store: { engine, run } as unknown as Store }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

test('leases are looked for at the start and every half second, and no more after the stop', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { asked, store } = answering('postgres', [])
  const sweep = makeLeaseSweep({ store, logger: silentLogger, owner: 'me' })
  await sweep.start()
  await turn()
  t.mock.timers.tick(500)
  await turn()
  assert.deepEqual(asked, [
    { owner: 'me', isAlone: false },
    { owner: 'me', isAlone: false },
  ])
  await sweep.stop()
  t.mock.timers.tick(5_000)
  await turn()
  assert.equal(asked.length, 2)
})

test('where there are more, they are taken back at once; whoever has a file to itself says so', async () => {
  const lines: unknown[] = []
  const logger = { ...silentLogger, warn: (event: string, fields?: object) => void lines.push([event, fields]) }
  const { asked, store } = answering('sqlite', [
    { count: 100, isMore: true },
    { count: 3, isMore: false },
  ])
  const sweep = makeLeaseSweep({ store, logger, owner: 'me' })
  await sweep.start()
  await sweep.stop()
  assert.deepEqual(
    asked.map(({ isAlone }) => isAlone),
    [true, true],
  )
  assert.deepEqual(lines, [
    ['delivery.leases_returned', { count: 100 }],
    ['delivery.leases_returned', { count: 3 }],
  ])
})
