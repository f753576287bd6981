// The settings call: what it shows, what it changes, and what it never tells.
import assert from 'node:assert/strict'
import test from 'node:test'
import { SETTING_NAMES, TOGGLE_NAMES } from './settings-names.ts'
import { givenProjectApi } from './testing/project-api.ts'

const PATH = '/v1/projects/44056/settings'

test('shows every setting under its wire name, and of the login secret only that it is there', async (t) => {
  const { call, projectAuth: auth } = await givenProjectApi(t, { loginSecret: 'canary-login-secret' })
  const { status, body } = await call('GET', PATH, { auth })
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(body).sort(), Object.values(SETTING_NAMES).sort())
  assert.deepEqual(Object.keys(body.toggles as object).sort(), Object.values(TOGGLE_NAMES).sort())
  assert.deepEqual(body.jwt, { algorithm: 'HS256', has_secret: true })
  assert.doesNotMatch(JSON.stringify(body), /canary|v1\./)
})

test('changes what is sent and answers all of it', async (t) => {
  const { call, projectAuth: auth, directory, callbackCalls } = await givenProjectApi(t)
  const patch = {
    fulfilment: 'api',
    webhook_mode: 'separate',
    is_events_api_on: true,
    toggles: { card_brand: true },
    schedules: { order_paid: [0, 1, 2] },
    currency_by_country: { DE: 'EUR' },
    allowed_origins: ['https://game.example'],
  }
  const changed = await call('PATCH', PATH, { auth, body: patch })
  assert.equal(changed.status, 200)
  const { toggles, ...others } = patch
  for (const [name, value] of Object.entries(others)) assert.deepEqual(changed.body[name], value, name)
  assert.deepEqual(changed.body.toggles, { ...(changed.body.toggles as object), ...toggles, payment_account: false })
  assert.deepEqual(changed.body, (await call('GET', PATH, { auth })).body)
  assert.equal((await directory.find(44_056))?.settings.isEventsApiOn, true)
  assert.deepEqual(callbackCalls, [['route', { projectId: 44_056, from: 'webhook', to: 'events' }]])
})

test('a new login secret verifies tokens from then on', async (t) => {
  const { call, projectAuth: auth, tokens } = await givenProjectApi(t)
  const before = await call('POST', '/v1/projects/44056/user-tokens', { auth, body: { user_id: 'p' } })
  const changed = await call('PATCH', PATH, {
    auth,
    body: { jwt: { algorithm: 'HS256', secret: 'a new login secret' } },
  })
  assert.deepEqual([changed.status, changed.body.jwt], [200, { algorithm: 'HS256', has_secret: true }])
  await assert.rejects(tokens.resolvePlayerToken(String(before.body.token), 44_056), { code: 'token_invalid' })
  const after = await call('POST', '/v1/projects/44056/user-tokens', { auth, body: { user_id: 'p' } })
  assert.equal((await tokens.resolvePlayerToken(String(after.body.token), 44_056)).party.id, 'p')
})

test('keys of a login service are named by URL', async (t) => {
  const { call, projectAuth: auth } = await givenProjectApi(t)
  const jwt = { algorithm: 'RS256', jwks_url: 'https://login.example/keys' }
  assert.deepEqual((await call('PATCH', PATH, { auth, body: { jwt } })).body.jwt, jwt)
})

for (const [name, body, code] of [
  ['a login secret that can be guessed', { jwt: { algorithm: 'HS256', secret: 'short' } }, undefined],
  ['an algorithm that is none', { jwt: { algorithm: 'none' } }, undefined],
  ['keys on this machine', { jwt: { algorithm: 'ES256', jwks_url: 'https://127.0.0.1/keys' } }, 'unprocessable'],
  ['keys over plain http', { jwt: { algorithm: 'ES256', jwks_url: 'http://login.example/keys' } }, 'unprocessable'],
  ['a schedule that does not grow', { schedules: { refund: [0, 5, 5] } }, 'webhook_schedule_invalid'],
  ['a name from inside', { isEventsApiOn: true }, undefined],
  ['a toggle that is none', { toggles: { colour: true } }, undefined],
] as const) {
  test(`refuses ${name}`, async (t) => {
    const { call, projectAuth: auth } = await givenProjectApi(t)
    const before = (await call('GET', PATH, { auth })).body
    const refused = await call('PATCH', PATH, { auth, body })
    assert.equal(refused.status, 422)
    if (code !== undefined) assert.equal(refused.body.code, code)
    assert.deepEqual((await call('GET', PATH, { auth })).body, before)
  })
}
