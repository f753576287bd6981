import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWebhookListener } from './listener.ts'
import type { WebhookListenerOptions } from './listener-options.ts'
import { secretScope } from './secrets.ts'

const HANDLERS = { userExists: () => true, onPaid: () => {}, onCanceled: () => {} }

for (const { name, options, message } of [
  { name: 'no secret', options: {}, message: /secret is missing or empty/ },
  { name: 'an empty secret', options: { secret: '' }, message: /secret is missing or empty/ },
  { name: 'no secret in the list', options: { secrets: [] }, message: /secret is missing or empty/ },
  { name: 'an empty secret in the list', options: { secrets: ['new', ''] }, message: /secret is missing or empty/ },
  { name: 'both options', options: { secret: 'a', secrets: ['b'] }, message: /either secret or secrets/ },
  { name: 'a line break at the end', options: { secret: 'key\n' }, message: /ends with white space.*remove it/ },
  { name: 'a space in front', options: { secret: ' key' }, message: /begins or ends with white space/ },
  { name: 'no onPaid', options: { secret: 'key', onPaid: undefined }, message: /needs the function onPaid/ },
]) {
  test(`refuses to start with ${name}`, () => {
    const all = { ...HANDLERS, ...options } as WebhookListenerOptions
    assert.throws(() => createWebhookListener(all), { name: 'TypeError', message })
  })
}

test('starts with a secret that holds spaces and letters of any alphabet', () => {
  createWebhookListener({ ...HANDLERS, secret: 'my tajný ключ 🔑' })
})

test('keeps its scope while a new secret is added in front', async () => {
  assert.equal(await secretScope(['new', 'old']), await secretScope(['old']))
  assert.notEqual(await secretScope(['new']), await secretScope(['old']))
})
