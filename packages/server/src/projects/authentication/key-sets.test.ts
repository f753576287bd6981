// Key sets: how often they are fetched, how long they stay good, and whose fault a failure is.
import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '@ordertrail/core'
import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose'
import { testClock } from '../testing/given-project.ts'
import {
  CachedKeySets,
  FETCH_COOLDOWN_MS,
  FIRST_FETCH_COOLDOWN_MS,
  KEYS_FRESH_MS,
  KEYS_STALE_MS_MAX,
} from './key-sets.ts'

const URL = 'https://login.example/keys'

interface SigningKey {
  readonly jwk: JWK
  sign(): Promise<string>
}

async function givenKey(kid: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256' }
  return {
    jwk,
    sign: () =>
      new SignJWT({ sub: 'p' }).setProtectedHeader({ alg: 'ES256', kid }).setExpirationTime('1h').sign(privateKey),
  }
}

function givenSets(keys: () => readonly JWK[]): {
  sets: CachedKeySets
  clock: ReturnType<typeof testClock>
  fetched: () => number
} {
  const clock = testClock()
  let count = 0
  const sets = new CachedKeySets(clock, async () => {
    count++
    return { keys: [...keys()] }
  })
  return { sets, clock, fetched: () => count }
}

async function verify(sets: CachedKeySets, token: string): Promise<string | undefined> {
  return (await jwtVerify(token, sets.keysAt(URL), { algorithms: ['ES256'] })).payload.sub
}

test('keys are fetched once and again when they are old', async () => {
  const key = await givenKey('k1')
  const { sets, clock, fetched } = givenSets(() => [key.jwk])
  await Promise.all([verify(sets, await key.sign()), verify(sets, await key.sign())])
  clock.advance(KEYS_FRESH_MS - 1)
  await verify(sets, await key.sign())
  assert.equal(fetched(), 1)
  clock.advance(1)
  await verify(sets, await key.sign())
  assert.equal(fetched(), 2)
})

test('a key that is new is found, but made-up key ids do not make us fetch faster than the cooldown', async () => {
  const [old, fresh] = [await givenKey('k1'), await givenKey('k2')]
  let keys = [old.jwk]
  const { sets, clock, fetched } = givenSets(() => keys)
  await verify(sets, await old.sign())
  keys = [old.jwk, fresh.jwk]
  await assert.rejects(verify(sets, await fresh.sign()), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
  clock.advance(FETCH_COOLDOWN_MS)
  assert.equal(await verify(sets, await fresh.sign()), 'p')
  const madeUp = await givenKey('made-up')
  for (let count = 0; count < 50; count++) await assert.rejects(verify(sets, await madeUp.sign()))
  assert.equal(fetched(), 2)
})

test('known keys stay good for a while when their service is away', async () => {
  const key = await givenKey('k1')
  let isAway = false
  const { sets, clock } = givenSets(() => {
    if (isAway) throw new Error('away')
    return [key.jwk]
  })
  await verify(sets, await key.sign())
  isAway = true
  clock.advance(KEYS_STALE_MS_MAX - 1)
  assert.equal(await verify(sets, await key.sign()), 'p')
  clock.advance(1)
  await assert.rejects(
    verify(sets, await key.sign()),
    (error) => error instanceof AppError && error.code === 'token_keys_unavailable',
  )
})

test('a service that never answered is asked again only after the cooldown', async () => {
  const key = await givenKey('k1')
  let isAway = true
  let asked = 0
  const { sets, clock } = givenSets(() => {
    asked++
    if (isAway) throw new Error('away')
    return [key.jwk]
  })
  for (let count = 0; count < 20; count++)
    await assert.rejects(verify(sets, await key.sign()), { code: 'token_keys_unavailable' })
  assert.equal(asked, 1)
  isAway = false
  clock.advance(FIRST_FETCH_COOLDOWN_MS)
  assert.equal(await verify(sets, await key.sign()), 'p')
})

test('what is not a key set counts as no answer', async () => {
  const key = await givenKey('k1')
  const sets = new CachedKeySets(testClock(), async () => JSON.parse('{"keys":"none"}'))
  await assert.rejects(verify(sets, await key.sign()), { code: 'token_keys_unavailable' })
})
