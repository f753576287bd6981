// Our own calls about one order: its story, its fulfilment and its cancellation, over HTTP.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eachStore, openTestStore } from '../platform/store/testing/index.ts'
import { PROJECT_ID } from './testing/given-rows.ts'
import { type GivenShop, openShop } from './testing/open-shop.ts'
import { serveOrders } from './testing/serve-orders.ts'

type Ending = Parameters<typeof openShop>[0]

async function given(t: Ending, shopMembers: GivenShop = {}) {
  const shop = await openShop(t, (options) => openTestStore('sqlite memory', options), shopMembers)
  return { shop, request: await serveOrders(t, shop) }
}

const pathOf = (orderId: number, call = '') => `/v1/projects/${PROJECT_ID}/orders/${orderId}${call}`
const server = { caller: 'server' } as const

test('a paid order is fulfilled by the call, and a repeat is ignored', async (t) => {
  const { shop, request } = await given(t, { settings: { fulfilment: 'api' } })
  const id = await shop.buy()
  await shop.pay(id)
  const call = () => request('POST', pathOf(id, '/fulfillment'), { ...server, body: { note: 'sent by mail' } })
  const [first, again] = [await call(), await call()]
  assert.deepEqual([first.status, first.body], [200, { order_id: id, status: 'done', result: 'applied' }])
  assert.deepEqual([again.status, again.body], [200, { order_id: id, status: 'done', result: 'ignored' }])
  const entry = await shop.store.read
    .selectFrom('status_transitions')
    .where('to_status', '=', 'done')
    .select(['cause', 'cause_reference', 'note'])
    .executeTakeFirst()
  assert.deepEqual(entry, { cause: 'fulfilled', cause_reference: 'key:backend', note: 'sent by mail' })
})

const refusals = [
  {
    what: 'fulfilment where the game acknowledges',
    call: '/fulfillment',
    settings: {},
    isPaid: true,
    code: 'fulfilment_way_refused',
  },
  {
    what: 'fulfilment of an unpaid order',
    call: '/fulfillment',
    settings: { fulfilment: 'api' },
    isPaid: false,
    code: 'transition_refused',
  },
  { what: 'cancelling a paid order', call: '/cancel', settings: {}, isPaid: true, code: 'transition_refused' },
] as const

for (const { what, call, settings, isPaid, code } of refusals)
  test(`refuses ${what}`, async (t) => {
    const { shop, request } = await given(t, { settings })
    const id = await shop.buy()
    if (isPaid) await shop.pay(id)
    const { status, body } = await request('POST', pathOf(id, call), { ...server, body: {} })
    assert.deepEqual([status, body?.code], [409, code])
  })

test('staff cancels what is unpaid and revokes what was free', async (t) => {
  const { shop, request } = await given(t)
  for (const [id, cause] of [
    [await shop.buy(), 'staff_cancel'],
    [await shop.buyFree(), 'staff_revoke'],
  ] as const) {
    const { body } = await request('POST', pathOf(id, '/cancel'), { ...server, body: {} })
    assert.deepEqual(body, { order_id: id, status: 'canceled', result: 'applied' })
    assert.ok((await shop.timeline(id)).at(-1)?.endsWith(cause))
  }
})

test('an order that is not there is a problem with a code', async (t) => {
  const { request } = await given(t)
  for (const [method, call] of [
    ['GET', ''],
    ['POST', '/fulfillment'],
    ['POST', '/cancel'],
  ] as const) {
    const { status, body, headers } = await request(
      method,
      pathOf(12, call),
      method === 'POST' ? { ...server, body: {} } : server,
    )
    assert.deepEqual([status, body?.code], [404, 'order_not_found'])
    assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/)
  }
})

test('members that the call does not know are refused', async (t) => {
  const { shop, request } = await given(t)
  const { status } = await request('POST', pathOf(await shop.buy(), '/cancel'), { ...server, body: { reason: 'x' } })
  assert.equal(status, 422)
})

eachStore((name, open) => {
  test(`${name}: the story of an order has everything that was done about it`, async (t) => {
    const shop = await openShop(t, open, { settings: { webhookMode: 'separate' } })
    const request = await serveOrders(t, shop)
    const id = await shop.buy({ customParameters: '{"guild":"red"}' })
    await shop.pay(id)
    await shop.attempt(id)
    await shop.giveBack(id)
    const { status, body } = await request('GET', pathOf(id), server)
    assert.equal(status, 200)
    const story = body as Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>
    const lengths = Object.fromEntries(Object.entries(story).map(([part, rows]) => [part, rows.length]))
    assert.deepEqual(lengths, {
      order: undefined,
      items: 1,
      timeline: 3,
      payments: 1,
      refunds: 1,
      notifications: 4,
      deliveries: 4,
      attempts: 0,
      events: 0,
    })
    const order = (body as { order: Readonly<Record<string, unknown>> }).order
    assert.deepEqual([order.status, order.custom_parameters, order.amount], ['canceled', { guild: 'red' }, 499])
    assert.match(String(order.created_at), /^\d{4}-.*Z$/)
    assert.equal(story.items?.[0]?.is_bundle_content, false)
    assert.deepEqual(
      story.notifications?.map(({ type }) => type),
      ['payment', 'order_paid', 'refund', 'order_canceled'],
    )
    assert.deepEqual(story.deliveries?.[0]?.offsets, [0, 1, 3, 7, 15, 30, 60, 120, 210, 330, 480, 660])
    assert.equal('lease_token' in (story.deliveries?.[0] ?? {}), false)
  })
})
