import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCEPTED, BAD_SIGNATURE, deliver, givenListener, SECRET } from './given-listener.test.fixture.ts'
import { sampleOrderPaid, sampleUserValidation, signWebhook } from './testing.ts'

const MUTATIONS = 1_000

test('accepts exactly the bytes that were signed, whatever they are', async () => {
  const { listener } = givenListener()
  const compact = JSON.stringify(sampleUserValidation())
  const bodies: Record<string, string> = {
    compact,
    indented: JSON.stringify(sampleUserValidation(), null, 2),
    'line break at the end': `${compact}\n`,
    'byte order mark': `\uFEFF${compact}`,
    unicode: JSON.stringify(sampleUserValidation({ userId: 'player-Zoë-玩家-🎮' })),
    escaped: '{"notification_type":"user_validation","user":{"id":"player-\\u00e9\\/"}}',
    'big numbers': '{"notification_type":"user_validation","n":12345678901234567890.5e-3,"user":{"id":"player-1"}}',
  }
  for (const [name, body] of Object.entries(bodies)) assert.deepEqual(await deliver(listener, body), ACCEPTED, name)
})

test('refuses a signature made with another secret', async () => {
  const { listener, problems } = givenListener()
  assert.deepEqual(await deliver(listener, sampleUserValidation(), 'another secret'), BAD_SIGNATURE)
  assert.deepEqual(
    problems.map((problem) => 'fault' in problem && problem.fault),
    ['mismatch'],
  )
})

const SIGNED = await signWebhook(sampleUserValidation(), SECRET)
const VALUE = SIGNED.headers.authorization
const HEX = VALUE.slice('Signature '.length)

for (const { name, headers, fault } of [
  { name: 'no header', headers: {}, fault: 'missing_header' },
  { name: 'two headers', headers: { authorization: [VALUE, VALUE] }, fault: 'missing_header' },
  { name: 'an empty header', headers: { authorization: '' }, fault: 'malformed_header' },
  { name: 'upper-case hex', headers: { authorization: `Signature ${HEX.toUpperCase()}` }, fault: 'upper_case_hex' },
  { name: 'no scheme', headers: { authorization: HEX }, fault: 'malformed_header' },
  { name: 'another scheme', headers: { authorization: `Bearer ${HEX}` }, fault: 'other_scheme' },
  { name: '39 digits', headers: { authorization: VALUE.slice(0, -1) }, fault: 'malformed_header' },
  { name: '41 digits', headers: { authorization: `${VALUE}0` }, fault: 'malformed_header' },
  { name: 'a second value', headers: { authorization: `${VALUE}, ${VALUE}` }, fault: 'malformed_header' },
]) {
  test(`refuses ${name} and says why in the log only`, async () => {
    const { listener, calls, problems } = givenListener()
    assert.deepEqual(await listener.handle({ headers, rawBody: SIGNED.body }), BAD_SIGNATURE)
    assert.deepEqual(calls, [])
    assert.deepEqual(
      problems.map((problem) => 'fault' in problem && problem.fault),
      [fault],
    )
  })
}

for (const { name, headers } of [
  { name: 'a header name in any case', headers: { AUTHORIZATION: VALUE } },
  { name: 'spaces around the value', headers: { authorization: `  ${VALUE}\t` } },
  { name: 'fetch Headers', headers: new Headers({ Authorization: VALUE }) },
  { name: 'a list of one value', headers: { authorization: [VALUE] } },
]) {
  test(`accepts ${name}`, async () => {
    const { listener } = givenListener()
    assert.deepEqual(await listener.handle({ headers, rawBody: SIGNED.body }), ACCEPTED)
  })
}

test('accepts the signature of every secret held, and of no other', async () => {
  const { listener } = givenListener({ secrets: ['new secret', 'old secret'] })
  const statuses: number[] = []
  for (const secret of ['new secret', 'old secret', SECRET]) {
    statuses.push((await deliver(listener, sampleUserValidation(), secret)).status)
  }
  assert.deepEqual(statuses, [204, 204, 400])
})

test('refuses every changed byte of a body', async () => {
  const { listener, calls } = givenListener()
  const signed = await signWebhook(sampleOrderPaid(), SECRET)
  for (let index = 0; index < signed.body.length; index++) {
    const rawBody = signed.body.with(index, (signed.body[index] ?? 0) ^ 1)
    const { status } = await listener.handle({ headers: signed.headers, rawBody })
    assert.ok(status === 400 || status === 500, `byte ${index}: ${status}`)
  }
  assert.deepEqual(calls, [])
})

test('accepts none of 1,000 mutated pairs of body and signature', async () => {
  const { listener, calls } = givenListener()
  const signed = await signWebhook(sampleOrderPaid(), SECRET)
  const statuses = new Set<number>()
  for (let seed = 1; seed <= MUTATIONS; seed++) {
    const mutated = mutate(signed, seed)
    const { status } = await listener.handle({ headers: { authorization: mutated.header }, rawBody: mutated.body })
    statuses.add(status)
  }
  assert.deepEqual([...statuses].sort(), [400, 500])
  assert.deepEqual(calls, [])
})

/** Changes body, header or both, by the seed: a flipped bit, a byte cut off or added, a digit replaced. */
function mutate(
  { body, headers }: { readonly body: Uint8Array; readonly headers: { readonly authorization: string } },
  seed: number,
): { readonly body: Uint8Array; readonly header: string } {
  const at = (seed * 7_919) % body.length
  const bodies = [
    body,
    body.with(at, (body[at] ?? 0) ^ (1 << (seed % 8))),
    body.slice(0, at),
    Uint8Array.of(...body, seed % 256),
    Uint8Array.of(seed % 256, ...body),
  ]
  const whichBody = seed % bodies.length
  const digitAt = 'Signature '.length + (seed % 40)
  const digit = headers.authorization[digitAt] === 'a' ? 'b' : 'a'
  const changedHeader = headers.authorization.slice(0, digitAt) + digit + headers.authorization.slice(digitAt + 1)
  const keepsHeader = whichBody !== 0 && seed % 2 === 0
  return { body: bodies[whichBody] ?? body, header: keepsHeader ? headers.authorization : changedHeader }
}
