import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuse } from './answer.ts'
import { ACCEPTED, deliver, givenListener, refusal, SECRET, TEMPORARY } from './given-listener.test.fixture.ts'
import { createWebhookListener } from './listener.ts'
import { sampleOrderCanceled, sampleOrderPaid, samplePayment, sampleRefund, sampleUserValidation } from './testing.ts'

for (const { name, body, answer } of [
  { name: 'a known user', body: sampleUserValidation(), answer: ACCEPTED },
  {
    name: 'an unknown user',
    body: sampleUserValidation({ userId: 'nobody' }),
    answer: refusal('INVALID_USER', 'Invalid user'),
  },
  {
    name: 'a validation without a user',
    body: { notification_type: 'user_validation' },
    answer: refusal('INVALID_PARAMETER', 'user.id is missing'),
  },
  { name: 'broken JSON', body: '{"a":', answer: refusal('INVALID_PARAMETER', 'The body is not JSON in UTF-8') },
  { name: 'an empty body', body: '', answer: refusal('INVALID_PARAMETER', 'The body is not JSON in UTF-8') },
  {
    name: 'a body that is not UTF-8',
    body: Uint8Array.of(0x22, 0xff, 0x22),
    answer: refusal('INVALID_PARAMETER', 'The body is not JSON in UTF-8'),
  },
  { name: 'a list', body: '[]', answer: refusal('INVALID_PARAMETER', 'The body is not a JSON object') },
  { name: 'no type', body: {}, answer: refusal('INVALID_PARAMETER', 'notification_type is missing') },
  {
    name: 'a type that is no text',
    body: { notification_type: {} },
    answer: refusal('INVALID_PARAMETER', 'notification_type is missing'),
  },
  { name: 'an unknown type', body: { notification_type: 'create_subscription' }, answer: ACCEPTED },
  { name: 'a type named like a member of objects', body: { notification_type: '__proto__' }, answer: ACCEPTED },
  { name: 'a payment nobody listens for', body: samplePayment(), answer: ACCEPTED },
  { name: 'a refund nobody listens for', body: sampleRefund(), answer: ACCEPTED },
  {
    name: 'an order without id',
    body: { ...sampleOrderPaid(), order: {} },
    answer: refusal('INVALID_PARAMETER', 'order.id must be a whole number'),
  },
  {
    name: 'a user_search nobody answers',
    body: { notification_type: 'user_search' },
    answer: refusal('INVALID_PARAMETER', 'This listener does not answer user_search'),
  },
  {
    name: 'a catalog question nobody answers',
    body: { notification_type: 'partner_side_catalog', user: { user_id: null } },
    answer: refusal('INVALID_PARAMETER', 'This listener does not answer partner_side_catalog'),
  },
]) {
  test(`answers ${name} with ${answer.status}`, async () => {
    const { listener, calls } = givenListener()
    assert.deepEqual(await deliver(listener, body), answer)
    assert.deepEqual(calls, [])
  })
}

test('takes a user id written as a number', async () => {
  const { listener } = givenListener({ userExists: (userId) => userId === '1234567' })
  const body = { notification_type: 'user_validation', user: { id: 1234567 } }
  assert.deepEqual(await deliver(listener, body), ACCEPTED)
})

test('waits for a check of the user that takes time', async () => {
  const { listener } = givenListener({ userExists: async () => false })
  assert.deepEqual(await deliver(listener, sampleUserValidation()), refusal('INVALID_USER', 'Invalid user'))
})

test('grants on order_paid and never on payment', async () => {
  const { listener, calls } = givenListener()
  for (const body of [samplePayment(), sampleOrderPaid({ mode: 'separate' })]) {
    assert.deepEqual(await deliver(listener, body), ACCEPTED)
  }
  assert.deepEqual(calls, ['paid 59614241'])
})

for (const { name, handlers, body } of [
  { name: 'onPaid', handlers: { onPaid: fail }, body: sampleOrderPaid() },
  { name: 'onCanceled', handlers: { onCanceled: fail }, body: sampleOrderCanceled() },
  { name: 'onPayment', handlers: { onPayment: fail }, body: samplePayment() },
  { name: 'userExists', handlers: { userExists: fail }, body: sampleUserValidation() },
  { name: 'onOther', handlers: { onOther: fail }, body: { notification_type: 'dispute' } },
]) {
  test(`answers 500 when ${name} throws, and keeps what it threw out of the answer`, async () => {
    const { listener, problems } = givenListener(handlers)
    assert.deepEqual(await deliver(listener, body), TEMPORARY)
    const notificationType = body.notification_type
    const sentence = `The handler of ${notificationType} failed; answered 500, so it will be sent again`
    assert.deepEqual(problems, [{ kind: 'handler_failed', notificationType, sentence, cause: FAILURE }])
  })
}

const FAILURE = new Error('database away')
async function fail(): Promise<never> {
  throw FAILURE
}

test('answers 400 with the code that a handler refuses with', async () => {
  const { listener } = givenListener({
    onPaid: () => refuse('INCORRECT_AMOUNT'),
    onPayment: async () => refuse('INCORRECT_INVOICE', 'No such invoice'),
    onOther: () => refuse('INVALID_PARAMETER'),
  })
  assert.deepEqual(await deliver(listener, sampleOrderPaid()), refusal('INCORRECT_AMOUNT', 'Incorrect amount'))
  assert.deepEqual(await deliver(listener, samplePayment()), refusal('INCORRECT_INVOICE', 'No such invoice'))
  const other = { notification_type: 'dispute' }
  assert.deepEqual(await deliver(listener, other), refusal('INVALID_PARAMETER', 'Invalid parameter'))
})

test('hands types of its own to onOther', async () => {
  const seen: unknown[] = []
  const { listener } = givenListener({ onOther: (type, raw) => void seen.push([type, raw]) })
  const body = { notification_type: 'dispute', action: 'adding' }
  assert.deepEqual(await deliver(listener, body), ACCEPTED)
  assert.deepEqual(seen, [['dispute', body]])
})

test('answers user_search with the user found, or 400', async () => {
  const { listener } = givenListener({
    onUserSearch: ({ publicId, userId }) => (publicId === 'zoe' && userId === null ? { id: 'player-1' } : null),
  })
  const ask = (publicId: string) =>
    deliver(listener, { notification_type: 'user_search', user: { public_id: publicId } })
  assert.deepEqual(await ask('zoe'), {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"user":{"id":"player-1"}}',
  })
  assert.deepEqual(await ask('max'), refusal('INVALID_USER', 'Invalid user'))
})

for (const { name, body, userId } of [
  {
    name: 'of today',
    body: { notification_type: 'partner_side_catalog', user: { user_id: '12345' } },
    userId: '12345',
  },
  { name: 'of older senders', body: { notification_type: 'partner_side_catalog', user: { id: '7' } }, userId: '7' },
  { name: 'without a type', body: { user: { user_id: '12345', country: 'US' } }, userId: '12345' },
  { name: 'for a visitor', body: { notification_type: 'partner_side_catalog', user: { user_id: null } }, userId: null },
]) {
  test(`answers a catalog question ${name}`, async () => {
    const { listener } = givenListener({
      onPartnerCatalog: (query) => [{ sku: `for ${query.userId}`, quantity: null }],
    })
    assert.deepEqual(await deliver(listener, body), {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ sku: `for ${userId}`, quantity: null }]),
    })
  })
}

test('answers 404 to a catalog question about an unknown user', async () => {
  const { listener } = givenListener({ onPartnerCatalog: () => null })
  const body = { notification_type: 'partner_side_catalog', user: { user_id: '12345' } }
  assert.deepEqual(await deliver(listener, body), refusal('INVALID_USER', 'Invalid user', 404))
})

test('refuses webhooks of another project where its own is known', async () => {
  const { listener, calls } = givenListener({ projectId: 44056 })
  const answers = []
  for (const projectId of [44056, 1]) {
    for (const body of [sampleUserValidation({ projectId }), sampleOrderPaid({ projectId })]) {
      answers.push(await deliver(listener, body))
    }
  }
  const foreign = refusal('INVALID_PARAMETER', 'This listener serves project 44056')
  assert.deepEqual(answers, [ACCEPTED, ACCEPTED, foreign, foreign])
  assert.deepEqual(calls, ['paid 59614241'])
})

test('throws the advice about the raw body when it is given a parsed one', async () => {
  const { listener } = givenListener()
  const parsed = sampleOrderPaid() as unknown as Uint8Array
  await assert.rejects(listener.handle({ headers: {}, rawBody: parsed }), {
    name: 'TypeError',
    message: /already read or parsed.*express\.raw/,
  })
})

test('answers as ever when onError throws', async (t) => {
  const toConsole = t.mock.method(console, 'error', () => {})
  const { listener } = givenListener({
    onError: () => {
      throw FAILURE
    },
  })
  assert.equal((await deliver(listener, '{}')).status, 400)
  assert.deepEqual(
    toConsole.mock.calls.map((call) => call.arguments),
    [['onError of the webhook listener threw', FAILURE]],
  )
})

test('writes problems to the console when there is no onError', async (t) => {
  const toConsole = t.mock.method(console, 'error', () => {})
  const listener = createWebhookListener({ secret: SECRET, userExists: fail, onPaid: fail, onCanceled: fail })
  await deliver(listener, '{}')
  await deliver(listener, sampleOrderPaid())
  assert.deepEqual(
    toConsole.mock.calls.map((call) => call.arguments),
    [
      ['webhook.invalid_body: notification_type is missing'],
      ['webhook.handler_failed: The handler of order_paid failed; answered 500, so it will be sent again', FAILURE],
    ],
  )
})
