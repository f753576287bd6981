// Our own calls about deliveries over HTTP.
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { type Authenticate, type Caller, createHttpServer } from '../platform/http/index.ts'
import { silentLogger } from '../platform/logger.ts'
import { noMetrics } from '../platform/metrics.ts'
import { openTestStore } from '../platform/store/testing/index.ts'
import { skipTime } from '../skip-time.ts'
import { makeWebhookEndpoints } from './deliveries.endpoints.ts'
import { createFaultInjection } from './fault-injection.ts'
import { retireDetails } from './retention/retire-details.ts'
import { openStage } from './testing/stage.ts'

const DAY_MS = 24 * 3_600_000

const CALLER: Caller = { kind: 'key', merchantId: 1001, projectId: 44056, keyName: 'support' }
const known: Authenticate = async () => CALLER

interface Answered {
  readonly status: number
  readonly body: {
    readonly code?: string
    readonly deliveries?: readonly { readonly order_id: number; readonly is_retired: boolean }[]
    readonly is_retired?: boolean
    readonly body?: string | null
    readonly next_before_id?: number | null
    readonly attempts?: readonly {
      readonly order_id?: number
      readonly type?: string
      readonly status: number
      readonly request_headers: object
      readonly is_retired: boolean
    }[]
    readonly next_cursor?: string | null
  }
}

async function openApi(t: TestContext, isDev = true) {
  const faults = isDev ? createFaultInjection() : null
  const stage = await openStage(t, (options) => openTestStore('sqlite memory', options), { dispatcher: { faults } })
  const { store, directory, sender } = stage
  const deps = {
    store,
    directory,
    sender,
    catalogSender: sender,
    faults,
    slots: null,
    logger: silentLogger,
    metrics: noMetrics,
    deadlineMs: 5_000,
  }
  const e = makeWebhookEndpoints(deps)
  const own = { access: 'project', errors: 'problem' } as const
  const server = createHttpServer({
    routes: [
      { method: 'GET', path: '/v1/projects/{project_id}/deliveries', endpoint: e.listDeliveries, ...own },
      { method: 'GET', path: '/v1/projects/{project_id}/deliveries/{delivery_id}', endpoint: e.getDelivery, ...own },
      {
        method: 'POST',
        path: '/v1/projects/{project_id}/deliveries/{delivery_id}/resend',
        endpoint: e.resendDelivery,
        ...own,
      },
      { method: 'POST', path: '/v1/projects/{project_id}/orders/{order_id}/resend', endpoint: e.resendOrder, ...own },
      { method: 'GET', path: '/v1/projects/{project_id}/webhooks/attempts', endpoint: e.listAttempts, ...own },
      { method: 'POST', path: '/v1/dev/fail-next', endpoint: e.failNext, access: 'dev', errors: 'problem' },
    ],
    authenticators: {
      anyone: known,
      player: known,
      cart: known,
      project: known,
      merchant: known,
      installation: known,
      dev: known,
    },
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
    metrics: noMetrics,
    rateLimits: 'off',
  })
  await server.start()
  t.after(() => server.stop())
  const call = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answered> => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const init = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await fetch(`${server.address().url}${path}`, { method, headers, ...init })
    return { status: response.status, body: (await response.json()) as Answered['body'] }
  }
  return { stage, call }
}

const BASE = '/v1/projects/44056'

test('lists deliveries newest first, by order, type and state, page by page', async (t) => {
  const { stage, call } = await openApi(t)
  const orders = [await stage.giveOrder(), await stage.giveOrder(), await stage.giveOrder()]
  for (const orderId of orders) await stage.announce(orderId, 'paid')
  await stage.dispatcher.settle()
  const ordersOf = ({ body }: Answered) => body.deliveries?.map(({ order_id: id }) => id)
  const all = await call('GET', `${BASE}/deliveries?limit=2`)
  assert.deepEqual(ordersOf(all), [orders[2], orders[1]])
  const rest = await call('GET', `${BASE}/deliveries?limit=2&before_id=${all.body.next_before_id}`)
  assert.deepEqual([ordersOf(rest), rest.body.next_before_id], [[orders[0]], null])
  assert.deepEqual(ordersOf(await call('GET', `${BASE}/deliveries?order_id=${orders[1]}`)), [orders[1]])
  assert.deepEqual(ordersOf(await call('GET', `${BASE}/deliveries?type=payment`)), [])
  assert.deepEqual(ordersOf(await call('GET', `${BASE}/deliveries?state=accepted&type=order_paid`))?.length, 3)
  assert.deepEqual(
    ordersOf(await call('GET', `${BASE}/deliveries?from=2000-01-01T00:00:00Z&until=2001-01-01T00:00:00Z`)),
    [],
  )
  assert.deepEqual(ordersOf(await call('GET', '/v1/projects/44057/deliveries')), [])
  assert.equal((await call('GET', `${BASE}/deliveries?state=sent`)).status, 422)
})

test('shows one delivery with its attempts and hides the signatures', async (t) => {
  const { stage, call } = await openApi(t)
  const orderId = await stage.giveOrder()
  await stage.announce(orderId, 'paid')
  await stage.dispatcher.settle()
  const [row] = await stage.deliveries(orderId)
  const { status, body } = await call('GET', `${BASE}/deliveries/${row?.id}`)
  assert.equal(status, 200)
  const { attempts, ...delivery } = body
  assert.deepEqual(delivery, {
    id: row?.id,
    order_id: orderId,
    type: 'order_paid',
    mode: 'combined',
    state: 'accepted',
    line: 1,
    attempt_count: 1,
    attempts_max: 20,
    next_attempt_at: null,
    first_attempt_at: new Date(row?.first_attempt_at ?? 0).toISOString(),
    last_status: 204,
    ended_by: 'automatic',
    is_retired: false,
    created_at: new Date(row?.created_at ?? 0).toISOString(),
    ended_at: new Date(row?.ended_at ?? 0).toISOString(),
    body: JSON.stringify({ notification_type: 'order_paid', order: { id: orderId } }),
  })
  const [attempt] = attempts ?? []
  assert.equal(attempt?.status, 204)
  assert.doesNotMatch(JSON.stringify(attempt?.request_headers), /[0-9a-f]{40}/)
})

test('an unknown delivery and one of another project read alike', async (t) => {
  const { stage, call } = await openApi(t)
  const orderId = await stage.giveOrder()
  await stage.announce(orderId, 'paid')
  const [row] = await stage.deliveries(orderId)
  for (const path of [`${BASE}/deliveries/999999999`, `/v1/projects/44057/deliveries/${row?.id}`]) {
    const { status, body } = await call('GET', path)
    assert.deepEqual([status, body.code], [404, 'delivery_not_found'])
    assert.equal((await call('POST', `${path}/resend`)).status, 404)
  }
})

test('resends the last delivery of an order and says who asked', async (t) => {
  const { stage, call } = await openApi(t)
  stage.listener.behave(400)
  const orderId = await stage.giveOrder()
  await stage.announce(orderId, 'paid')
  await stage.dispatcher.settle()
  stage.listener.behave(201)
  const { status, body } = await call('POST', `${BASE}/orders/${orderId}/resend`)
  const [row] = await stage.deliveries(orderId)
  assert.deepEqual(
    [status, { ...body, duration_ms: 0 }],
    [
      200,
      {
        delivery_id: row?.id,
        attempt: 2,
        outcome: 'accepted',
        has_ended_delivery: true,
        status: 201,
        failure: null,
        duration_ms: 0,
        response_body: '',
      },
    ],
  )
  const attempts = await stage.attempts(orderId)
  assert.equal(attempts[1]?.requested_by, 'key:support')
})

test('a delivery that was retired says so, shows no body, and is not sent again', async (t) => {
  const { stage, call } = await openApi(t)
  const orderId = await stage.giveOrder()
  await stage.announce(orderId, 'paid')
  await stage.dispatcher.settle()
  const path = `${BASE}/deliveries/${(await stage.deliveries(orderId))[0]?.id}`
  const shown = async (): Promise<unknown> => {
    const { is_retired, body, attempts } = (await call('GET', path)).body
    const kept = attempts?.map((each) => [each.is_retired, Object.keys(each.request_headers).length > 0])
    return [is_retired, typeof body, kept]
  }
  assert.deepEqual(await shown(), [false, 'string', [[false, true]]])

  await stage.store.skipTime(40 * DAY_MS)
  await stage.store.run(retireDetails, { projectId: 44056, keptMs: 30 * DAY_MS, max: 10 })
  assert.deepEqual(await shown(), [true, 'object', [[true, false]]])
  const [listed] = (await call('GET', `${BASE}/deliveries`)).body.deliveries ?? []
  assert.equal(listed?.is_retired, true)
  const { status, body } = await call('POST', `${path}/resend`)
  assert.deepEqual([status, body.code, stage.listener.heard.length], [409, 'resend_body_retired', 1])
})

test('refuses order_paid of a canceled order, an unknown order, and one of which nothing is owed', async (t) => {
  const { stage, call } = await openApi(t)
  const canceled = await stage.giveOrder({ status: 'canceled' })
  await stage.announce(canceled, 'paid')
  await stage.dispatcher.settle()
  const codes = []
  for (const orderId of [canceled, 10_999_999, await stage.giveOrder()]) {
    const { status, body } = await call('POST', `${BASE}/orders/${orderId}/resend`)
    codes.push([status, body.code])
  }
  assert.deepEqual(codes, [
    [409, 'resend_order_canceled'],
    [404, 'order_not_found'],
    [404, 'delivery_not_found'],
  ])
})

test('fails the next attempts as asked and then sends again', async (t) => {
  const { stage, call } = await openApi(t)
  assert.deepEqual(await call('POST', '/v1/dev/fail-next', { count: 2, status: 'timeout' }), {
    status: 200,
    body: { left: 2 },
  })
  const orderId = await stage.giveOrder()
  await stage.announce(orderId, 'paid')
  await skipTime({ store: stage.store, work: [stage.dispatcher] }, 15 * 60_000)
  const attempts = await stage.attempts(orderId)
  assert.deepEqual(
    attempts.map(({ status, failure }) => [status, failure]),
    [
      [null, 'deadline: There was no answer before the deadline. (injected)'],
      [null, 'deadline: There was no answer before the deadline. (injected)'],
      [204, null],
    ],
  )
  assert.equal(stage.listener.heard.length, 1)
})

test('refuses nonsense, and everything outside of dev', async (t) => {
  const { call } = await openApi(t)
  assert.equal((await call('POST', '/v1/dev/fail-next', { count: 1, status: 700 })).status, 422)
  assert.equal((await call('POST', '/v1/dev/fail-next', { count: 1, statuss: 500 })).status, 422)
  const started = await openApi(t, false)
  assert.equal((await started.call('POST', '/v1/dev/fail-next', { count: 1 })).status, 404)
})

test('searches attempts page by page, without signatures, and refuses cursors that are none', async (t) => {
  const { stage, call } = await openApi(t)
  const orders = [await stage.giveOrder(), await stage.giveOrder()]
  for (const orderId of orders) {
    await stage.announce(orderId, 'paid')
    await stage.dispatcher.settle()
  }
  const path = `${BASE}/webhooks/attempts`
  const first = await call('GET', `${path}?limit=1&type=order_paid&kind=automatic&outcome=accepted&status=204`)
  const second = await call('GET', `${path}?limit=1&cursor=${first.body.next_cursor}`)
  const pages = [first, second].map(({ body }) => body.attempts?.map(({ order_id, type }) => [order_id, type]))
  assert.deepEqual(pages, [[[orders[1], 'order_paid']], [[orders[0], 'order_paid']]])
  assert.equal(second.body.next_cursor, null)
  assert.doesNotMatch(JSON.stringify(first.body), /Signature [0-9a-f]|v1,[A-Za-z0-9+/]/)
  for (const query of [
    'cursor=1.2',
    'cursor=1.2.3.4',
    'cursor=a.b.c',
    'outcome=good',
    'kind=by%20hand',
    'status=99',
    'limit=101',
  ]) {
    const { status, body } = await call('GET', `${path}?${query}`)
    assert.deepEqual([status, body.code], [422, 'unprocessable'], query)
  }
})
