// A test of your handlers with node:test: signed as the sender signs, and handed to the listener.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleOrderPaid, sampleUserValidation, signWebhook } from '@ordertrail/webhooks/testing'
import { listener } from './listener.mjs'

async function send(webhook) {
  const { body, headers } = await signWebhook(webhook, 'dev_webhook_secret_for_your_own_machine_only')
  return listener.handle({ headers, rawBody: body })
}

test('knows its players, and grants an order once', async () => {
  assert.equal((await send(sampleUserValidation({ userId: 'player-1' }))).status, 204)
  assert.equal((await send(sampleUserValidation({ userId: 'nobody' }))).status, 400)
  const paid = sampleOrderPaid({ orderId: 7, userId: 'player-1', items: [{ sku: 'sword' }] })
  assert.equal((await send(paid)).status, 204)
  assert.equal((await send(paid)).status, 204)
})
