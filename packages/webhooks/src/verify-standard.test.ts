// Standard Webhooks, held against the standard's own library.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import {
  ACCEPTED,
  BAD_SIGNATURE,
  givenListener,
  type ObservedListener,
  SECRET,
  TEMPORARY,
} from './given-listener.test.fixture.ts'
import type { WebhookListenerOptions } from './listener-options.ts'
import { memoryIdempotencyStore } from './memory-idempotency-store.ts'
import { sampleOrderPaid, sampleUserValidation, signWebhook } from './testing.ts'

const NOW = Date.parse('2026-11-26T12:00:00Z')
const STANDARD_SECRET = `whsec_${btoa('a secret of thirty-two bytes at all')}`
const BODY = JSON.stringify(sampleUserValidation({ userId: 'player-Zoë-🎮' }))

function givenStandard(over: Partial<WebhookListenerOptions> = {}): ObservedListener {
  return givenListener({ signature: 'standard', now: () => NOW, ...over })
}

/** A webhook signed by the standard's library. Text that is no `whsec_` secret is its bytes. */
function signedByLibrary({ secret = SECRET, sentAt = NOW, id = 'msg_1', body = BODY } = {}) {
  const library = secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' })
  return {
    rawBody: Buffer.from(body),
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(sentAt / 1000)),
      'webhook-signature': library.sign(id, new Date(sentAt), body),
    },
  }
}

const faultsOf = ({ problems }: ObservedListener) => problems.map((problem) => 'fault' in problem && problem.fault)

for (const secret of [SECRET, STANDARD_SECRET]) {
  test(`accepts what the standard's library signs with ${secret.slice(0, 6)}…`, async () => {
    const { listener } = givenStandard({ secret })
    assert.deepEqual(await listener.handle(signedByLibrary({ secret })), ACCEPTED)
  })

  test(`is signed for by our kit as the library accepts it, with ${secret.slice(0, 6)}…`, async () => {
    const { body, headers } = await signWebhook(BODY, secret)
    const library = secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' })
    assert.deepEqual(library.verify(Buffer.from(body).toString(), headers), JSON.parse(BODY))
  })
}

for (const { name, ms, status } of [
  { name: 'as old as allowed', ms: -300_000, status: 204 },
  { name: 'a second too old', ms: -301_000, status: 500 },
  { name: 'as far ahead as allowed', ms: 300_000, status: 204 },
  { name: 'a second too far ahead', ms: 301_000, status: 500 },
]) {
  test(`answers ${status} to a signature ${name}, as the library does`, async (t) => {
    const observed = givenStandard()
    const webhook = signedByLibrary({ sentAt: NOW + ms })
    assert.equal((await observed.listener.handle(webhook)).status, status)
    assert.deepEqual(faultsOf(observed), status === 204 ? [] : ['standard_time'])
    t.mock.timers.enable({ apis: ['Date'], now: NOW })
    const verify = () => new Webhook(SECRET, { format: 'raw' }).verify(BODY, webhook.headers)
    if (status === 204) verify()
    else assert.throws(verify)
  })
}

test('says by how much a time is off', async () => {
  const { listener, problems } = givenStandard({ toleranceSeconds: 60 })
  for (const ms of [-61_000, 90_000]) await listener.handle(signedByLibrary({ sentAt: NOW + ms }))
  assert.deepEqual(
    problems.map(({ sentence }) => sentence.split('. ').at(-1)),
    ['It is 61 s old.', 'It is 90 s ahead of us.'],
  )
})

const GOOD = signedByLibrary()
const without = (name: string) => Object.fromEntries(Object.entries(GOOD.headers).filter(([known]) => known !== name))

for (const { name, headers = GOOD.headers, rawBody = GOOD.rawBody, fault } of [
  { name: 'no id', headers: without('webhook-id'), fault: 'standard_headers' },
  { name: 'no time', headers: without('webhook-timestamp'), fault: 'standard_headers' },
  { name: 'no signature', headers: without('webhook-signature'), fault: 'standard_headers' },
  { name: 'an empty id', headers: { ...GOOD.headers, 'webhook-id': '' }, fault: 'standard_headers' },
  { name: 'another id', headers: { ...GOOD.headers, 'webhook-id': 'msg_2' }, fault: 'mismatch' },
  {
    name: 'a time with a fraction',
    headers: { ...GOOD.headers, 'webhook-timestamp': '1.5' },
    fault: 'standard_headers',
  },
  { name: 'another time', headers: { ...GOOD.headers, 'webhook-timestamp': '1795694401' }, fault: 'mismatch' },
  {
    name: 'a signature of version 1a only',
    headers: { ...GOOD.headers, 'webhook-signature': GOOD.headers['webhook-signature'].replace('v1,', 'v1a,') },
    fault: 'standard_version',
  },
  {
    name: 'a signature without version',
    headers: { ...GOOD.headers, 'webhook-signature': GOOD.headers['webhook-signature'].slice(3) },
    fault: 'standard_version',
  },
  { name: 'a changed body', rawBody: Buffer.from(BODY.replace('🎮', '🎲')), fault: 'mismatch' },
  {
    name: 'a body that was written again',
    rawBody: Buffer.from(JSON.stringify(JSON.parse(BODY), null, 2)),
    fault: 'rewritten_body',
  },
  { name: 'the secret of another', ...signedByLibrary({ secret: 'another' }), fault: 'mismatch' },
  { name: 'a pasted line break', ...signedByLibrary({ secret: `${SECRET}\n` }), fault: 'secret_white_space' },
]) {
  test(`refuses ${name} and says why in the log only`, async () => {
    const observed = givenStandard()
    const isGenuine = fault === 'rewritten_body' || fault === 'secret_white_space'
    assert.deepEqual(await observed.listener.handle({ headers, rawBody }), isGenuine ? TEMPORARY : BAD_SIGNATURE)
    assert.deepEqual(faultsOf(observed), [fault])
  })
}

test('accepts any of several signatures by any secret held, and says which secret it was', async () => {
  const { listener } = givenStandard({ secrets: ['new', 'old'] })
  const signed = await signWebhook(BODY, ['retired', 'old'], { sentAt: new Date(NOW) })
  const read = await listener.read({ headers: signed.headers, rawBody: signed.body })
  assert.deepEqual([read.kind, read.kind === 'notification' && read.secretIndex], ['notification', 1])
})

test('asks for the documented signature alone unless told otherwise', async () => {
  const documented = givenListener({ now: () => NOW })
  assert.deepEqual(await documented.listener.handle(signedByLibrary()), BAD_SIGNATURE)
  const late = await signWebhook(BODY, SECRET, { sentAt: new Date(NOW - 3_600_000) })
  assert.deepEqual(await documented.listener.handle({ headers: late.headers, rawBody: late.body }), ACCEPTED)
})

test('asks for both signatures, each of which must be right', async () => {
  const { listener } = givenListener({ signature: 'both', now: () => NOW })
  const { headers, body } = await signWebhook(BODY, SECRET, { sentAt: new Date(NOW) })
  const other = await signWebhook(BODY, 'another', { sentAt: new Date(NOW) })
  const statuses: number[] = []
  for (const tried of [
    headers,
    { ...headers, authorization: other.headers.authorization },
    { ...headers, 'webhook-signature': other.headers['webhook-signature'] },
    { authorization: headers.authorization },
    { ...headers, authorization: '' },
  ]) {
    statuses.push((await listener.handle({ headers: tried, rawBody: body })).status)
  }
  assert.deepEqual(statuses, [204, 400, 400, 400, 400])
})

test('refuses a captured webhook once its time is over, although the handler never ran', async () => {
  let now = NOW
  const { listener, calls } = givenStandard({ now: () => now, idempotency: memoryIdempotencyStore() })
  const captured = signedByLibrary({ body: JSON.stringify(sampleOrderPaid()) })
  now += 301_000
  assert.deepEqual(await listener.handle(captured), TEMPORARY)
  assert.deepEqual(calls, [])
})

for (const { name, options, message } of [
  { name: 'an unknown scheme', options: { signature: 'any' }, message: /documented, standard or both, got any/ },
  { name: 'no tolerance', options: { signature: 'standard', toleranceSeconds: 0 }, message: /above 0, got 0/ },
  { name: 'a tolerance that is no number', options: { toleranceSeconds: Number.NaN }, message: /above 0, got NaN/ },
  {
    name: 'a whsec_ secret that is no base64',
    options: { signature: 'standard', secret: 'whsec_not*base64' },
    message: /base64: was it cut or changed/,
  },
]) {
  test(`refuses to start with ${name}`, () => {
    assert.throws(() => givenListener(options as Partial<WebhookListenerOptions>), { name: 'TypeError', message })
  })
}
