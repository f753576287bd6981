import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { signContent } from './sign-message.ts'

/** Secrets of every length around the block of the hash, and those of the standard's own form. */
const anySecret = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 140, size: 'max' }),
  fc.uint8Array({ maxLength: 80, size: 'max' }).map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`),
)

test('signs as the hashes of node:crypto do, whatever the body and however many secrets', () => {
  const anyContent = fc.record({
    body: fc.uint8Array({ maxLength: 300, size: 'max' }),
    secrets: fc.array(anySecret, { minLength: 1, maxLength: 3 }),
    standardStart: fc.stringMatching(/^msg_[0-9a-z-]{1,40}\.[0-9]{1,12}\.$/),
  })
  fc.assert(
    fc.property(anyContent, ({ body, secrets, standardStart }) => {
      const { sha1, standard } = signContent({ body, secrets, standardStart })
      const [current = ''] = secrets
      assert.equal(sha1, createHash('sha1').update(body).update(current, 'utf8').digest('hex'))
      assert.deepEqual(
        standard,
        secrets.map((secret) =>
          createHmac('sha256', keyOf(secret)).update(standardStart).update(body).digest('base64'),
        ),
      )
    }),
  )
})

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret, 'utf8')
}

test('keeps the secrets of many projects apart', () => {
  const sign = (secret: string): readonly string[] =>
    signContent({ body: Buffer.from('{}'), secrets: [secret], standardStart: 'msg_1.1.' }).standard
  const secrets = Array.from({ length: 1_500 }, (_, number) => `secret ${number}`)
  const first = secrets.map(sign)
  assert.deepEqual(secrets.map(sign), first)
  assert.equal(new Set(first.flat()).size, secrets.length)
})

test('signs without a secret, which some listeners have left empty', () => {
  const { sha1, standard } = signContent({ body: Buffer.from('{}'), secrets: [], standardStart: 'msg_1.1.' })
  assert.equal(sha1, createHash('sha1').update('{}').digest('hex'))
  assert.deepEqual(standard, [])
})
