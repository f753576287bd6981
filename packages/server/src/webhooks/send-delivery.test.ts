// Why a webhook is not sent.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '@ordertrail/core'
import { storeUnavailable } from '../platform/store/index.ts'
import { sendDelivery } from './send-delivery.ts'

const MESSAGE = { projectId: 1, notificationId: 7, type: 'order_paid', body: '{}', startedAt: 0 } as const

/** Sends where the directory fails with `error`. */
function sendWithout(error: unknown) {
  const directory = { webhookTarget: () => Promise.reject(error) }
  const sender = { send: () => assert.fail('nobody knows where to') }
  return sendDelivery({ directory, sender, faults: null, deadlineMs: 1_000 }, MESSAGE)
}

test('a store that is away for a moment is no secret that waits for a person', async () => {
  const away = storeUnavailable('PostgreSQL did not answer.')
  assert.deepEqual(await sendWithout(away), { kind: 'unsent', reason: 'store_away', error: away })
  const unreadable = new AppError('secret_unreadable')
  assert.deepEqual(await sendWithout(unreadable), { kind: 'unsent', reason: 'secret_unreadable', error: unreadable })
})
