// Our own calls about webhook settings: secrets are shown once.
import assert from 'node:assert/strict'
import test from 'node:test'
import { givenProjectApi } from './testing/project-api.ts'

const PATH = '/v1/projects/44056/webhook-settings'
const HOUR_MS = 3_600_000

test('new settings get a generated secret, which is shown once and then masked', async (t) => {
  const { call, projectAuth: auth, directory } = await givenProjectApi(t)
  const made = await call('PUT', PATH, { auth, body: { url: 'https://game.example/', is_enabled: true } })
  assert.equal(made.status, 200)
  const secret = String(made.body.secret)
  assert.match(secret, /^[0-9A-Za-z]{40}$/)
  assert.deepEqual((await directory.webhookTarget(44_056))?.secrets, [secret])
  const { created_at: _made, updated_at: _changed, ...shown } = (await call('GET', PATH, { auth })).body
  assert.deepEqual(shown, {
    url: 'https://game.example/',
    is_enabled: true,
    version: 1,
    secret_hint: `…${secret.slice(-4)}`,
    is_secret_short: false,
    previous_secret_until: null,
  })
})

test('a secret of one’s own is never shown, and of a short one not even its end', async (t) => {
  const { call, projectAuth: auth } = await givenProjectApi(t)
  const body = { url: 'https://game.example/', is_enabled: true, secret: 'short-secret', version: 2 }
  const made = await call('PUT', PATH, { auth, body })
  assert.deepEqual(made.body, { url: 'https://game.example/', is_enabled: true, version: 2 })
  const got = await call('GET', PATH, { auth })
  assert.deepEqual([got.body.secret_hint, got.body.is_secret_short], ['…', true])
})

test('without a secret the present one stays', async (t) => {
  const {
    call,
    projectAuth: auth,
    directory,
  } = await givenProjectApi(t, { webhook: { url: 'https://game.example/', secret: 'first' } })
  const changed = await call('PUT', PATH, { auth, body: { url: 'https://game.example/new', is_enabled: false } })
  assert.deepEqual(changed.body, { url: 'https://game.example/new', is_enabled: false, version: 1 })
  assert.deepEqual(await directory.webhookTarget(44_056), {
    url: 'https://game.example/new',
    secrets: ['first'],
    isEnabled: false,
  })
})

test('rotation shows the new secret once and says how long the old one goes on', async (t) => {
  const {
    store,
    call,
    projectAuth: auth,
    directory,
  } = await givenProjectApi(t, { webhook: { url: 'https://game.example/', secret: 'first' } })
  const rotated = await call('POST', `${PATH}:rotate-secret`, { auth, body: { overlap_hours: 2 } })
  assert.equal(rotated.status, 200)
  const until = Date.parse(String(rotated.body.previous_secret_until)) - store.now()
  assert.ok(until > 1.9 * HOUR_MS && until <= 2 * HOUR_MS, String(until))
  assert.deepEqual((await directory.webhookTarget(44_056))?.secrets, [rotated.body.secret, 'first'])
  assert.equal((await call('GET', PATH, { auth })).body.previous_secret_until, rotated.body.previous_secret_until)
})

test('a rotation needs no body', async (t) => {
  const { call, projectAuth: auth } = await givenProjectApi(t, {
    webhook: { url: 'https://game.example/', secret: 'first' },
  })
  assert.equal((await call('POST', `${PATH}:rotate-secret`, { auth })).status, 200)
})

test('what was never set can be neither read nor rotated', async (t) => {
  const { call, projectAuth: auth } = await givenProjectApi(t)
  const answers = [await call('GET', PATH, { auth }), await call('POST', `${PATH}:rotate-secret`, { auth })]
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.code]),
    [
      [404, 'webhook_settings_absent'],
      [404, 'webhook_settings_absent'],
    ],
  )
})

for (const [name, body, code] of [
  ['a URL that leads nowhere public', { url: 'https://192.168.0.1/', is_enabled: true }, 'webhook_url_refused'],
  ['a member that it does not know', { url: 'https://game.example/', is_enabled: true, colour: 'red' }, undefined],
  ['an overlap of more than a week', { url: 'https://game.example/', is_enabled: true, overlap_hours: 169 }, undefined],
] as const) {
  test(`refuses ${name}`, async (t) => {
    const { call, projectAuth: auth } = await givenProjectApi(t)
    const refused = await call('PUT', PATH, { auth, body })
    assert.equal(refused.status, 422)
    if (code !== undefined) assert.equal(refused.body.code, code)
  })
}
