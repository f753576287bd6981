// The pay station's JSON calls, and the documented state of payments, over real HTTP.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openTestStore } from '../../platform/store/testing/index.ts'
import { type GivenPayStation, type PayStation, REFUSAL, servePayStation } from '../testing/pay-station.ts'
import { ORDER_ID } from '../testing/payment-store.ts'

function serve(t: TestContext, given: GivenPayStation = {}): Promise<PayStation> {
  return servePayStation(t, (options) => openTestStore('sqlite memory', options), given)
}

test('pays by a call with every outcome', async (t) => {
  const message = null
  for (const [outcome, result, status] of [
    ['paid', 'paid', 'paid'],
    ['declined', 'declined', 'new'],
    ['paid_later', 'pending', 'new'],
    ['closed', 'closed', 'new'],
  ] as const) {
    const station = await serve(t)
    const seen = await station.call('pay', { token: await station.token(), outcome })
    assert.deepEqual(seen, { status: 200, body: { result, order_id: ORDER_ID, status, message } })
  }
})

test('a call completes what waits, and pays no paid order', async (t) => {
  const station = await serve(t)
  const token = await station.token()
  await station.call('pay', { token, outcome: 'paid_later', method: 'voucher' })
  assert.deepEqual(await station.call('complete', { token }), { status: 200, body: { completed: 1 } })
  const { status, body } = await station.call('pay', { token, outcome: 'paid' })
  assert.deepEqual([status, body.code], [409, 'order_not_payable'])
})

test('a call refuses what the page would not offer', async (t) => {
  const station = await serve(t)
  const token = await station.token()
  for (const [sent, status, code] of [
    [{ token: 'unknown', outcome: 'paid' }, 401, 'payment_token_not_found'],
    [{ token, outcome: 'stolen' }, 422, 'unprocessable'],
    [{ token, outcome: 'paid', method: 'gold' }, 422, 'payment_method_refused'],
  ] as const) {
    const { status: seen, body } = await station.call('pay', sent)
    assert.deepEqual([seen, body.code], [status, code])
  }
})

test('a call tells the player what the game refused', async (t) => {
  const station = await serve(t, { refuseAt: ['pay_pressed'] })
  const { body } = await station.call('pay', { token: await station.token(), outcome: 'paid' })
  assert.deepEqual(body, { result: 'refused', order_id: ORDER_ID, status: 'new', message: REFUSAL })
})

test('the documented state of payments follows them to their refunds', async (t) => {
  const station = await serve(t)
  const { shop } = station
  const token = await station.token()
  const numbers = async () => {
    const { body } = await station.paymentStatus(token)
    return (body.invoices_data as readonly { status: number; order_id: number }[]).map((each) => {
      assert.equal(each.order_id, ORDER_ID)
      return each.status
    })
  }
  assert.deepEqual(await numbers(), [])
  await station.call('pay', { token, outcome: 'declined' })
  await station.call('pay', { token, outcome: 'paid_later' })
  assert.deepEqual(await numbers(), [5, 2])
  await station.call('complete', { token })
  assert.deepEqual(await numbers(), [5, 3])
  await shop.askRefund({ amount: 50 })
  await shop.answerRefunds()
  assert.deepEqual(await numbers(), [5, 16])
  await shop.askRefund()
  await shop.answerRefunds({ kind: 'succeeded', providerReference: 're-2' })
  assert.deepEqual(await numbers(), [5, 7])
})

test('the state of payments is for the holder of their token only', async (t) => {
  const station = await serve(t)
  for (const token of ['unknown', await station.token({ order_id: null })]) {
    assert.equal((await station.paymentStatus(token)).status, 401)
  }
})
