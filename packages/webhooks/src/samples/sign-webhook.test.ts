import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { signWebhook } from './sign-webhook.ts'

// printf '{"a":1}key' | sha1sum
const DIGEST = 'f87f007ee43074224f925bb3f6511ab8a69ff086'
const SENT_AT = new Date('2026-07-31T06:10:23.900Z')

function standard(content: string, key: Buffer): string {
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`
}

for (const { name, body } of [
  { name: 'text', body: '{"a":1}' },
  { name: 'bytes', body: new TextEncoder().encode('{"a":1}') },
  { name: 'an object, written as compact JSON', body: { a: 1 } },
]) {
  test(`signs ${name} with SHA-1 over the body followed by the secret, and as Standard Webhooks`, async () => {
    assert.deepEqual(await signWebhook(body, 'key', { id: 'msg_7', sentAt: SENT_AT }), {
      body: new TextEncoder().encode('{"a":1}'),
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        authorization: `Signature ${DIGEST}`,
        'webhook-id': 'msg_7',
        'webhook-timestamp': '1785478223',
        'webhook-signature': standard('msg_7.1785478223.{"a":1}', Buffer.from('key')),
      },
    })
  })
}

test('while a secret is rotated the documented header carries the newest signature and the standard one all', async () => {
  const secrets = ['key', `whsec_${Buffer.from('old key').toString('base64')}`]
  const { headers } = await signWebhook('{"a":1}', secrets, { id: 'msg_7', sentAt: SENT_AT })
  const content = 'msg_7.1785478223.{"a":1}'
  assert.equal(headers.authorization, `Signature ${DIGEST}`)
  assert.equal(
    headers['webhook-signature'],
    `${standard(content, Buffer.from('key'))} ${standard(content, Buffer.from('old key'))}`,
  )
})

test('each webhook has an id of its own and is sent now', async () => {
  const before = Math.floor(Date.now() / 1000)
  const [one, two] = await Promise.all([signWebhook('{}', 'key'), signWebhook('{}', 'key')])
  assert.notEqual(one.headers['webhook-id'], two.headers['webhook-id'])
  const sentAt = Number(one.headers['webhook-timestamp'])
  assert.ok(before <= sentAt && sentAt <= Math.floor(Date.now() / 1000), String(sentAt))
})
