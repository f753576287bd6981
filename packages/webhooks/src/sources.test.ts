import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCEPTED, givenListener, SECRET, TEMPORARY } from './given-listener.test.fixture.ts'
import { allowSources, type SourceOptions, XSOLLA_SOURCES } from './sources.ts'
import { sampleUserValidation, signWebhook } from './testing.ts'

const SIGNED = await signWebhook(sampleUserValidation(), SECRET)
const GAME = { addresses: ['192.0.2.0/24', '2001:db8::/32'] }

interface Arrival {
  readonly remoteAddress?: string | null
  readonly forwarded?: string | string[]
}

async function statusFor(sources: SourceOptions, { remoteAddress, forwarded }: Arrival) {
  const { listener, problems } = givenListener({ sources: allowSources(sources) })
  const headers = forwarded === undefined ? SIGNED.headers : { ...SIGNED.headers, 'x-forwarded-for': forwarded }
  const { status } = await listener.handle({ headers, rawBody: SIGNED.body, remoteAddress })
  return { status, problems: problems.map(({ kind }) => kind) }
}

for (const { name, proxies, arrival, status } of [
  { name: 'a listed address', proxies: 0, arrival: { remoteAddress: '192.0.2.9' }, status: 204 },
  { name: 'the same address in IPv6', proxies: 0, arrival: { remoteAddress: '::ffff:192.0.2.9' }, status: 204 },
  { name: 'an IPv6 address', proxies: 0, arrival: { remoteAddress: '2001:db8::9' }, status: 204 },
  { name: 'another address', proxies: 0, arrival: { remoteAddress: '198.51.100.1' }, status: 500 },
  { name: 'no address', proxies: 0, arrival: {}, status: 500 },
  {
    name: 'a header that nobody trusts',
    proxies: 0,
    arrival: { remoteAddress: '198.51.100.1', forwarded: '192.0.2.9' },
    status: 500,
  },
  { name: 'a proxy', proxies: 1, arrival: { remoteAddress: '10.0.0.1', forwarded: '192.0.2.9' }, status: 204 },
  { name: 'a proxy alone', proxies: 1, arrival: { remoteAddress: '192.0.2.9' }, status: 500 },
  {
    name: 'an address made up in front of a proxy',
    proxies: 1,
    arrival: { forwarded: '192.0.2.9, 198.51.100.1' },
    status: 500,
  },
  { name: 'two proxies', proxies: 2, arrival: { forwarded: '198.51.100.1, 192.0.2.9, 10.0.0.2' }, status: 204 },
  { name: 'fewer proxies than trusted', proxies: 2, arrival: { forwarded: '192.0.2.9' }, status: 500 },
  { name: 'a header in two lines', proxies: 1, arrival: { forwarded: ['198.51.100.1', '192.0.2.9'] }, status: 204 },
  { name: 'an address with port', proxies: 1, arrival: { forwarded: '192.0.2.9:4711' }, status: 204 },
  { name: 'an IPv6 address with port', proxies: 1, arrival: { forwarded: '[2001:db8::9]:4711' }, status: 204 },
  { name: 'nonsense of a proxy', proxies: 1, arrival: { forwarded: 'unknown' }, status: 500 },
]) {
  test(`answers ${status} to ${name} behind ${proxies} proxies`, async () => {
    const answered = await statusFor({ ...GAME, trustedProxies: proxies }, arrival)
    assert.deepEqual(answered, { status, problems: status === 204 ? [] : ['source_refused'] })
  })
}

test('names the refused address in the log, and asks the sender to try again', async () => {
  const { listener, problems } = givenListener({ sources: allowSources(GAME) })
  const webhook = { headers: SIGNED.headers, rawBody: SIGNED.body, remoteAddress: '198.51.100.1' }
  assert.deepEqual(await listener.handle(webhook), TEMPORARY)
  const sentence = 'A webhook came from "198.51.100.1", which sources does not allow'
  assert.deepEqual(problems, [{ kind: 'source_refused', sentence }])
})

test('never replaces the signature', async () => {
  const { listener } = givenListener({ sources: allowSources(GAME) })
  const { status } = await listener.handle({ headers: {}, rawBody: SIGNED.body, remoteAddress: '192.0.2.9' })
  assert.equal(status, 400)
})

test('looks at no address unless it is asked to', async () => {
  const { listener } = givenListener()
  const webhook = { headers: SIGNED.headers, rawBody: SIGNED.body, remoteAddress: '198.51.100.1' }
  assert.deepEqual(await listener.handle(webhook), ACCEPTED)
})

test('knows the documented addresses of the store', async () => {
  const documented = { addresses: XSOLLA_SOURCES }
  for (const remoteAddress of ['185.30.20.1', '185.30.21.1', '185.30.22.1', '185.30.23.254', '34.102.38.178']) {
    assert.equal((await statusFor(documented, { remoteAddress })).status, 204, remoteAddress)
  }
  assert.equal((await statusFor(documented, { remoteAddress: '34.102.38.179' })).status, 500)
})

for (const [options, message] of [
  [{ addresses: ['192.0.2.0/33'] }, /"192\.0\.2\.0\/33" is no IPv4 or IPv6 address/],
  [{ addresses: ['example.com'] }, /"example\.com" is no IPv4 or IPv6 address/],
  [{ addresses: [], trustedProxies: -1 }, /whole number from 0, got -1/],
  [{ addresses: [], trustedProxies: 1.5 }, /whole number from 0, got 1\.5/],
] as const) {
  test(`refuses to start with ${JSON.stringify(options)}`, () => {
    assert.throws(() => allowSources(options), { name: 'TypeError', message })
  })
}
