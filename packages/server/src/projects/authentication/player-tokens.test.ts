// Resolving tokens of players: whose they are, in which project, and for how long they are believed.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import test, { type TestContext } from 'node:test'
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose'
import { bind, oneByOne, type Row, rareCommand, type Store } from '../../platform/store/index.ts'
import { eachStore, openTestStore, type TestStore } from '../../platform/store/testing/index.ts'
import { changeProjectSettings } from '../change-settings.ts'
import { insertPaymentTokens, newPaymentToken } from '../payment-tokens.ts'
import { projectCommands } from '../project-commands.ts'
import { createProjectDirectory } from '../project-directory.ts'
import { LOGIN_SECRET_CONTEXT } from '../secret-contexts.ts'
import { givenProject, notedCallbacks, testClock, testSeal } from '../testing/given-project.ts'
import { createPlayerTokens, type PlayerTokens, TOKEN_CHARS_MAX } from './player-tokens.ts'

const HOUR_MS = 3_600_000
const keepTokens = rareCommand<readonly Row<'payment_tokens'>[], null>('test.keep-tokens')
const commands = [
  ...projectCommands(notedCallbacks().callbacks),
  bind(
    keepTokens,
    oneByOne(async (tx, rows) => {
      await insertPaymentTokens(tx, rows)
      return null
    }),
  ),
]

interface Given {
  readonly store: Store
  readonly tokens: PlayerTokens
  readonly clock: ReturnType<typeof testClock>
}

function givenTokens(t: TestContext, opened: TestStore, keySet: () => JSONWebKeySet = () => ({ keys: [] })): Given {
  const { store } = opened
  const [clock, seal] = [testClock(), testSeal()]
  const directory = createProjectDirectory({ store, seal, clock })
  t.after(() => opened.stop())
  return {
    store,
    clock,
    tokens: createPlayerTokens({ store, directory, seal, clock, fetchKeySet: async () => keySet() }),
  }
}

function signed(claims: Record<string, unknown>, secret: string, lifeS = 3_600): Promise<string> {
  const issuedAt = testClock().unskippedNow() / 1_000
  return new SignJWT({ exp: issuedAt + lifeS, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret))
}

function tokenRow(
  projectId: number,
  tokenHash: string,
  over: Partial<Row<'payment_tokens'>> = {},
): Row<'payment_tokens'> {
  const life = { created_at: 0, expires_at: testClock().now() + HOUR_MS }
  return {
    project_id: projectId,
    token_hash: tokenHash,
    order_id: null,
    party_kind: 'user',
    party_id: 'player-1',
    ...life,
    ...over,
  }
}

eachStore((name, open) => {
  test(`${name}: a JWT stands for the player in its claim`, async (t) => {
    const { store, tokens, clock } = givenTokens(t, await open({ commands }))
    const { projectId, loginSecret } = await givenProject(store, testSeal())
    const token = await signed({ sub: 'player-1', email: 'ana@example.com', external_account_id: 'pf-9' }, loginSecret)
    assert.deepEqual(await tokens.resolvePlayerToken(token, projectId), {
      party: { projectId, kind: 'user', id: 'player-1' },
      details: { email: 'ana@example.com' },
      proof: 'jwt',
      orderId: null,
      knownIds: ['player-1', 'pf-9'],
      expiresAt: clock.unskippedNow() + HOUR_MS,
    })
  })

  test(`${name}: a payment token stands for its party, a visitor's too`, async (t) => {
    const { store, tokens, clock } = givenTokens(t, await open({ commands }))
    const { projectId } = await givenProject(store, testSeal())
    const { token, tokenHash } = newPaymentToken(projectId)
    await store.run(keepTokens, [
      tokenRow(projectId, tokenHash, { order_id: 7, party_kind: 'visitor', party_id: 'visitor-0123456789' }),
    ])
    assert.deepEqual(await tokens.resolvePlayerToken(token, projectId), {
      party: { projectId, kind: 'visitor', id: 'visitor-0123456789' },
      details: {},
      proof: 'payment_token',
      orderId: 7,
      knownIds: ['visitor-0123456789'],
      expiresAt: clock.now() + HOUR_MS,
    })
  })

  test(`${name}: without a project a JWT stands for its player wherever its login project is known and its key fits`, async (t) => {
    const { store, tokens } = givenTokens(t, await open({ commands }))
    const [seal, settings] = [testSeal(), { loginProjectId: 'login-1' }]
    await givenProject(store, seal, { projectId: 2, settings, loginSecret: 'shared secret of the login' })
    await givenProject(store, seal, { projectId: 1, settings, loginSecret: 'shared secret of the login' })
    await givenProject(store, seal, { projectId: 3, settings, loginSecret: 'another secret of another login' })
    const token = await signed({ sub: 'player-1', xsolla_login_project_id: 'login-1' }, 'shared secret of the login')
    const players = await tokens.resolvePlayerTokens(token, null)
    assert.deepEqual(
      players.map(({ party }) => party.projectId),
      [1, 2],
    )
  })
})

async function givenMemory(t: TestContext, keySet?: () => JSONWebKeySet): Promise<Given> {
  return givenTokens(t, await openTestStore('sqlite memory', { commands }), keySet)
}

test('the claim that names the player is the project’s choice', async (t) => {
  const { store, tokens } = await givenMemory(t)
  const { projectId, loginSecret } = await givenProject(store, testSeal(), {
    settings: { userIdClaim: 'external_account_id' },
  })
  const { party, knownIds } = await tokens.resolvePlayerToken(
    await signed({ sub: 'uuid-1', external_account_id: 42 }, loginSecret),
    projectId,
  )
  assert.deepEqual([party.id, knownIds], ['42', ['42', 'uuid-1']])
})

test('keys of a login service verify RS256 tokens', async (t) => {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1' }
  const { store, tokens, clock } = await givenMemory(t, () => ({ keys: [jwk] }))
  const jwt = { algorithm: 'RS256', jwksUrl: 'https://login.example/keys' } as const
  const { projectId } = await givenProject(store, testSeal(), { settings: { jwt } })
  const token = await new SignJWT({ sub: 'player-1' })
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setExpirationTime(clock.unskippedNow() / 1_000 + 60)
    .sign(privateKey)
  assert.equal((await tokens.resolvePlayerToken(token, projectId)).party.id, 'player-1')
})

test('keys that cannot be had say nothing about the token', async (t) => {
  const { store, tokens } = await givenMemory(t, () => {
    throw new Error('away')
  })
  const jwt = { algorithm: 'ES256', jwksUrl: 'https://login.example/keys' } as const
  const { projectId } = await givenProject(store, testSeal(), { settings: { jwt } })
  const { privateKey } = await generateKeyPair('ES256')
  const token = await new SignJWT({ sub: 'p', exp: 4e9 })
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .sign(privateKey)
  await assert.rejects(tokens.resolvePlayerToken(token, projectId), { code: 'token_keys_unavailable' })
})

test('skipped time does not end a JWT, but ends a payment token', async (t) => {
  const { store, tokens, clock } = await givenMemory(t)
  const { projectId, loginSecret } = await givenProject(store, testSeal())
  const { token, tokenHash } = newPaymentToken(projectId)
  await store.run(keepTokens, [tokenRow(projectId, tokenHash)])
  const jwt = await signed({ sub: 'player-1' }, loginSecret)
  const skipped = { ...clock, now: () => clock.now() + 2 * HOUR_MS }
  const directory = createProjectDirectory({ store, seal: testSeal(), clock })
  const later = createPlayerTokens({
    store,
    directory,
    seal: testSeal(),
    clock: skipped,
    fetchKeySet: async () => ({ keys: [] }),
  })
  assert.equal((await later.resolvePlayerToken(jwt, projectId)).party.id, 'player-1')
  await assert.rejects(later.resolvePlayerToken(token, projectId), { code: 'token_expired' })
  assert.equal((await tokens.resolvePlayerToken(token, projectId)).party.id, 'player-1')
})

test('a remembered token ends when it expires', async (t) => {
  const { store, tokens, clock } = await givenMemory(t)
  const { projectId, loginSecret } = await givenProject(store, testSeal())
  const token = await signed({ sub: 'player-1' }, loginSecret, 30)
  await tokens.resolvePlayerToken(token, projectId)
  clock.advance(36_000)
  await assert.rejects(tokens.resolvePlayerToken(token, projectId), { code: 'token_expired' })
})

test('a remembered token is not believed after the login secret was changed', async (t) => {
  const { store, tokens, clock } = await givenMemory(t)
  const { projectId, loginSecret } = await givenProject(store, testSeal())
  const token = await signed({ sub: 'player-1' }, loginSecret)
  await tokens.resolvePlayerToken(token, projectId)
  const jwt = { algorithm: 'HS256', secret: testSeal().seal('another login secret', LOGIN_SECRET_CONTEXT) } as const
  await store.run(changeProjectSettings, { projectId, patch: { jwt }, actor: 'test' })
  clock.advance(1_000)
  await assert.rejects(tokens.resolvePlayerToken(token, projectId), { code: 'token_invalid' })
})

test('a payment token of another project opens nothing here', async (t) => {
  const { store, tokens } = await givenMemory(t)
  const { projectId } = await givenProject(store, testSeal())
  await givenProject(store, testSeal(), { projectId: 7 })
  const { token, tokenHash } = newPaymentToken(7)
  await store.run(keepTokens, [tokenRow(7, tokenHash)])
  await assert.rejects(tokens.resolvePlayerToken(token, projectId), { code: 'payment_token_not_found' })
  assert.deepEqual(
    (await tokens.resolvePlayerTokens(token, null)).map(({ party }) => party.projectId),
    [7],
  )
})

test('a JWT whose login project nobody has stands for nobody', async (t) => {
  const { store, tokens } = await givenMemory(t)
  const { loginSecret } = await givenProject(store, testSeal())
  for (const claims of [{ sub: 'p' }, { sub: 'p', xsolla_login_project_id: 'unknown' }]) {
    await assert.rejects(tokens.resolvePlayerTokens(await signed(claims, loginSecret), null), { code: 'token_invalid' })
  }
})

test('the login project of a token must be the project’s own, wherever one is set', async (t) => {
  const { store, tokens } = await givenMemory(t)
  const { projectId, loginSecret } = await givenProject(store, testSeal(), { settings: { loginProjectId: 'login-1' } })
  for (const claims of [
    { sub: 'p' },
    { sub: 'p', xsolla_login_project_id: 'login-2' },
    { sub: 'p', xsolla_login_project_id: ['login-1'] },
  ]) {
    await assert.rejects(tokens.resolvePlayerToken(await signed(claims, loginSecret), projectId), {
      code: 'token_wrong_project',
    })
  }
})

test('a token longer than any real one is not looked at, however well it is signed', async (t) => {
  const { store, tokens } = await givenMemory(t)
  const { projectId, loginSecret } = await givenProject(store, testSeal(), { settings: { loginProjectId: 'login-1' } })
  const claims = { sub: 'p', xsolla_login_project_id: 'login-1' }
  const long = await signed({ ...claims, payload: 'x'.repeat(TOKEN_CHARS_MAX) }, loginSecret)
  await assert.rejects(tokens.resolvePlayerToken(long, projectId), { code: 'token_invalid' })
  await assert.rejects(tokens.resolvePlayerTokens(long, null), { code: 'token_invalid' })
})

test('a project without a login secret takes no token, not even one that was signed with nothing', async (t) => {
  const { store, tokens } = await givenMemory(t)
  const { projectId } = await givenProject(store, testSeal(), { settings: { jwt: { algorithm: 'HS256', secret: '' } } })
  const header = Buffer.from('{"alg":"HS256"}').toString('base64url')
  const claims = Buffer.from('{"sub":"p","exp":4000000000}').toString('base64url')
  const signature = createHmac('sha256', '').update(`${header}.${claims}`).digest('base64url')
  await assert.rejects(tokens.resolvePlayerToken(`${header}.${claims}.${signature}`, projectId), {
    code: 'token_invalid',
  })
})
