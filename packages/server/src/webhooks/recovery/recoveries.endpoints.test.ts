// Recoveries over HTTP: what is answered, and what is refused.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { type Authenticate, type Caller, createHttpServer } from '../../platform/http/index.ts'
import { silentLogger } from '../../platform/logger.ts'
import { noMetrics } from '../../platform/metrics.ts'
import { openTestStore } from '../../platform/store/testing/index.ts'
import { openStage } from '../testing/stage.ts'
import { makeRecoveryEndpoints } from './recoveries.endpoints.ts'

const CALLER: Caller = { kind: 'key', merchantId: 1001, projectId: 44056, keyName: 'support' }
const known: Authenticate = async () => CALLER
const BASE = '/v1/projects/44056/webhooks/recoveries'

interface Answered {
  readonly status: number
  readonly body: { readonly [member: string]: unknown; readonly id?: number; readonly recoveries?: readonly object[] }
}

async function openApi(t: TestContext) {
  const stage = await openStage(t, (options) => openTestStore('sqlite memory', options), { isDispatching: false })
  const e = makeRecoveryEndpoints(stage.store)
  const own = { access: 'project', errors: 'problem' } as const
  const path = '/v1/projects/{project_id}/webhooks/recoveries'
  const server = createHttpServer({
    routes: [
      { method: 'POST', path, endpoint: e.startRecovery, ...own },
      { method: 'GET', path, endpoint: e.listRecoveries, ...own },
      { method: 'GET', path: `${path}/{recovery_id}`, endpoint: e.getRecovery, ...own },
      { method: 'POST', path: `${path}/{recovery_id}/cancel`, endpoint: e.cancelRecovery, ...own },
    ],
    authenticators: {
      anyone: known,
      player: known,
      cart: known,
      project: known,
      merchant: known,
      installation: known,
      dev: known,
    },
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    metrics: noMetrics,
    rateLimits: 'off',
  })
  await server.start()
  t.after(() => server.stop())
  return async (method: 'GET' | 'POST', where: string, body?: unknown): Promise<Answered> => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const init = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await fetch(`${server.address().url}${where}`, { method, headers, ...init })
    return { status: response.status, body: (await response.json()) as Answered['body'] }
  }
}

test('a recovery is made, shown, listed and canceled', async (t) => {
  const call = await openApi(t)
  const wish = {
    kind: 'recover',
    since: '2026-01-01T00:00:00Z',
    until: '2026-01-02T00:00:00Z',
    types: ['payment', 'payment'],
  }
  const made = await call('POST', BASE, wish)
  assert.equal(made.status, 201)
  const { id, started_at: startedAt, ...rest } = made.body
  assert.deepEqual(rest, {
    kind: 'recover',
    state: 'running',
    paused_because: null,
    since: '2026-01-01T00:00:00.000Z',
    until: '2026-01-02T00:00:00.000Z',
    types: ['payment'],
    rate_per_second: 10,
    requested_by: 'key:support',
    total: 0,
    sent: 0,
    accepted: 0,
    rejected: 0,
    failed: 0,
    skipped: 0,
    skipped_by_reason: {},
    position: null,
    ended_at: null,
  })
  assert.equal(new Date(String(startedAt)).toISOString(), startedAt)
  assert.deepEqual(await call('GET', `${BASE}/${id}`), { status: 200, body: made.body })
  assert.deepEqual((await call('GET', BASE)).body, { recoveries: [made.body] })
  const second = await call('POST', BASE, wish)
  assert.deepEqual([second.status, second.body.code], [409, 'recovery_running'])

  const canceled = await call('POST', `${BASE}/${id}/cancel`)
  assert.deepEqual([canceled.status, canceled.body.state], [200, 'canceled'])
  assert.deepEqual((await call('POST', `${BASE}/${id}/cancel`)).body, canceled.body)
  assert.equal((await call('POST', BASE, { ...wish, kind: 'replay', rate_per_second: 50 })).status, 201)
})

const since = '2026-01-01T00:00:00Z'
const REFUSED: readonly (readonly [why: string, body: unknown, status: number, code: string])[] = [
  ['no kind', { since }, 422, 'unprocessable'],
  ['an unknown kind', { kind: 'all', since }, 422, 'unprocessable'],
  ['no time', { kind: 'recover' }, 422, 'unprocessable'],
  ['a time that is none', { kind: 'recover', since: 'yesterday' }, 422, 'unprocessable'],
  ['an unknown type', { kind: 'recover', since, types: ['user_validation'] }, 422, 'unprocessable'],
  ['no types at all', { kind: 'recover', since, types: [] }, 422, 'unprocessable'],
  ['a rate of none', { kind: 'recover', since, rate_per_second: 0 }, 422, 'unprocessable'],
  ['a rate that is too high', { kind: 'recover', since, rate_per_second: 51 }, 422, 'unprocessable'],
  ['a broken rate', { kind: 'recover', since, rate_per_second: 1.5 }, 422, 'unprocessable'],
  ['a member that is unknown', { kind: 'recover', since, speed: 1 }, 422, 'unprocessable'],
  [
    'an end before its beginning',
    { kind: 'recover', since, until: '2025-01-01T00:00:00Z' },
    422,
    'recovery_window_empty',
  ],
  ['a beginning to come', { kind: 'recover', since: '2999-01-01T00:00:00Z' }, 422, 'recovery_window_empty'],
]
test('what cannot be meant is refused with a code', async (t) => {
  const call = await openApi(t)
  for (const [why, body, status, code] of REFUSED) {
    const answer = await call('POST', BASE, body)
    assert.deepEqual([answer.status, answer.body.code], [status, code], why)
  }
  for (const [method, where] of [
    ['GET', `${BASE}/7`],
    ['POST', `${BASE}/7/cancel`],
  ] as const) {
    const answer = await call(method, where)
    assert.deepEqual([answer.status, answer.body.code], [404, 'recovery_not_found'])
  }
})
