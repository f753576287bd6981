// User tokens that must open nothing, at every door that takes one.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { DEV_PROJECT } from '../dev-project.ts'
import { goodClaims, hmacToken, rsaKeys, rsaToken, unsignedToken } from './testing/forged-tokens.ts'
import { givenShop, type Shop } from './testing/given-shop.ts'
import { watchStatuses } from './testing/watch-statuses.ts'

const SECRET = DEV_PROJECT.loginSecret
const LOGIN_PROJECT = 'e6dfaac6-78a8-11e9-9244-42010aa80004'
const now = () => Math.floor(Date.now() / 1_000)
const claims = (part: object) => ({ claims: { ...goodClaims(), ...part } })

/** Statuses of the two doors over HTTP; 404 and 200 mean that the token was believed. */
async function doors(shop: Shop, token: string): Promise<readonly number[]> {
  const as = { bearer: token }
  const order = await shop.store(as, 'GET', '/order/19999999')
  const events = await shop.server.call('GET', `/events?project_id=${shop.projectId}`, { as })
  return [order.status, events.status]
}

const BELIEVED = [404, 200]
const REFUSED = [401, 401]

/** Holds every token against the doors; the socket closes for good, which engine SDKs take for the end. */
async function assertRefused(t: TestContext, shop: Shop, tokens: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, token] of Object.entries(tokens)) {
    assert.deepEqual(await doors(shop, token), REFUSED, name)
    await assert.rejects(shop.watch(t, token), /3500/, name)
  }
}

/** A server of public keys, and how often it was asked. */
async function givenKeySet(t: TestContext, keys: readonly object[]) {
  let asked = 0
  const server = createServer((_, response) => {
    asked += 1
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise((resolve) => server.close(resolve).closeAllConnections()))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`, asked: () => asked }
}

test('a project with a secret believes its own tokens alone', async (t) => {
  const shop = await givenShop(t)
  const attacker = await givenKeySet(t, [])
  assert.deepEqual(await doors(shop, hmacToken(SECRET)), BELIEVED)
  const { privateKey, publicKey } = rsaKeys()
  const good = hmacToken(SECRET)
  const [header, , signature] = good.split('.')
  const others = Buffer.from(JSON.stringify({ ...goodClaims(), sub: 'player-2' })).toString('base64url')
  await assertRefused(t, shop, {
    'no algorithm': unsignedToken('none'),
    'no algorithm, in capitals': unsignedToken('NONE'),
    'no algorithm and a signature': unsignedToken('none', signature),
    'no signature': unsignedToken('HS256'),
    'another secret': hmacToken('another_secret_of_somebody_else'),
    'an empty secret': hmacToken(''),
    'the webhook secret': hmacToken(DEV_PROJECT.webhookSecret),
    'other claims under a good signature': `${header}.${others}.${signature}`,
    'another hash of the same secret': hmacToken(SECRET, {}, 'sha512'),
    'another algorithm': rsaToken(privateKey),
    'a key of its own in the header': rsaToken(privateKey, { header: { jwk: publicKey.export({ format: 'jwk' }) } }),
    'keys at an address of its own': rsaToken(privateKey, { header: { jku: attacker.url, kid: 'k' } }),
    'a key name that is a path': hmacToken('', { header: { kid: '../../dev/null' } }),
    'an unknown critical member': hmacToken(SECRET, { header: { crit: ['x'], x: 1 } }),
    expired: hmacToken(SECRET, claims({ exp: now() - 60 })),
    'without an end': hmacToken(SECRET, { claims: { sub: 'player-1' } }),
    'with an end that is text': hmacToken(SECRET, claims({ exp: 'never' })),
    'not yet valid': hmacToken(SECRET, claims({ nbf: now() + 3_600 })),
    'for nobody': hmacToken(SECRET, claims({ sub: '' })),
    'for an object': hmacToken(SECRET, claims({ sub: { id: 1 } })),
    'for a visitor': hmacToken(SECRET, claims({ sub: 'visitor:0123456789abcdef' })),
    'for a name of 256 letters': hmacToken(SECRET, claims({ sub: 'x'.repeat(256) })),
    'for a name with a line end': hmacToken(SECRET, claims({ sub: 'player-1\n' })),
    'larger than 8 KiB': hmacToken(SECRET, claims({ padding: 'x'.repeat(8_192) })),
  })
  assert.equal(attacker.asked(), 0)
})

test('a project with public keys believes what they verify, and never takes them for a secret', async (t) => {
  const shop = await givenShop(t)
  const { privateKey, publicKey } = rsaKeys()
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'first', alg: 'RS256', use: 'sig' }
  const keySet = await givenKeySet(t, [jwk])
  await shop.changeSettings({ jwt: { algorithm: 'RS256', jwks_url: keySet.url } })
  const header = { kid: 'first' }
  assert.deepEqual(await doors(shop, rsaToken(privateKey, { header })), BELIEVED)
  const strange = rsaKeys()
  const pem = publicKey.export({ type: 'spki', format: 'pem' })
  await assertRefused(t, shop, {
    'the public key as a secret': hmacToken(pem, { header }),
    'the public key as a secret, without its last line end': hmacToken(String(pem).trim(), { header }),
    'the key set as a secret': hmacToken(JSON.stringify(jwk), { header }),
    'the modulus as a secret': hmacToken(Buffer.from(String(jwk.n), 'base64url'), { header }),
    'the former secret': hmacToken(SECRET),
    'no algorithm': unsignedToken('none'),
    'a key that is not in the set': rsaToken(strange.privateKey, { header }),
    'a key in the header': rsaToken(strange.privateKey, {
      header: { ...header, jwk: strange.publicKey.export({ format: 'jwk' }) },
    }),
    expired: rsaToken(privateKey, { header, ...claims({ exp: now() - 60 }) }),
  })
  assert.ok(keySet.asked() <= 3, `the keys were fetched ${keySet.asked()} times`)
})

test('where a login project is set, its claim has to match at every door', async (t) => {
  const shop = await givenShop(t)
  await shop.changeSettings({ login_project_id: LOGIN_PROJECT })
  const named = (id: unknown) => hmacToken(SECRET, claims({ xsolla_login_project_id: id }))
  assert.deepEqual(await doors(shop, named(LOGIN_PROJECT)), BELIEVED)
  await assertRefused(t, shop, {
    'another login project': named('00000000-78a8-11e9-9244-42010aa80004'),
    'no login project': hmacToken(SECRET),
    'a list of login projects': named([LOGIN_PROJECT]),
  })
})

test('a payment token opens its buyer’s orders of its own project and ends when its time is over', async (t) => {
  const shop = await givenShop(t)
  const jwt = await shop.tokenOf('player-1')
  const { orderId, token } = await shop.buy({ bearer: jwt })
  assert.equal((await shop.getOrder({ bearer: token }, orderId)).status, 'new')
  const last = token.endsWith('A') ? 'B' : 'A'
  await assertRefused(t, shop, {
    'a changed letter': token.slice(0, -1) + last,
    'another project in its text': token.replace(/^p[0-9a-z]+t/, 'p1t'),
  })
  await shop.skip(25 * 3_600_000)
  await assertRefused(t, shop, { 'after its time': token })
  // The clock of user tokens is not skipped.
  assert.deepEqual(await doors(shop, jwt), BELIEVED)
})

test('the id that a socket names has to be the token’s own', async (t) => {
  const shop = await givenShop(t)
  const token = await shop.tokenOf('player-1')

  const connect = (userExternalId: string) =>
    watchStatuses(t, { url: shop.server.url, auth: token, projectId: shop.projectId, userExternalId })
  await connect('player-1')
  await assert.rejects(connect('player-2'), /3500/)
})
