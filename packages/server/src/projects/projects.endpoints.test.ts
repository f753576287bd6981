// Merchants, projects, keys and user tokens over HTTP.
import assert from 'node:assert/strict'
import test from 'node:test'
import { ADMIN_KEY, basicAuth, givenProjectApi } from './testing/project-api.ts'

const ADMIN = `Bearer ${ADMIN_KEY}`

test('the installation makes a merchant, whose key makes a project, whose key reads it', async (t) => {
  const { call, tokens } = await givenProjectApi(t)
  const merchant = await call('POST', '/v1/merchants', {
    auth: ADMIN,
    body: { name: 'Studio', registered_at: '2024-05-01T00:00:00Z' },
  })
  assert.deepEqual([merchant.status, merchant.body.registered_at], [201, '2024-05-01T00:00:00.000Z'])
  const merchantId = Number(merchant.body.merchant_id)
  const merchantKey = (merchant.body.api_key as { key: string }).key
  const auth = basicAuth(merchantId, merchantKey)

  const made = await call('POST', `/v1/merchants/${merchantId}/projects`, { auth, body: { name: 'Game' } })
  assert.equal(made.status, 201)
  const projectId = Number(made.body.project_id)
  const projectAuth = basicAuth(projectId, (made.body.api_key as { key: string }).key)
  const got = await call('GET', `/v1/projects/${projectId}`, { auth: projectAuth })
  assert.deepEqual(got.body, {
    project_id: projectId,
    merchant_id: merchantId,
    name: 'Game',
    created_at: made.body.created_at,
  })

  const token = await call('POST', `/v1/projects/${projectId}/user-tokens`, {
    auth: projectAuth,
    body: { user_id: 'player-1', country: 'DE' },
  })
  assert.equal(token.status, 201)
  const player = await tokens.resolvePlayerToken(String(token.body.token), projectId)
  assert.deepEqual([player.party.id, player.details], ['player-1', { country: 'DE' }])
})

test('ids of new merchants and projects grow and are never given twice', async (t) => {
  const { call } = await givenProjectApi(t)
  const ids: number[] = []
  for (const name of ['A', 'B', 'C']) {
    ids.push(Number((await call('POST', '/v1/merchants', { auth: ADMIN, body: { name } })).body.merchant_id))
  }
  assert.deepEqual(ids, [1002, 1003, 1004])
})

test('a key of one merchant neither lists nor makes projects of another', async (t) => {
  const { call, project } = await givenProjectApi(t)
  const auth = basicAuth(project.merchantId, project.merchantKey)
  const other = await call('POST', '/v1/merchants', { auth: ADMIN, body: { name: 'Other' } })
  const path = `/v1/merchants/${other.body.merchant_id}/projects`
  assert.equal((await call('GET', path, { auth })).status, 401)
  assert.equal((await call('POST', path, { auth, body: { name: 'X' } })).status, 401)
})

test('lists a merchant’s projects, in our form and in the documented one', async (t) => {
  const { call, project } = await givenProjectApi(t)
  const auth = basicAuth(project.merchantId, project.merchantKey)
  for (const name of ['B', 'C']) await call('POST', '/v1/merchants/1001/projects', { auth, body: { name } })
  const own = (await call('GET', '/v1/merchants/1001/projects', { auth })).body.projects as { name: string }[]
  assert.deepEqual(
    own.map(({ name }) => name),
    ['Test project', 'B', 'C'],
  )
  const page = await call('GET', '/api/v2/merchant/1001/projects?limit=1&offset=1', { auth })
  assert.deepEqual(page.body, {
    has_more: true,
    total_items_count: 3,
    projects: [{ project_id: 44_057, merchant_id: 1001, name: 'B' }],
  })
})

test('a project of a merchant that does not exist cannot be made', async (t) => {
  const { call } = await givenProjectApi(t)
  const refused = await call('POST', '/v1/merchants/9/projects', { auth: ADMIN, body: { name: 'X' } })
  assert.deepEqual([refused.status, refused.body.code], [404, 'merchant_not_found'])
})

test('a key is shown once, listed by name, and useless once revoked', async (t) => {
  const { call, projectAuth: auth } = await givenProjectApi(t)
  const made = await call('POST', '/v1/projects/44056/keys', { auth, body: { name: 'ci' } })
  assert.equal(made.status, 201)
  const ciAuth = basicAuth(44_056, String(made.body.key))
  assert.equal((await call('GET', '/v1/projects/44056', { auth: ciAuth })).status, 200)
  const listed = await call('GET', '/v1/projects/44056/keys', { auth })
  assert.deepEqual((listed.body.keys as { name: string }[]).map(({ name }) => name).sort(), ['ci', 'project'])
  assert.doesNotMatch(JSON.stringify(listed.body), /otk_/)
  assert.equal((await call('DELETE', '/v1/projects/44056/keys/ci', { auth })).status, 204)
  assert.equal((await call('GET', '/v1/projects/44056', { auth: ciAuth })).status, 401)
  assert.equal((await call('DELETE', '/v1/projects/44056/keys/ci', { auth })).body.code, 'api_key_not_found')
})

test('a name stands for one key at a time', async (t) => {
  const { call, projectAuth: auth } = await givenProjectApi(t)
  const path = '/v1/projects/44056/keys'
  const codes = []
  for (const name of ['ci', 'ci', 'not a name']) codes.push((await call('POST', path, { auth, body: { name } })).status)
  assert.deepEqual(codes, [201, 409, 422])
})

test('keys have a limit', async (t) => {
  const { call, projectAuth: auth } = await givenProjectApi(t)
  for (let count = 1; count < 50; count++)
    await call('POST', '/v1/projects/44056/keys', { auth, body: { name: `key-${count}` } })
  const refused = await call('POST', '/v1/projects/44056/keys', { auth, body: { name: 'one-too-many' } })
  assert.deepEqual([refused.status, refused.body.code], [422, 'unprocessable'])
})

test('user tokens are not issued where a login service signs them', async (t) => {
  const jwt = { algorithm: 'RS256', jwksUrl: 'https://login.example/keys' } as const
  const { call, projectAuth: auth } = await givenProjectApi(t, { settings: { jwt } })
  const refused = await call('POST', '/v1/projects/44056/user-tokens', { auth, body: { user_id: 'p' } })
  assert.deepEqual([refused.status, refused.body.code], [422, 'unprocessable'])
})

test('user tokens name their player in the claim of the project, and nobody who cannot be one', async (t) => {
  const {
    call,
    projectAuth: auth,
    tokens,
  } = await givenProjectApi(t, { settings: { userIdClaim: 'external_account_id', loginProjectId: 'login-1' } })
  const made = await call('POST', '/v1/projects/44056/user-tokens', { auth, body: { user_id: '42', life_seconds: 60 } })
  assert.equal((await tokens.resolvePlayerToken(String(made.body.token), 44_056)).party.id, '42')
  const refused = await call('POST', '/v1/projects/44056/user-tokens', {
    auth,
    body: { user_id: 'visitor:0123456789abcdef' },
  })
  assert.equal(refused.status, 422)
})
