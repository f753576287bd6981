import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from './logger.ts'
import { type Service, service, startAll, stopAll } from './service.ts'

const options = { logger: silentLogger }

/** A service that writes what happens to it into `acts`. */
function givenService(acts: string[], name = 'a', fails?: 'start' | 'stop'): Service {
  const act = (kind: 'start' | 'stop') => async (): Promise<void> => {
    acts.push(`${kind} ${name}`)
    if (fails === kind) throw new Error(`${name} cannot ${kind}`)
  }
  return service(name, { start: act('start'), stop: act('stop') })
}

test('starts once and stops once, however often it is told', async () => {
  const acts: string[] = []
  const one = givenService(acts)
  await Promise.all([one.start(), one.start()])
  await Promise.all([one.stop(), one.stop()])
  await one.stop()
  await one.start()
  assert.deepEqual(acts, ['start a', 'stop a'])
})

test('never starts once it was stopped', async () => {
  const acts: string[] = []
  const one = givenService(acts)
  await one.stop()
  await one.start()
  assert.deepEqual(acts, [])
})

test('stops after a start under way has ended', async () => {
  const acts: string[] = []
  const entered = Promise.withResolvers<void>()
  const one = service('slow', {
    start: async (signal) => {
      await entered.promise
      acts.push(`started, aborted ${signal.aborted}`)
    },
    stop: async () => void acts.push('stopped'),
  })
  const starting = one.start()
  const stopping = one.stop()
  entered.resolve()
  await Promise.all([starting, stopping])
  assert.deepEqual(acts, ['started, aborted true', 'stopped'])
})

test('cleans up after a start that failed', async () => {
  const acts: string[] = []
  const one = givenService(acts, 'a', 'start')
  await assert.rejects(one.start(), /cannot start/)
  await one.stop()
  assert.deepEqual(acts, ['start a', 'stop a'])
})

test('ends on the signal', async () => {
  const acts: string[] = []
  const ended = Promise.withResolvers<void>()
  const one = service('a', {
    start: async () => void acts.push('start'),
    stop: async () => {
      acts.push('stop')
      ended.resolve()
    },
  })
  const signal = new AbortController()
  await one.start(signal.signal)
  signal.abort()
  await ended.promise
  await one.stop()
  assert.deepEqual(acts, ['start', 'stop'])
  const late = givenService(acts)
  await late.start(AbortSignal.abort())
  assert.deepEqual(acts, ['start', 'stop'])
})

test('starts in order and stops in reverse', async () => {
  const acts: string[] = []
  const all = [givenService(acts, 'store'), givenService(acts, 'http')]
  await startAll(all, options)
  await stopAll(all, options)
  assert.deepEqual(acts, ['start store', 'start http', 'stop http', 'stop store'])
})

test('stops what had started when one cannot start', async () => {
  const acts: string[] = []
  const all = [givenService(acts, 'store'), givenService(acts, 'http', 'start'), givenService(acts, 'gateway')]
  await assert.rejects(startAll(all, options), /http cannot start/)
  assert.deepEqual(acts, ['start store', 'start http', 'stop http', 'stop store'])
})

test('stops the others when one cannot stop', async () => {
  const acts: string[] = []
  const all = [givenService(acts, 'store'), givenService(acts, 'http', 'stop')]
  await startAll(all, options)
  await stopAll(all, options)
  assert.deepEqual(acts, ['start store', 'start http', 'stop http', 'stop store'])
})
