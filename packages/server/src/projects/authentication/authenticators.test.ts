// Authentication of every kind of access: who gets in, as whom, and with which refusal everybody else.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { SignJWT } from 'jose'
import type { Access, Authenticate } from '../../platform/http/index.ts'
import { openTestStore } from '../../platform/store/testing/index.ts'
import { newApiKey } from '../api-keys.ts'
import { createApiKey, revokeApiKey } from '../manage-api-keys.ts'
import { projectCommands } from '../project-commands.ts'
import { createProjectDirectory } from '../project-directory.ts'
import { type GivenProject, givenProject, notedCallbacks, testClock, testSeal } from '../testing/given-project.ts'
import { createAuthenticators } from './authenticators.ts'
import { createPlayerTokens } from './player-tokens.ts'

const ADMIN_KEY = 'admin-key-of-the-installation'
const VISITOR = 'visitor-id-of-24-letters'

type Store = Awaited<ReturnType<typeof openTestStore>>['store']
type AuthRequest = Parameters<Authenticate>[0]

interface Given {
  readonly store: Store
  readonly own: GivenProject
  readonly sister: GivenProject
  readonly foreign: GivenProject
  readonly jwt: string
  ask(access: Access, request: Partial<AuthRequest>): ReturnType<Authenticate>
}

async function given(
  t: TestContext,
  options: { readonly isDev?: boolean; readonly adminKey?: string | null } = {},
): Promise<Given> {
  const { store, stop } = await openTestStore('sqlite memory', {
    commands: projectCommands(notedCallbacks().callbacks),
  })
  t.after(stop)
  const [seal, clock] = [testSeal(), testClock()]
  const own = await givenProject(store, seal, {
    projectId: 44_056,
    merchantId: 1001,
    settings: { loginProjectId: 'login-1' },
  })
  const sister = await givenProject(store, seal, { projectId: 44_057, merchantId: 1001 })
  const foreign = await givenProject(store, seal, { projectId: 50_000, merchantId: 2002 })
  const directory = createProjectDirectory({ store, seal, clock })
  await directory.start()
  t.after(() => directory.stop())
  const tokens = createPlayerTokens({ store, directory, seal, clock, fetchKeySet: async () => ({ keys: [] }) })
  const { isDev = false, adminKey = ADMIN_KEY } = options
  const authenticators = createAuthenticators({ directory, tokens, adminKey, isDev })
  const jwt = await new SignJWT({ sub: 'player-1', xsolla_login_project_id: 'login-1', country: 'DE' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(clock.unskippedNow() / 1_000 + 600)
    .sign(new TextEncoder().encode(own.loginSecret))
  const blank: AuthRequest = { headers: {}, query: {}, projectId: own.projectId, merchantId: null, ip: '203.0.113.9' }
  return {
    store,
    own,
    sister,
    foreign,
    jwt,
    ask: (access, request) => authenticators[access]({ ...blank, ...request }),
  }
}

function basic(number: number | string, key: string): { readonly headers: { readonly authorization: string } } {
  return { headers: { authorization: `Basic ${Buffer.from(`${number}:${key}`).toString('base64')}` } }
}

function bearer(token: string): { readonly headers: { readonly authorization: string } } {
  return { headers: { authorization: `Bearer ${token}` } }
}

const LOCAL = { ip: '127.0.0.1', headers: { host: 'localhost:4400' } }

test('a key of the project, or of its merchant, before either number that belongs to it, speaks for the project', async (t) => {
  const { own, ask } = await given(t)
  const caller = { kind: 'key', merchantId: 1001, projectId: own.projectId }
  assert.deepEqual(await ask('project', basic(own.projectId, own.projectKey)), { ...caller, keyName: 'project' })
  assert.deepEqual(await ask('project', basic(own.merchantId, own.projectKey)), { ...caller, keyName: 'project' })
  assert.deepEqual(await ask('project', basic(own.projectId, own.merchantKey)), { ...caller, keyName: 'merchant' })
  assert.deepEqual(await ask('project', basic(own.merchantId, own.merchantKey)), { ...caller, keyName: 'merchant' })
})

test('the key decides who it is: a number that is not its own, and a project that is not its own, are refused alike', async (t) => {
  const { own, sister, foreign, ask } = await given(t)
  const refused = [
    {},
    basic(own.projectId, 'otk_unknown'),
    basic(own.projectId, ''),
    basic(foreign.projectId, own.projectKey),
    basic(foreign.merchantId, own.merchantKey),
    basic(own.projectId, foreign.projectKey),
    basic(own.projectId, foreign.merchantKey),
    basic(own.merchantId, foreign.merchantKey),
    basic(own.projectId, sister.projectKey),
    basic(sister.projectId, sister.projectKey),
    basic(99, own.merchantKey),
    bearer(own.projectKey),
    { ...basic(own.projectId, own.projectKey), projectId: 99 },
    { ...basic(own.projectId, own.projectKey), projectId: foreign.projectId },
    { ...basic(own.projectId, own.projectKey), projectId: sister.projectId },
    { ...basic(own.projectId, own.projectKey), projectId: null },
  ]
  for (const request of refused)
    await assert.rejects(ask('project', request), { code: 'basic_auth_failed' }, JSON.stringify(request))
})

test('a merchant’s key speaks for all its projects', async (t) => {
  const { own, sister, ask } = await given(t)
  const caller = await ask('project', { ...basic(own.projectId, own.merchantKey), projectId: sister.projectId })
  assert.deepEqual(caller, { kind: 'key', merchantId: 1001, projectId: sister.projectId, keyName: 'merchant' })
})

test('a revoked key is refused at once', async (t) => {
  const { store, own, ask } = await given(t)
  const { key, keyHash } = newApiKey()
  const { projectId, merchantId } = own
  await store.run(createApiKey, { projectId, merchantId, name: 'ci', keyHash, actor: 'test' })
  assert.equal((await ask('project', basic(projectId, key))).kind, 'key')
  await store.run(revokeApiKey, { projectId, name: 'ci', actor: 'test' })
  await assert.rejects(ask('project', basic(projectId, key)), { code: 'basic_auth_failed' })
})

test('only a key of the whole merchant speaks for the merchant', async (t) => {
  const { own, foreign, ask } = await given(t)
  const at = { projectId: null, merchantId: 1001 }
  assert.deepEqual(await ask('merchant', { ...basic(1001, own.merchantKey), ...at }), {
    kind: 'key',
    merchantId: 1001,
    projectId: null,
    keyName: 'merchant',
  })
  for (const request of [
    basic(1001, own.projectKey),
    basic(2002, foreign.merchantKey),
    basic(1001, foreign.merchantKey),
  ]) {
    await assert.rejects(ask('merchant', { ...request, ...at }), { code: 'basic_auth_failed' })
  }
})

test('the admin key speaks for the installation, its merchants and projects', async (t) => {
  const { ask } = await given(t)
  for (const access of ['project', 'merchant', 'installation'] as const) {
    assert.deepEqual(await ask(access, bearer(ADMIN_KEY)), { kind: 'installation' })
  }
})

test('without the admin key nobody is the installation, not even this machine outside the emulator', async (t) => {
  const { own, jwt, ask } = await given(t)
  for (const request of [{}, LOCAL, bearer(jwt), bearer(`${ADMIN_KEY}x`), basic(own.merchantId, own.merchantKey)]) {
    await assert.rejects(ask('installation', request), { code: 'admin_key_invalid' })
  }
})

test('in the emulator this machine is the installation, other machines and foreign pages are not', async (t) => {
  const { ask } = await given(t, { isDev: true, adminKey: null })
  assert.deepEqual(await ask('installation', LOCAL), { kind: 'installation' })
  const page = { ...LOCAL, headers: { ...LOCAL.headers, origin: 'https://evil.example' } }
  for (const request of [{ ...LOCAL, ip: '10.0.0.5' }, page, bearer('null')]) {
    await assert.rejects(ask('installation', request), { code: 'admin_key_invalid' })
  }
})

test('this machine does not stand in for a project’s key, or the emulator would hide a missing one', async (t) => {
  const { ask } = await given(t, { isDev: true })
  await assert.rejects(ask('project', LOCAL), { code: 'basic_auth_failed' })
})

test('tools of the emulator are for this machine, and are not there in production', async (t) => {
  const dev = await given(t, { isDev: true })
  assert.deepEqual(await dev.ask('dev', LOCAL), { kind: 'installation' })
  assert.deepEqual(await dev.ask('dev', bearer(ADMIN_KEY)), { kind: 'installation' })
  await assert.rejects(dev.ask('dev', { ip: '10.0.0.5', headers: {} }), { code: 'loopback_only' })
  const production = await given(t)
  for (const request of [LOCAL, bearer(ADMIN_KEY)])
    await assert.rejects(production.ask('dev', request), { code: 'not_found' })
})

test('a user JWT makes a player', async (t) => {
  const { own, jwt, ask } = await given(t)
  const player = {
    kind: 'player',
    party: { projectId: own.projectId, kind: 'user', id: 'player-1' },
    details: { country: 'DE' },
    proof: 'jwt',
    orderId: null,
  }
  assert.deepEqual(await ask('player', bearer(jwt)), player)
  assert.deepEqual(await ask('cart', bearer(jwt)), player)
  assert.deepEqual(await ask('anyone', bearer(jwt)), player)
})

test('a player without a token, and one with another scheme, hear what is missing', async (t) => {
  const { own, ask } = await given(t)
  await assert.rejects(ask('player', {}), { code: 'authorization_missing' })
  await assert.rejects(ask('cart', {}), { code: 'authorization_missing' })
  await assert.rejects(ask('player', basic(own.projectId, own.projectKey)), { code: 'authorization_unsupported' })
  await assert.rejects(ask('player', { headers: { 'x-unauthorized-id': VISITOR } }), { code: 'authorization_missing' })
})

test('a visitor has carts, under an id of its own namespace', async (t) => {
  const { own, ask } = await given(t)
  const headers = { 'x-unauthorized-id': VISITOR, 'x-user': Buffer.from('ana@example.com').toString('base64') }
  assert.deepEqual(await ask('cart', { headers }), {
    kind: 'player',
    party: { projectId: own.projectId, kind: 'visitor', id: VISITOR },
    details: { email: 'ana@example.com' },
    proof: 'visitor_header',
    orderId: null,
  })
})

test('a visitor id below 16 characters is refused, and no visitor is in a project that is not there', async (t) => {
  const { ask } = await given(t)
  await assert.rejects(ask('cart', { headers: { 'x-unauthorized-id': 'x'.repeat(15) } }), {
    code: 'visitor_id_invalid',
  })
  await assert.rejects(ask('cart', { headers: { 'x-unauthorized-id': VISITOR }, projectId: 9 }), {
    code: 'project_not_found',
  })
})

test('a bad token is not forgiven because a visitor id stands beside it', async (t) => {
  const { ask } = await given(t)
  const headers = { authorization: 'Bearer a.b.c', 'x-unauthorized-id': VISITOR }
  await assert.rejects(ask('cart', { headers }), { code: 'token_invalid' })
})

test('anyone may come without a token, but not with a bad one', async (t) => {
  const { ask } = await given(t)
  assert.deepEqual(await ask('anyone', {}), { kind: 'anyone' })
  assert.deepEqual(await ask('anyone', { ...bearer('a.b.c'), projectId: null }), { kind: 'anyone' })
  await assert.rejects(ask('anyone', bearer('a.b.c')), { code: 'token_invalid' })
})

test('where the path has no project, the query may name project and token', async (t) => {
  const { own, jwt, ask } = await given(t)
  const pathless = { projectId: null }
  const project = { project_id: String(own.projectId) }
  for (const request of [
    { ...bearer(jwt) },
    { ...bearer(jwt), query: project },
    { query: { token: jwt } },
    { query: { token: jwt, ...project } },
  ]) {
    const caller = await ask('player', { ...request, ...pathless })
    assert.deepEqual(caller.kind === 'player' ? caller.party : caller, {
      projectId: own.projectId,
      kind: 'user',
      id: 'player-1',
    })
  }
  await assert.rejects(ask('player', { query: { token: jwt } }), { code: 'authorization_missing' })
  await assert.rejects(ask('player', { ...bearer(jwt), ...pathless, query: { project_id: '44057' } }), {
    code: 'token_invalid',
  })
  await assert.rejects(ask('player', { ...bearer(jwt), ...pathless, query: { project_id: 'all' } }), {
    code: 'token_invalid',
  })
})
