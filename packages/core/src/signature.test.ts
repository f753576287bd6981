// Tests of the signature: digests made by another program, headers byte by byte.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  equalBytes,
  parseSignatureHeader,
  sha1Signature,
  signatureHeader,
  standardWebhookContent,
} from './signature.ts'

const HEX = '52eac2713985e212351610d008e7e14fae46f902'
const utf8 = (text: string) => new TextEncoder().encode(text)

test('signs the body followed by the secret, as sha1sum does', async () => {
  const body = utf8('{"notification_type":"user_validation","user":{"id":"1234567"}}')
  assert.equal(await sha1Signature(body, 'my_secret'), 'cb8006311f0568a9d6ea28567b478b1db2328625')
})

test('hashes body and secret as UTF-8', async () => {
  assert.equal(await sha1Signature(utf8('{"name":"Zoë"}'), 'пароль'), '67c2e5805f26d153624da9f163107f66cdfb072e')
})

test('signs any bytes like another implementation', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), fc.string({ unit: 'binary' }), async (body, secret) => {
      const expected = createHash('sha1').update(body).update(secret, 'utf8').digest('hex')
      assert.equal(await sha1Signature(body, secret), expected)
    }),
  )
})

test('a header that was made can be read', () => {
  const bytes = parseSignatureHeader(signatureHeader(HEX))
  assert.deepEqual(bytes, new Uint8Array(Buffer.from(HEX, 'hex')))
})

test('spaces around the value are tolerated', () => {
  for (const value of [` Signature ${HEX}`, `Signature ${HEX} `, `\t Signature ${HEX} \t`]) {
    assert.equal(parseSignatureHeader(value)?.length, 20, JSON.stringify(value))
  }
})

test('anything but the exact form is refused', () => {
  const refused = [
    '',
    HEX,
    'Signature',
    'Signature ',
    `Signature ${HEX.toUpperCase()}`,
    `Signature ${HEX.slice(1)}`,
    `Signature ${HEX}0`,
    `Signature  ${HEX}`,
    `Signature\t${HEX}`,
    `signature ${HEX}`,
    `Bearer ${HEX}`,
    `Signature ${HEX}\n`,
    `Signature ${HEX}, Signature ${HEX}`,
    `Signature ${'g'.repeat(40)}`,
    `Signature ${'１'.repeat(40)}`,
  ]
  assert.deepEqual(
    refused.filter((value) => parseSignatureHeader(value) !== undefined),
    [],
  )
})

test('bytes are equal only when every one of them is', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      assert.equal(equalBytes(a, Uint8Array.from(a)), true)
      assert.equal(equalBytes(a, b), Buffer.compare(a, b) === 0)
    }),
  )
})

test('one flipped bit anywhere makes a difference', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.nat({ max: 7 }), (a, place, bit) => {
      const b = a.with(place % a.length, (a[place % a.length] ?? 0) ^ (1 << bit))
      assert.equal(equalBytes(a, b), false)
    }),
  )
})

test('arrays of different lengths are not equal', () => {
  assert.equal(equalBytes(new Uint8Array(20), new Uint8Array(19)), false)
  assert.equal(equalBytes(new Uint8Array(0), new Uint8Array(0)), true)
})

test('the content of a Standard Webhooks signature is id, timestamp and body', () => {
  const content = standardWebhookContent({ id: 'msg_1', timestampSeconds: 1_674_087_231, body: utf8('{"é":1}') })
  assert.deepEqual(content, utf8('msg_1.1674087231.{"é":1}'))
})

test('bytes of a body that are no UTF-8 are kept as they are', () => {
  const content = standardWebhookContent({ id: 'm', timestampSeconds: 0, body: Uint8Array.of(0xff, 0x00) })
  assert.deepEqual([...content], [0x6d, 0x2e, 0x30, 0x2e, 0xff, 0x00])
})
