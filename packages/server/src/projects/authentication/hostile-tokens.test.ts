// Hostile tokens: more than five hundred, of every kind known, and none of them opens anything.
import assert from 'node:assert/strict'
import { createHmac, type KeyObject } from 'node:crypto'
import test, { type TestContext } from 'node:test'
import { AppError } from '@ordertrail/core'
import { CompactEncrypt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { openTestStore } from '../../platform/store/testing/index.ts'
import { newPaymentToken } from '../payment-tokens.ts'
import { projectCommands } from '../project-commands.ts'
import { createProjectDirectory } from '../project-directory.ts'
import { type GivenProject, givenProject, notedCallbacks, testClock, testSeal } from '../testing/given-project.ts'
import { createPlayerTokens, type PlayerTokens, TOKEN_CHARS_MAX } from './player-tokens.ts'

const LOGIN_PROJECT = '026201e3-7e40-11ea-a85b-42010aa80004'
const WEBHOOK_SECRET = 'the webhook secret, which signs webhooks and nothing else'
const NOW_S = testClock().unskippedNow() / 1_000
const CLAIMS = { sub: 'player-1', xsolla_login_project_id: LOGIN_PROJECT, iat: NOW_S - 10, exp: NOW_S + 3_600 }

type Json = Readonly<Record<string, unknown>>

function part(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}

function hmac(header: Json, claims: unknown, secret: string | Uint8Array, hash = 'sha256'): string {
  const signed = `${part(header)}.${part(claims)}`
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`
}

const HS256 = { alg: 'HS256', typ: 'JWT' }

/** One project with a shared secret, one with public keys of a login service. */
interface Scene {
  readonly tokens: PlayerTokens
  readonly shared: GivenProject
  readonly keyed: GivenProject
  readonly fetchedUrls: readonly string[]
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const KEYS_URL = 'https://login.example/keys'

async function givenScene(t: TestContext): Promise<Scene> {
  const { store, stop } = await openTestStore('sqlite memory', {
    commands: projectCommands(notedCallbacks().callbacks),
  })
  t.after(stop)
  const [seal, clock] = [testSeal(), testClock()]
  const pair = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k1' }
  const settings = { loginProjectId: LOGIN_PROJECT }
  const webhook = { url: 'https://game.example', secret: WEBHOOK_SECRET }
  const shared = await givenProject(store, seal, { projectId: 1, settings, webhook })
  const keyed = await givenProject(store, seal, {
    projectId: 2,
    settings: { ...settings, jwt: { algorithm: 'RS256', jwksUrl: KEYS_URL } },
    webhook,
  })
  const fetchedUrls: string[] = []
  const fetchKeySet = async (url: string): Promise<{ keys: (typeof jwk)[] }> => {
    fetchedUrls.push(url)
    return { keys: [jwk] }
  }
  const directory = createProjectDirectory({ store, seal, clock })
  const tokens = createPlayerTokens({ store, directory, seal, clock, fetchKeySet })
  const { KeyObject } = await import('node:crypto')
  return {
    tokens,
    shared,
    keyed,
    fetchedUrls,
    publicKey: KeyObject.from(pair.publicKey),
    privateKey: KeyObject.from(pair.privateKey),
  }
}

/** No algorithm, in all spellings, with and without something that looks like a signature. */
function unsigned(): string[] {
  const names = [
    'none',
    'None',
    'NONE',
    'nOnE',
    '',
    'null',
    'hs256',
    'HS 256',
    ' HS256',
    'HS256 ',
    null,
    0,
    false,
    [],
    ['HS256'],
    { alg: 'HS256' },
  ]
  return names.flatMap((alg) =>
    ['', 'AA', part('signature')].map((signature) => `${part({ alg, typ: 'JWT' })}.${part(CLAIMS)}.${signature}`),
  )
}

/** The right form, signed with what is no login secret. */
function wrongSecrets({ shared, publicKey }: Scene): string[] {
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const secrets: (string | Uint8Array)[] = [
    '',
    '\0',
    'secret',
    WEBHOOK_SECRET,
    shared.projectKey,
    shared.merchantKey,
    shared.loginSecret.slice(0, -1),
    `${shared.loginSecret} `,
    shared.loginSecret.toUpperCase(),
    'login-secret-of-2',
    testSeal().seal(shared.loginSecret),
    pem,
    pem.trim(),
    pem.replaceAll('\n', ''),
    pem.replaceAll('\n', '\r\n'),
    publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    publicKey.export({ type: 'spki', format: 'der' }),
    publicKey.export({ type: 'pkcs1', format: 'der' }),
    JSON.stringify(publicKey.export({ format: 'jwk' })),
    String(publicKey.export({ format: 'jwk' }).n),
    Buffer.from(String(publicKey.export({ format: 'jwk' }).n), 'base64url'),
  ]
  const headers = [HS256, { ...HS256, kid: 'k1' }, { alg: 'HS512', kid: 'k1' }]
  return headers.flatMap((header) =>
    secrets.map((secret) => hmac(header, CLAIMS, secret, header.alg === 'HS512' ? 'sha512' : 'sha256')),
  )
}

/** Keys that the token brings along, or says where to find. */
async function injectedKeys({ shared }: Scene): Promise<string[]> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  const octet = { kty: 'oct', k: part('attacker'), alg: 'HS256' }
  const headers: Json[] = [
    { jwk },
    { jwk, kid: 'k1' },
    { jwk: { ...jwk, kid: 'k1' } },
    { jku: 'https://evil.example/keys', kid: 'k1' },
    { jku: `${KEYS_URL}@evil.example` },
    { jku: `${KEYS_URL}/../evil`, kid: 'k1' },
    { x5u: 'https://evil.example/cert', kid: 'k1' },
    { x5c: ['MIIB'], kid: 'k1' },
    ...KEY_IDS.map((kid) => ({ kid })),
  ]
  const asymmetric = headers.map((header) =>
    new SignJWT(CLAIMS).setProtectedHeader({ alg: 'RS256', ...header }).sign(privateKey),
  )
  const symmetric = [...headers, { jwk: octet }, { jwk: octet, kid: 'k1' }].map((header) =>
    hmac({ ...HS256, ...header }, CLAIMS, 'attacker'),
  )
  const emptied = KEY_IDS.map((kid) => hmac({ ...HS256, kid }, CLAIMS, ''))
  return [
    ...(await Promise.all(asymmetric)),
    ...symmetric,
    ...emptied,
    hmac({ ...HS256, jwk: octet }, CLAIMS, shared.loginSecret.repeat(2)),
  ]
}

const KEY_IDS = [
  '../../../../dev/null',
  '/dev/null',
  '/proc/sys/kernel/randomize_va_space',
  "' union select 'attacker' -- ",
  '1; drop table projects',
  'https://evil.example/key',
  '__proto__',
  'constructor',
  '',
  'k2',
  '\0',
  '%00',
  'k1\0',
  '{"kty":"oct"}',
  '| cat /etc/passwd',
]

/** Well signed, but with claims that may not be believed. */
async function badClaims({ shared, privateKey }: Scene): Promise<string[]> {
  const { exp: _exp, ...endless } = CLAIMS
  const { sub: _sub, ...nameless } = CLAIMS
  const claims: unknown[] = [
    endless,
    ...[null, '9999999999', 'never', [], {}, true, NOW_S - 6, 0, -1, 1e-9].map((exp) => ({ ...CLAIMS, exp })),
    ...[NOW_S + 60, 'soon', {}, 9e99].map((nbf) => ({ ...CLAIMS, nbf })),
    nameless,
    ...[
      '',
      null,
      {},
      [],
      1.5,
      2 ** 60,
      true,
      'a\0b',
      'a\nb',
      'x'.repeat(256),
      'visitor:0123456789abcdef',
      ['player-1'],
    ].map((sub) => ({ ...CLAIMS, sub })),
    ...[
      undefined,
      null,
      '',
      'another',
      LOGIN_PROJECT.toUpperCase(),
      ` ${LOGIN_PROJECT}`,
      [LOGIN_PROJECT],
      { 0: LOGIN_PROJECT },
    ].map((id) => ({
      ...CLAIMS,
      xsolla_login_project_id: id,
    })),
    ...['text', 7, null, true, [], [CLAIMS]],
    '',
    '{"sub":"player-1"',
  ]
  const encoded = claims.map((one) => hmac(HS256, one, shared.loginSecret))
  const keyed = claims.filter((one): one is Json => typeof one === 'object' && one !== null && !Array.isArray(one))
  const asymmetric = keyed.map((one) => {
    const signer = new SignJWT(one).setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    return signer.sign(privateKey)
  })
  return [...encoded, ...(await Promise.all(asymmetric))]
}

/** Well signed, but by an algorithm or with a header that the project did not choose. */
async function otherAlgorithms({ shared, privateKey }: Scene): Promise<string[]> {
  const { loginSecret } = shared
  const others = ['PS256', 'RS384', 'RS512', 'PS512'].map((alg) =>
    new SignJWT(CLAIMS).setProtectedHeader({ alg, kid: 'k1' }).sign(privateKey),
  )
  const critical = [
    { crit: ['exp'], exp: 1 },
    { crit: ['b64'], b64: false },
    { crit: [] },
    { crit: 'exp' },
    { crit: ['unknown'], unknown: 1 },
  ]
  return [
    ...(await Promise.all(others)),
    hmac({ alg: 'HS384' }, CLAIMS, loginSecret, 'sha384'),
    hmac({ alg: 'HS512' }, CLAIMS, loginSecret, 'sha512'),
    hmac({ alg: 'RS256', kid: 'k1' }, CLAIMS, loginSecret),
    hmac({ alg: 'none' }, CLAIMS, loginSecret),
    hmac({ typ: 'JWT' }, CLAIMS, loginSecret),
    ...critical.map((header) => hmac({ ...HS256, ...header }, CLAIMS, loginSecret)),
    await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(CLAIMS)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(new TextEncoder().encode(loginSecret.padEnd(32, '0').slice(0, 32))),
  ]
}

/** A good token with one bit of its signature turned, one letter of it changed, or its form broken. */
function damaged(good: string): string[] {
  const [header = '', claims = '', signature = ''] = good.split('.')
  const bytes = Buffer.from(signature, 'base64url')
  const turned = Array.from({ length: Math.min(bytes.length * 8, 256) }, (_, bit) => {
    const copy = Buffer.from(bytes)
    const at = Math.floor(bit / 8)
    copy[at] = (copy[at] ?? 0) ^ (1 << (bit % 8))
    return `${header}.${claims}.${copy.toString('base64url')}`
  })
  const letters = Array.from(
    claims,
    (letter, index) =>
      `${header}.${claims.slice(0, index)}${letter === 'A' ? 'B' : 'A'}${claims.slice(index + 1)}.${signature}`,
  )
  const broken = [
    `${header}.${claims}`,
    `${header}.${claims}.`,
    `${header}..${signature}`,
    `.${claims}.${signature}`,
    `${good}.`,
    `${good}.${signature}`,
    `${header}.${claims}.${signature.slice(0, -2)}`,
    `${header}.${claims}.${signature}AA`,
    `${header}.${claims}.${signature.repeat(2)}`,
    `${claims}.${header}.${signature}`,
    good.replaceAll('.', ' '),
    good.split('').reverse().join(''),
    Buffer.from(good).toString('base64'),
    `${good}${'A'.repeat(TOKEN_CHARS_MAX)}`,
    `${'.'.repeat(1_000)}`,
    '',
    ' ',
    'null',
    'undefined',
    '[object Object]',
    '{}',
    newPaymentToken(1).token,
    newPaymentToken(2).token,
    newPaymentToken(1).token.slice(0, -1),
    'player-1',
    '🦊.🦊.🦊',
    '\0.\0.\0',
  ]
  return [...turned, ...letters, ...broken]
}

async function hostileTokens(scene: Scene, goods: readonly string[]): Promise<readonly string[]> {
  const all = [
    ...unsigned(),
    ...wrongSecrets(scene),
    ...(await injectedKeys(scene)),
    ...(await badClaims(scene)),
    ...(await otherAlgorithms(scene)),
    ...goods.flatMap(damaged),
  ]
  return [...new Set(all)].filter((token) => !goods.includes(token))
}

const REFUSALS = ['token_invalid', 'token_expired', 'token_wrong_project', 'payment_token_not_found']

async function acceptedBy(resolve: () => Promise<unknown>): Promise<boolean> {
  try {
    await resolve()
    return true
  } catch (error) {
    assert.ok(error instanceof AppError && REFUSALS.includes(error.code), String(error))
    return false
  }
}

test('no hostile token is accepted anywhere, and nothing that a token names is fetched', async (t) => {
  const scene = await givenScene(t)
  const { tokens, shared, keyed, privateKey } = scene
  const goodShared = hmac(HS256, CLAIMS, shared.loginSecret)
  const goodKeyed = await new SignJWT(CLAIMS).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(privateKey)
  assert.equal((await tokens.resolvePlayerToken(goodShared, shared.projectId)).party.id, 'player-1')
  assert.equal((await tokens.resolvePlayerToken(goodKeyed, keyed.projectId)).party.id, 'player-1')

  const hostile = await hostileTokens(scene, [goodShared, goodKeyed])
  assert.ok(hostile.length >= 500, String(hostile.length))
  const accepted: string[] = []
  const doors = [
    ...[shared, keyed].map(
      ({ projectId }) =>
        (token: string) =>
          tokens.resolvePlayerToken(token, projectId),
    ),
    (token: string) => tokens.resolvePlayerTokens(token, null),
  ]
  for (const token of hostile) {
    for (const door of doors) if (await acceptedBy(() => door(token))) accepted.push(token)
  }
  assert.deepEqual(accepted, [])
  // A good token of one project is hostile to the other, too.
  assert.equal(await acceptedBy(() => tokens.resolvePlayerToken(goodShared, keyed.projectId)), false)
  assert.equal(await acceptedBy(() => tokens.resolvePlayerToken(goodKeyed, shared.projectId)), false)
  assert.deepEqual(new Set(scene.fetchedUrls), new Set([KEYS_URL]))
  t.diagnostic(`${hostile.length} hostile tokens at ${doors.length} doors, ${accepted.length} accepted`)
})
