// The documented calls about webhook settings, byte for byte where bytes are documented.
import assert from 'node:assert/strict'
import test from 'node:test'
import { createSeal } from '../platform/seal.ts'
import { rotateWebhookSecret } from './change-webhook-settings.ts'
import { webhookSecretContext } from './secret-contexts.ts'
import { basicAuth, givenProjectApi } from './testing/project-api.ts'

const PATH = '/api/v2/project/44056/admin/webhook'
const SETTINGS = { url: 'https://game.example/webhook', secret: 'my_secret', is_enabled: true }

test('PUT makes settings and GET tells them, secret included', async (t) => {
  const { call, projectAuth } = await givenProjectApi(t)
  const put = await call('PUT', PATH, { auth: projectAuth, body: SETTINGS })
  assert.deepEqual([put.status, put.text], [204, ''])
  const got = await call('GET', PATH, { auth: projectAuth })
  assert.deepEqual([got.status, got.body], [200, SETTINGS])
})

test('GET of settings that were never made is 404', async (t) => {
  const { call, projectAuth } = await givenProjectApi(t)
  assert.equal((await call('GET', PATH, { auth: projectAuth })).status, 404)
})

test('both documented pairs open it, and a wrong one hears 1020', async (t) => {
  const { call, project } = await givenProjectApi(t, { webhook: { url: SETTINGS.url, secret: 's' } })
  assert.equal((await call('GET', PATH, { auth: basicAuth(project.merchantId, project.merchantKey) })).status, 200)
  for (const auth of [undefined, basicAuth(44_056, 'wrong')]) {
    const refused = await call('GET', PATH, auth === undefined ? {} : { auth })
    const { statusCode, errorCode, errorMessage } = refused.body
    assert.deepEqual(
      [refused.status, statusCode, errorCode, errorMessage],
      [401, 401, 1020, '[0401-1020]: Error in Authentication method occurred'],
    )
  }
})

test('PUT without a version keeps it', async (t) => {
  const { store, call, projectAuth } = await givenProjectApi(t)
  await call('PUT', PATH, { auth: projectAuth, body: { ...SETTINGS, version: 2 } })
  await call('PUT', PATH, { auth: projectAuth, body: SETTINGS })
  assert.deepEqual(await store.read.selectFrom('webhook_settings').select('version').execute(), [{ version: 2 }])
})

test('members that no document names are ignored', async (t) => {
  const { call, projectAuth } = await givenProjectApi(t)
  assert.equal((await call('PUT', PATH, { auth: projectAuth, body: { ...SETTINGS, params: { a: 1 } } })).status, 204)
})

test('a short secret is taken with a warning, a long one without', async (t) => {
  const { call, projectAuth } = await givenProjectApi(t)
  const short = await call('PUT', PATH, { auth: projectAuth, body: SETTINGS })
  assert.match(short.headers.get('x-ordertrail-warning') ?? '', /9 characters/)
  const long = await call('PUT', PATH, { auth: projectAuth, body: { ...SETTINGS, secret: 'x'.repeat(32) } })
  assert.equal(long.headers.get('x-ordertrail-warning'), null)
})

test('the same secret once more is no rotation', async (t) => {
  const { store, call, projectAuth } = await givenProjectApi(t)
  for (const secret of ['first', 'first']) await call('PUT', PATH, { auth: projectAuth, body: { ...SETTINGS, secret } })
  assert.deepEqual(await store.read.selectFrom('webhook_settings').select('previous_secret').execute(), [
    { previous_secret: null },
  ])
})

test('the secret is sealed at rest', async (t) => {
  const { store, call, projectAuth } = await givenProjectApi(t)
  await call('PUT', PATH, { auth: projectAuth, body: { ...SETTINGS, secret: 'canary-of-this-test' } })
  const tables = await Promise.all([
    store.read.selectFrom('webhook_settings').selectAll().execute(),
    store.read.selectFrom('audit_log').selectAll().execute(),
  ])
  assert.doesNotMatch(JSON.stringify(tables), /canary/)
})

const REFUSED: readonly (readonly [string, unknown])[] = [
  ['an empty URL', { ...SETTINGS, url: '' }],
  ['plain http', { ...SETTINGS, url: 'http://game.example/webhook' }],
  ['this machine', { ...SETTINGS, url: 'https://127.0.0.1/webhook' }],
  ['a private network', { ...SETTINGS, url: 'https://10.0.0.1/webhook' }],
  ['what is no URL', { ...SETTINGS, url: 'game.example' }],
  ['an empty secret', { ...SETTINGS, secret: '' }],
  ['no secret', { url: SETTINGS.url, is_enabled: true }],
  ['a text for the switch', { ...SETTINGS, is_enabled: 'true' }],
  ['a version that is none', { ...SETTINGS, version: 3 }],
]

for (const [name, body] of REFUSED) {
  test(`PUT refuses ${name} with 422 and changes nothing`, async (t) => {
    const { store, call, projectAuth } = await givenProjectApi(t)
    const refused = await call('PUT', PATH, { auth: projectAuth, body })
    assert.deepEqual([refused.status, refused.body.errorCode], [422, 1102])
    assert.deepEqual(await store.read.selectFrom('webhook_settings').selectAll().execute(), [])
  })
}

test('a secret that cannot be read any more is told by its code, and is mended by setting another one', async (t) => {
  const {
    store,
    call,
    projectAuth: auth,
    directory,
  } = await givenProjectApi(t, {
    webhook: { url: SETTINGS.url, secret: 'lost' },
  })
  const projectId = 44_056
  const sealedElsewhere = createSeal([new Uint8Array(32).fill(99)]).seal('lost', webhookSecretContext(projectId))
  await store.run(rotateWebhookSecret, { projectId, secret: sealedElsewhere, overlapMs: 0, actor: 'test' })
  const refused = await call('GET', PATH, { auth })
  assert.deepEqual([refused.status, refused.text.includes('lost')], [500, false])
  await assert.rejects(directory.webhookTarget(projectId), { code: 'secret_unreadable' })
  assert.equal((await call('PUT', PATH, { auth, body: SETTINGS })).status, 204)
  assert.deepEqual((await call('GET', PATH, { auth })).body, SETTINGS)
  assert.deepEqual((await directory.webhookTarget(projectId))?.secrets, [SETTINGS.secret])
})
