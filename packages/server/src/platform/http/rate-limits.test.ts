import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { defineEndpoint } from './endpoint.ts'
import { clientOfAddress, createRateLimits, type RateLimitMode, type RateLimitName } from './rate-limits.ts'
import { anyoneMay, givenRoute, givenServer } from './testing/index.ts'

const NAMES: readonly RateLimitName[] = ['address', 'player', 'key', 'refused']

/** Limits with a clock that the test moves. */
function givenLimits(mode: RateLimitMode = 'on'): {
  take: (name: RateLimitName, client: string) => number
  wait: (ms: number) => void
} {
  let now = 1_000
  const limits = createRateLimits(mode, () => now)
  return {
    take: (name, client) => {
      try {
        limits.take(name, client)
        return 0
      } catch (error) {
        assert.ok(error instanceof AppError && error.code === 'rate_limited')
        return Number(error.details.retryAfterSeconds)
      }
    },
    wait: (ms) => {
      now += ms
    },
  }
}

test('never touches one client that polls every three seconds, for a day', () => {
  const { take, wait } = givenLimits()
  for (let poll = 0; poll < 28_800; poll += 1) {
    for (const name of NAMES) assert.equal(take(name, 'client'), 0)
    wait(3_000)
  }
})

test('takes a burst, then the long-run rate, and says when to come back', () => {
  const { take, wait } = givenLimits()
  for (let request = 0; request < 100; request += 1) assert.equal(take('player', 'a'), 0)
  assert.equal(take('player', 'a'), 1)
  assert.equal(take('player', 'b'), 0)
  wait(50)
  assert.equal(take('player', 'a'), 0)
  assert.equal(take('player', 'a'), 1)
  wait(60_000)
  for (let request = 0; request < 100; request += 1) assert.equal(take('player', 'a'), 0)
  assert.equal(take('player', 'a'), 1)
})

test('is ten times as generous in dev, and can be off', () => {
  const generous = givenLimits('generous')
  for (let request = 0; request < 1_000; request += 1) assert.equal(generous.take('player', 'a'), 0)
  assert.equal(generous.take('player', 'a'), 1)
  const off = givenLimits('off')
  for (let request = 0; request < 20_000; request += 1) assert.equal(off.take('player', 'a'), 0)
})

test('remembers a bounded number of clients, the latest ones', () => {
  const { take } = givenLimits()
  for (let request = 0; request < 100; request += 1) take('player', 'early')
  assert.equal(take('player', 'early'), 1)
  for (let client = 0; client < 50_000; client += 1) take('player', `other-${client}`)
  assert.equal(take('player', 'early'), 0)
})

test('counts the addresses of one customer together', () => {
  assert.equal(clientOfAddress('203.0.113.5'), '203.0.113.5')
  assert.equal(clientOfAddress('2001:db8:1:2::5'), clientOfAddress('2001:db8:1:2:ffff::1'))
  assert.notEqual(clientOfAddress('2001:db8:1:2::5'), clientOfAddress('2001:db8:1:3::5'))
})

const poll = defineEndpoint({
  operationId: 'poll',
  summary: 'Poll',
  tag: 'Test',
  schema: { response: { 200: Type.Object({}) } },
  handle: async () => ({ status: 200, body: {} }),
})

test('answers a flood of one player with 429 and leaves the next player alone', async (t) => {
  let playerId = 'flooding'
  const authenticators = {
    ...anyoneMay,
    player: async () =>
      ({
        kind: 'player',
        party: { projectId: 1, kind: 'user', id: playerId },
        details: {},
        proof: 'jwt',
        orderId: null,
      }) as const,
  }
  const { url } = await givenServer(t, [givenRoute(poll, { access: 'player', errors: 'store' })], {
    authenticators,
    rateLimits: 'on',
  })
  const statuses: number[] = []
  for (let request = 0; request < 300 && !statuses.includes(429); request += 1) {
    const answer = await fetch(`${url}/v1/poll`)
    statuses.push(answer.status)
    if (answer.status !== 429) continue
    assert.equal(answer.headers.get('retry-after'), '1')
    assert.equal(((await answer.json()) as { statusCode: number }).statusCode, 429)
  }
  assert.ok(statuses.includes(429) && statuses.indexOf(429) >= 100)
  playerId = 'quiet'
  assert.equal((await fetch(`${url}/v1/poll`)).status, 200)
})

test('ends guessing at keys with 429, and never a caller who has one', async (t) => {
  const authenticators = {
    ...anyoneMay,
    project: async ({ headers }: { headers: Readonly<Record<string, unknown>> }) => {
      if (headers.authorization !== 'right') throw new AppError('basic_auth_failed')
      return { kind: 'key', merchantId: 1, projectId: 1, keyName: 'k' } as const
    },
  }
  const { url } = await givenServer(t, [givenRoute(poll, { access: 'project' })], { authenticators, rateLimits: 'on' })
  const ask = async (authorization: string): Promise<number> =>
    (await fetch(`${url}/v1/poll`, { headers: { authorization } })).status
  const guesses: number[] = []
  for (let guess = 0; guess < 300 && !guesses.includes(429); guess += 1) guesses.push(await ask('wrong'))
  assert.ok(guesses.includes(429) && guesses.indexOf(429) >= 100)
  assert.equal(await ask('right'), 200)
})
