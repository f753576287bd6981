import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  sampleOrderCanceled,
  sampleOrderPaid,
  samplePayment,
  sampleUserValidation,
  signWebhook,
} from '@ordertrail/webhooks/testing'
import type { BackendEvent } from './backend-event.ts'
import { startGameBackend } from './server.ts'

const SECRET = 'dev_secret_change_me'
const BUNDLE = [
  { sku: 'starter_pack', type: 'bundle', quantity: 1 },
  { sku: 'gold', type: 'virtual_currency', quantity: 1500, amount: null },
  { sku: 'sword', quantity: 1, amount: null },
] as const

async function givenBackend(t: TestContext) {
  const events: BackendEvent[] = []
  const onEvent = (event: BackendEvent): void => void events.push(event)
  const backend = await startGameBackend({ port: 0, secret: SECRET, users: ['player-1'], onEvent, onError: () => {} })
  t.after(() => backend.stop())
  return { backend, events }
}

async function post(url: string, body: object, secret: string = SECRET): Promise<number> {
  const signed = await signWebhook(body, secret)
  const response = await fetch(url, { method: 'POST', ...signed })
  await response.arrayBuffer()
  return response.status
}

test('grants once, takes back on cancellation, and does not grant again after it', async (t) => {
  const { backend } = await givenBackend(t)
  const owned: unknown[] = []
  for (const body of [
    samplePayment(),
    sampleOrderPaid({ mode: 'separate' }),
    sampleOrderPaid({ mode: 'separate' }),
    sampleOrderPaid({ orderId: 2 }),
    sampleOrderCanceled(),
    sampleOrderPaid(),
  ]) {
    assert.equal(await post(backend.url, body), 204)
    owned.push(backend.inventory('player-1'))
  }
  assert.deepEqual(owned, [{}, { gold_100: 1 }, { gold_100: 1 }, { gold_100: 2 }, { gold_100: 1 }, { gold_100: 1 }])
  assert.deepEqual(backend.inventory('player-2'), {})
})

test('gives what is inside a bundle, and not its wrapping', async (t) => {
  const { backend } = await givenBackend(t)
  await post(backend.url, sampleOrderPaid({ items: [...BUNDLE, { sku: 'hat' }] }))
  assert.deepEqual(backend.inventory('player-1'), { gold: 1500, sword: 1, hat: 1 })
})

test('tells each webhook with its answer', async (t) => {
  const { backend, events } = await givenBackend(t)
  await post(backend.url, sampleUserValidation())
  await post(backend.url, sampleUserValidation({ userId: 'nobody' }))
  await post(backend.url, sampleOrderPaid({ orderId: 7 }))
  await post(backend.url, sampleOrderPaid({ orderId: 8 }), 'another secret')
  assert.deepEqual(events, [
    { notificationType: 'user_validation', orderId: null, userId: 'player-1', status: 204, code: null },
    { notificationType: 'user_validation', orderId: null, userId: 'nobody', status: 400, code: 'INVALID_USER' },
    { notificationType: 'order_paid', orderId: 7, userId: 'player-1', status: 204, code: null },
    { notificationType: null, orderId: null, userId: null, status: 400, code: 'INVALID_SIGNATURE' },
  ])
})

test('stops twice without complaint, and says when its port is taken', async (t) => {
  const { backend } = await givenBackend(t)
  const port = Number(new URL(backend.url).port)
  await assert.rejects(startGameBackend({ port, secret: SECRET, users: [] }), { code: 'EADDRINUSE' })
  await backend.stop()
  await backend.stop()
})

test('runs alone, set up by the environment, and ends on SIGTERM', async () => {
  const { child, lines } = runAlone({ WEBHOOK_SECRET: SECRET, PORT: '0', USERS: 'player-1' })
  const { value: greeting } = await lines.next()
  const url = /http:\S+/.exec(greeting ?? '')?.[0] ?? ''
  assert.equal(await post(url, sampleOrderPaid()), 204)
  assert.equal((await lines.next()).value, 'order_paid 59614241 player-1 -> 204')
  assert.equal(await post(url, sampleOrderPaid(), 'another secret'), 400)
  assert.equal((await lines.next()).value, 'webhook -> 400 INVALID_SIGNATURE')
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'close'), [0, null])
})

test('says what is missing when it runs alone without a secret', async () => {
  const { child } = runAlone({})
  const [[code], error] = await Promise.all([once(child, 'close'), textOf(child.stderr)])
  assert.deepEqual([code, error], [1, 'Set WEBHOOK_SECRET to the webhook secret of your project.\n'])
})

function runAlone(env: Readonly<Record<string, string>>) {
  const server = fileURLToPath(new URL('./server.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=ordertrail-source', server], { env, stdio: 'pipe' })
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
