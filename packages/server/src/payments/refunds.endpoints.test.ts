// Refunds over real HTTP.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { givenRoute, givenServer } from '../platform/http/testing/index.ts'
import { openTestStore } from '../platform/store/testing/index.ts'
import { makeRefundEndpoints } from './refunds.endpoints.ts'
import { ORDER_ID, openPayments, type Payments, PROJECT_ID } from './testing/payment-store.ts'

type Json = Readonly<Record<string, unknown>>

interface Served {
  readonly shop: Payments
  ask(body: object, orderId?: number): Promise<readonly [status: number, body: Json]>
  list(orderId?: number): Promise<readonly [status: number, body: Json]>
}

async function serve(t: TestContext): Promise<Served> {
  const shop = await openPayments(t, (options) => openTestStore('sqlite memory', options))
  const endpoints = makeRefundEndpoints({ store: shop.store })
  const path = '/v1/projects/{project_id}/orders/{order_id}/refunds'
  const { url } = await givenServer(t, [
    givenRoute(endpoints.request, { method: 'POST', access: 'project', path }),
    givenRoute(endpoints.list, { access: 'project', path }),
  ])
  const call = async (orderId: number, init: RequestInit) => {
    const response = await fetch(`${url}/v1/projects/${PROJECT_ID}/orders/${orderId}/refunds`, init)
    return [response.status, (await response.json()) as Json] as const
  }
  const headers = { 'content-type': 'application/json' }
  return {
    shop,
    ask: (body, orderId = ORDER_ID) => call(orderId, { method: 'POST', headers, body: JSON.stringify(body) }),
    list: (orderId = ORDER_ID) => call(orderId, {}),
  }
}

test('a refund is asked for, listed, and shows how it ended', async (t) => {
  const { shop, ask, list } = await serve(t)
  await shop.tell()
  const [status, asked] = await ask({ code: 9, reason_detail: 'Bought by a child' })
  assert.equal(status, 202)
  const { id, transaction_id, requested_at, ...rest } = asked
  assert.ok(Number.isSafeInteger(id) && Number.isSafeInteger(transaction_id))
  assert.equal(new Date(String(requested_at)).toISOString(), requested_at)
  assert.deepEqual(rest, {
    order_id: ORDER_ID,
    state: 'requested',
    amount: 199,
    currency: 'USD',
    code: 9,
    reason: 'Request of the player',
    reason_detail: 'Bought by a child',
    author: 'API key test',
    failure: null,
    ended_at: null,
  })
  await shop.answerRefunds()
  const [, { refunds }] = await list()
  const [ended] = refunds as readonly Json[]
  assert.deepEqual([ended?.id, ended?.state, typeof ended?.ended_at], [id, 'succeeded', 'string'])
})

test('the one who decided is named where the caller says so', async (t) => {
  const { shop, ask } = await serve(t)
  await shop.tell()
  const [, { author, amount }] = await ask({ code: 1, amount: 10, author: 'Ana of support' })
  assert.deepEqual([author, amount], ['Ana of support', 10])
})

test('a payment in review is named by its transaction', async (t) => {
  const { shop, ask } = await serve(t)
  await shop.tell({ amount: 100 })
  const { id } = await shop.store.read.selectFrom('payments').select('id').executeTakeFirstOrThrow()
  const [status, { amount, transaction_id }] = await ask({ code: 1, transaction_id: id })
  assert.deepEqual([status, amount, transaction_id], [202, 100, id])
})

const REFUSED: readonly (readonly [what: string, body: object, status: number, code: string])[] = [
  ['a part for a reason that allows none', { code: 2, amount: 10 }, 422, 'refund_partial_refused'],
  ['more than was paid', { code: 1, amount: 200 }, 422, 'refund_amount_too_large'],
  ['nothing', { code: 1, amount: 0 }, 422, 'unprocessable'],
  ['a fraction', { code: 1, amount: 1.5 }, 422, 'unprocessable'],
  ['an unknown code', { code: 14 }, 422, 'unprocessable'],
  ['no code', {}, 422, 'unprocessable'],
  ['an unknown payment', { code: 1, transaction_id: 5 }, 404, 'payment_not_found'],
  ['an unknown member', { code: 1, sum: 5 }, 422, 'unprocessable'],
]

for (const [what, body, status, code] of REFUSED) {
  test(`refuses ${what}`, async (t) => {
    const { shop, ask } = await serve(t)
    await shop.tell()
    const [seen, problem] = await ask(body)
    assert.deepEqual([seen, problem.code], [status, code])
    assert.deepEqual(await shop.refunds(), [])
  })
}

test('an unpaid order has nothing to give back', async (t) => {
  const { ask, list } = await serve(t)
  const [status, { code }] = await ask({ code: 1 })
  assert.deepEqual([status, code], [409, 'refund_not_paid'])
  assert.deepEqual(await list(), [200, { refunds: [] }])
})

test('an absent order is not found', async (t) => {
  const { ask, list } = await serve(t)
  for (const [status, { code }] of [await ask({ code: 1 }, ORDER_ID + 1), await list(ORDER_ID + 1)]) {
    assert.deepEqual([status, code], [404, 'order_not_found'])
  }
})

test('a second refund of the whole waits for the first to end', async (t) => {
  const { shop, ask } = await serve(t)
  await shop.tell()
  await ask({ code: 1 })
  const [status, { code }] = await ask({ code: 1 })
  assert.deepEqual([status, code], [409, 'refund_in_progress'])
})
