import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sha1Signature } from '@ordertrail/core'
import { checkRequestHeader, hideSignatures, signedHeaders } from './signed-headers.ts'

const message = {
  body: Buffer.from('{"notification_type":"user_validation","name":"Zoë"}'),
  secrets: ['current-secret', 'previous-secret'],
  webhookId: 'msg_1',
  now: 1_750_000_000_999,
}

test('signs a body as listeners of the documented header check it', async () => {
  const { Authorization } = signedHeaders(message, {})
  assert.equal(Authorization, `Signature ${await sha1Signature(message.body, 'current-secret')}`)
})

test('signs for Standard Webhooks with every secret, the current one first', () => {
  // The example of the Standard Webhooks specification.
  const headers = signedHeaders(
    {
      body: Buffer.from('{"test": 2432232314}'),
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      webhookId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      now: 1_614_265_330_000,
    },
    {},
  )
  assert.equal(headers['webhook-id'], 'msg_p5jXN8AQM9LWM0D4loKWxJek')
  assert.equal(headers['webhook-timestamp'], '1614265330')
  assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  const both = signedHeaders(message, {})['webhook-signature']?.split(' ') ?? []
  const previous = signedHeaders({ ...message, secrets: ['previous-secret'] }, {})['webhook-signature']
  assert.deepEqual([both.length, both[1]], [2, previous])
})

test('names the documented headers in their documented order', () => {
  assert.deepEqual(Object.keys(signedHeaders(message, { 'X-Game': 'one' })), [
    'Accept',
    'Content-Type',
    'User-Agent',
    'X-Game',
    'Authorization',
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
  ])
})

test('hides both signatures from the attempt log', () => {
  const sent = signedHeaders(message, {})
  const hidden = JSON.stringify(hideSignatures(sent))
  for (const secret of [sent.Authorization?.slice(10), sent['webhook-signature']?.slice(3)]) {
    assert.ok(secret !== undefined && !hidden.includes(secret))
  }
})

const REFUSED: readonly (readonly [name: string, value: string])[] = [
  ['Authorization', 'x'],
  ['authorization', 'x'],
  ['Host', 'x'],
  ['Content-Length', '0'],
  ['content-encoding', 'gzip'],
  ['Webhook-Id', 'x'],
  ['webhook-signature', 'x'],
  ['Transfer-Encoding', 'chunked'],
  ['Connection', 'x'],
  ['Cookie', 'x'],
  ['X-Forwarded-For', 'x'],
  ['Proxy-Authorization', 'x'],
  ['X Game', 'x'],
  ['X-Game:', 'x'],
  ['X-Game\r\nX-Other', 'x'],
  ['', 'x'],
  ['X-Gäme', 'x'],
  ['X-Game', 'a\r\nX-Other: b'],
  ['X-Game', 'a\nb'],
  ['X-Game', 'a\0b'],
  ['X-Game', 'ä'],
  ['X-Game', 'a'.repeat(4097)],
]

test('sends no reserved or malformed header of a project', () => {
  for (const [name, value] of REFUSED) {
    assert.equal(checkRequestHeader(name, value).ok, false, JSON.stringify([name, value.slice(0, 20)]))
    assert.deepEqual(signedHeaders(message, { [name]: value }), signedHeaders(message, {}))
  }
  assert.deepEqual(checkRequestHeader('X-Game', 'one two'), { ok: true })
})
