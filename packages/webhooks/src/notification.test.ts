// `read`: every type as one member of the union, told apart by type and mode, and no handler called.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BAD_SIGNATURE, givenListener, refusal, SECRET } from './given-listener.test.fixture.ts'
import type { Notification } from './notification.ts'
import type { SampleOrder } from './testing.ts'
import { sampleWebhook, signWebhook } from './testing.ts'

async function read(body: object, secret: string = SECRET) {
  const { listener, calls, problems } = givenListener({ projectId: 44056 })
  const signed = await signWebhook(body, secret)
  const result = await listener.read({ headers: signed.headers, rawBody: signed.body })
  assert.deepEqual(calls, [])
  return { result, problems }
}

async function notificationOf(body: object): Promise<Notification> {
  const { result } = await read(body)
  assert.ok(result.kind === 'notification')
  return result.notification
}

/** One line for each member of the union; a type that is missing here does not compile. */
function line(notification: Notification): string {
  switch (notification.type) {
    case 'order_paid':
    case 'order_canceled':
      return `${notification.type} ${notification.mode} ${notification.order.orderId} ${billingOf(notification)}`
    case 'payment':
      return `payment ${notification.payment.transactionId} ${notification.payment.raw.transaction.payment_method}`
    case 'refund':
    case 'partial_refund':
    case 'ps_declined':
      return `${notification.type} ${notification.refund.transactionId} ${notification.refund.refund?.code}`
    case 'user_validation':
      return `user_validation ${notification.userId}`
    case 'user_search':
      return `user_search ${notification.query.userId ?? notification.query.publicId}`
    case 'partner_side_catalog':
      return `partner_side_catalog ${notification.query.userId}`
    case 'other':
      return `other ${notification.notificationType}`
  }
}

/** In combined mode the compiler knows that there is a billing object. */
function billingOf(notification: Extract<Notification, { readonly mode: string }>): string {
  return notification.mode === 'combined' ? notification.order.raw.billing.notification_type : 'no billing'
}

const COMBINED: SampleOrder = { mode: 'combined' }
const SEPARATE: SampleOrder = { mode: 'separate' }

for (const { body, told } of [
  { body: sampleWebhook('order_paid', COMBINED), told: 'order_paid combined 59614241 payment' },
  { body: sampleWebhook('order_paid', SEPARATE), told: 'order_paid separate 59614241 no billing' },
  { body: sampleWebhook('order_paid', { money: 'free' }), told: 'order_paid separate 59614241 no billing' },
  { body: sampleWebhook('order_canceled', COMBINED), told: 'order_canceled combined 59614241 refund' },
  { body: sampleWebhook('order_canceled', SEPARATE), told: 'order_canceled separate 59614241 no billing' },
  { body: sampleWebhook('payment'), told: 'payment 2105129134 1380' },
  { body: sampleWebhook('refund'), told: 'refund 2105129134 1' },
  { body: sampleWebhook('partial_refund'), told: 'partial_refund 2105129134 1' },
  { body: sampleWebhook('user_validation'), told: 'user_validation player-1' },
  { body: sampleWebhook('user_search'), told: 'user_search player-1' },
  { body: sampleWebhook('partner_side_catalog'), told: 'partner_side_catalog player-1' },
  { body: { notification_type: 'dispute' }, told: 'other dispute' },
  { body: { notification_type: 'toString' }, told: 'other toString' },
]) {
  test(`reads ${told}`, async () => {
    assert.equal(line(await notificationOf(body)), told)
  })
}

test('reads ps_declined', async () => {
  assert.match(line(await notificationOf(sampleWebhook('ps_declined'))), /^ps_declined 2105129134 \d+$/)
})

for (const type of ['order_paid', 'order_canceled', 'payment', 'refund', 'partial_refund', 'ps_declined'] as const) {
  for (const isSandbox of [true, false]) {
    test(`tells that a ${type} is ${isSandbox ? 'a test' : 'real trade'}`, async () => {
      const notification = await notificationOf(sampleWebhook(type, { isSandbox }))
      const facts = { ...notification } as { order?: object; payment?: object; refund?: object }
      assert.deepEqual(
        [facts.order ?? facts.payment ?? facts.refund].map((read) => Reflect.get(read ?? {}, 'isSandbox')),
        [isSandbox],
      )
    })
  }
}

test('reads nothing of what is not to be believed, and gives the answer', async () => {
  const unsigned = await read(sampleWebhook('order_paid'), 'another')
  assert.deepEqual(unsigned.result, { kind: 'refused', answer: BAD_SIGNATURE })
  const foreign = await read(sampleWebhook('order_paid', { projectId: 1 }))
  const answer = refusal('INVALID_PARAMETER', 'This listener serves project 44056')
  assert.deepEqual(foreign.result, { kind: 'refused', answer })
  const broken = await read({ notification_type: 'order_paid' })
  const incomplete = refusal('INVALID_PARAMETER', 'order.id must be a whole number')
  assert.deepEqual(broken.result, { kind: 'refused', answer: incomplete })
  assert.deepEqual(
    broken.problems.map(({ kind }) => kind),
    ['invalid_body'],
  )
})

test('takes a body as text where a runtime gives nothing else', async () => {
  const { listener } = givenListener()
  const signed = await signWebhook(sampleWebhook('user_validation', { userId: 'player-Zoë-🎮' }), SECRET)
  const rawBody = new TextDecoder().decode(signed.body)
  assert.equal((await listener.handle({ headers: signed.headers, rawBody })).status, 204)
})
