import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signWebhook } from './sign-webhook.ts'

// printf '{"a":1}key' | sha1sum
const DIGEST = 'f87f007ee43074224f925bb3f6511ab8a69ff086'

for (const { name, body } of [
  { name: 'text', body: '{"a":1}' },
  { name: 'bytes', body: new TextEncoder().encode('{"a":1}') },
  { name: 'an object, written as compact JSON', body: { a: 1 } },
]) {
  test(`signs ${name} with SHA-1 over the body followed by the secret`, async () => {
    assert.deepEqual(await signWebhook(body, 'key'), {
      body: new TextEncoder().encode('{"a":1}'),
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        authorization: `Signature ${DIGEST}`,
      },
    })
  })
}
