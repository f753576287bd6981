// Work that is done again and again: one pass at a time, at once when woken, and none after the stop.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from './logger.ts'
import { type PolledWorkOptions, polledWork } from './polled-work.ts'

const LONG_MS = 3_600_000

function givenWork(options: Partial<PolledWorkOptions>) {
  return polledWork({
    name: 'test',
    pollMs: LONG_MS,
    logger: silentLogger,
    pass: async () => undefined,
    nextDueAt: async () => null,
    ...options,
  })
}

/** A pass that waits until it is let go; counts how many were begun and how many ran at once. */
function heldPass() {
  const held: (() => void)[] = []
  const seen = { begun: 0, running: 0, atOnceMax: 0 }
  const pass = async (): Promise<void> => {
    seen.begun += 1
    seen.running += 1
    seen.atOnceMax = Math.max(seen.atOnceMax, seen.running)
    await new Promise<void>((resolve) => held.push(resolve))
    seen.running -= 1
  }
  return { pass, seen, letGo: () => held.shift()?.() }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

test('runs a pass at the start, and again at each poll', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let passes = 0
  const pass = async (): Promise<void> => {
    passes += 1
  }
  const work = givenWork({ pollMs: 10, pass })
  await work.start()
  await turn()
  t.mock.timers.tick(10)
  await turn()
  assert.equal(passes, 2)
  await work.stop()
  t.mock.timers.tick(100)
  await turn()
  assert.equal(passes, 2)
})

test('never runs two passes at once, and many calls during one make one more', async () => {
  const { pass, seen, letGo } = heldPass()
  let hurry: () => void = () => undefined
  const work = givenWork({
    pass,
    listen: (call) => {
      hurry = call
      return () => undefined
    },
  })
  await work.start()
  await turn()
  for (let call = 0; call < 5; call += 1) hurry()
  letGo()
  await turn()
  assert.deepEqual(seen, { begun: 2, running: 1, atOnceMax: 1 })
  letGo()
  await turn()
  assert.equal(seen.begun, 2)
  await work.stop()
})

test('settle waits for a pass that began after it was called', async () => {
  const { pass, seen, letGo } = heldPass()
  const work = givenWork({ pass })
  await work.start()
  await turn()
  let isSettled = false
  const settled = work.settle().then(() => {
    isSettled = true
  })
  letGo()
  await turn()
  assert.deepEqual([isSettled, seen.begun], [false, 2])
  letGo()
  await settled
  await work.stop()
})

test('a pass that fails fails its settle, the next one runs, and trouble is logged once, as is its end', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const lines: string[] = []
  const log = (event: string): void => void lines.push(event)
  let passes = 0
  const pass = async (): Promise<void> => {
    passes += 1
    if (passes < 4) throw new Error('store away')
  }
  const work = givenWork({ pollMs: 10, pass, logger: { ...silentLogger, info: log, warn: log } })
  await work.start()
  await turn()
  t.mock.timers.tick(10)
  await turn()
  assert.deepEqual([passes, lines], [2, ['work.failed']])
  await assert.rejects(work.settle(), /store away/)
  await work.settle()
  assert.deepEqual([passes, lines], [4, ['work.failed', 'work.recovered']])
  await work.stop()
})

test('the stop takes the listener away and waits for the pass under way', async () => {
  const { pass, seen, letGo } = heldPass()
  let isListening = false
  const work = givenWork({
    pass,
    listen: () => {
      isListening = true
      return () => {
        isListening = false
      }
    },
  })
  await work.start()
  await turn()
  const stopped = work.stop()
  await turn()
  assert.deepEqual([isListening, seen.running], [false, 1])
  letGo()
  await stopped
  assert.equal(seen.running, 0)
})
