// The mock store as a game's client meets it, without any server.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { createOrderTrail, ordertrailEndpoints, type StatusUpdate } from '@ordertrail/client'
import { setupServer } from 'msw/node'
import { type MockOrderTrail, mockOrderTrail } from './msw.ts'

const ORIGIN = 'https://store.example.com'
const API = `${ORIGIN}/api/v2/project/44056`
const HEADERS = { authorization: 'Bearer mine' }

interface Answer {
  readonly status: number
  readonly body: unknown
}

async function call(method: string, url: string, body?: object): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: HEADERS,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

/** The statuses that looks at an order are answered with. */
async function looks(orderId: number, count: number): Promise<readonly unknown[]> {
  const seen: unknown[] = []
  for (let look = 0; look < count; look += 1) {
    const { body } = await call('GET', `${API}/order/${orderId}`)
    seen.push((body as { readonly status: unknown }).status)
  }
  return seen
}

describe('a mock store', () => {
  const store = mockOrderTrail()
  const server = setupServer(...store.handlers)
  before(() => server.listen({ onUnhandledRequest: 'error' }))
  afterEach(() => store.reset())
  after(() => server.close())

  test('creates orders by every documented call', async () => {
    const created = await Promise.all(
      [
        'payment/item/sword_1',
        'payment/cart',
        'payment/cart/7',
        'free/item/gift',
        'free/cart',
        'free/cart/7',
        'payment/item/banner_1/virtual/gold',
      ].map((path) => call('POST', `${API}/${path}`, {})),
    )
    const tokens = created.map(({ status, body }) => [status, (body as { readonly token?: string }).token ?? null])
    assert.deepEqual(tokens, [...Array(3).fill([200, 'mock-token']), ...Array(4).fill([200, null])])
    const served = await call('POST', `${ORIGIN}/api/v3/project/44056/admin/payment/token`, {
      purchase: { items: [{ sku: 'sword_1', quantity: 2 }, { sku: 'shield_1' }] },
    })
    assert.deepEqual(served, { status: 201, body: { token: 'mock-token', order_id: 10_000_008 } })
    assert.deepEqual(store.orders().at(-1)?.items, [
      { sku: 'sword_1', quantity: 2 },
      { sku: 'shield_1', quantity: 1 },
    ])
    const token = await call('POST', `${ORIGIN}/v1/projects/44056/user-tokens`, { user_id: 'player-1' })
    assert.deepEqual(token, { status: 201, body: { token: 'mock-token', expires_at: '2099-01-01T00:00:00.000Z' } })
  })

  test('each look shows the next status', async () => {
    const { orderId } = store.createOrder()
    assert.deepEqual(await looks(orderId, 4), ['new', 'paid', 'done', 'done'])
  })

  test('an order is shown as the store shows it', async () => {
    const order = store.createOrder({ items: [{ sku: 'sword_1', quantity: 2 }] })
    const price = { amount: '3.98', amount_without_discount: '3.98', currency: 'USD' }
    assert.deepEqual(await call('GET', `${API}/order/${order.orderId}`), {
      status: 200,
      body: {
        order_id: order.orderId,
        status: 'new',
        content: { is_free: false, price, items: [{ sku: 'sword_1', quantity: 2, is_free: false, price }] },
      },
    })
    const virtual = store.createOrder({ money: { virtual: 'gold' } })
    const { body } = await call('GET', `${API}/order/${virtual.orderId}`)
    const { status, content } = body as { readonly status: string; readonly content: object }
    assert.deepEqual([status, Object.keys(content)], ['done', ['is_free', 'virtual_price', 'items']])
  })

  test('refuses what the store refuses', async () => {
    assert.deepEqual(await call('GET', `${API}/order/7`), {
      status: 404,
      body: { statusCode: 404, errorCode: 9001, errorMessage: '[0401-9001]: Order not found' },
    })
    const { status } = await fetch(`${API}/payment/item/sword_1`, { method: 'POST' })
    assert.equal(status, 401)
    assert.throws(() => store.moveTo(7, 'paid'), /no order 7/)
  })

  test('tells paid orders by the events API until they are marked', async () => {
    const { orderId } = store.createOrder({ items: [{ sku: 'sword_1', quantity: 1 }] })
    const events = async () =>
      (
        (await call('GET', `${ORIGIN}/events?project_id=44056`)).body as {
          readonly events: readonly {
            readonly id: number
            readonly data: { readonly order: { readonly id: number } }
          }[]
        }
      ).events
    assert.deepEqual(await events(), [])
    store.moveTo(orderId, 'paid')
    const [event] = await events()
    assert.deepEqual([event?.data.order.id, event?.id], [orderId, orderId])
    const mark = () => call('POST', `${ORIGIN}/events/${event?.id}/processed`)
    assert.deepEqual([(await mark()).status, (await mark()).status, await events()], [200, 404, []])
  })

  test('its socket gives the history and pushes what follows', async () => {
    const { orderId } = store.createOrder()
    const frames: unknown[] = []
    const socket = new WebSocket(`${ORIGIN.replace('http', 'ws')}/connection/websocket`)
    const done = new Promise<void>((resolve) => {
      socket.addEventListener('message', ({ data }) => {
        frames.push(JSON.parse(data))
        if (data.includes('"done"')) resolve()
      })
    })
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    socket.send('{"id":1,"connect":{"data":{"auth":"mine","project_id":44056}}}')
    socket.send('{"id":2,"history":{"channel":"mock","since":{"offset":0},"limit":-1}}')
    socket.send('{}')
    await done
    const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
    socket.send('no frame')
    const [greeting, history, ...pushes] = frames as [
      { readonly connect: { readonly subs: object } },
      { readonly history: { readonly publications: readonly { readonly data: object }[] } },
      ...{ readonly push: { readonly pub: object } }[],
    ]
    assert.deepEqual(greeting.connect.subs, {
      mock: { recoverable: true, epoch: 'mock', offset: 1, positioned: true },
    })
    assert.deepEqual(
      history.history.publications.map(({ data }) => data),
      [{ order_id: orderId, status: 'new' }],
    )
    assert.deepEqual(
      pushes.map(({ push }) => push.pub),
      [
        { data: { order_id: orderId, status: 'paid' }, offset: 2 },
        { data: { order_id: orderId, status: 'done' }, offset: 3 },
      ],
    )
    assert.equal((await closed).code, 3501)
  })
})

test('the client of a game buys, by socket and by polling', async () => {
  const store = mockOrderTrail()
  const server = setupServer(...store.handlers)
  server.listen({ onUnhandledRequest: 'error' })
  try {
    const options = { projectId: 44056, token: 'mine', endpoints: ordertrailEndpoints(ORIGIN) }
    const trail = createOrderTrail(options)
    const statuses: string[] = []
    const onStatus = ({ status, via }: StatusUpdate): void => void statuses.push(`${status} ${via}`)
    const bySocket = await trail.purchase({ sku: 'sword_1' }, { openPayment: () => undefined, onStatus })
    assert.ok(bySocket.kind === 'done')
    assert.deepEqual(statuses, ['new history', 'paid socket', 'done socket'])
    assert.deepEqual(bySocket.order?.content.items[0]?.sku, 'sword_1')
    const byPolling = await trail.trackOrder(store.createOrder().orderId, { socketMs: 0, pollMs: 1 })
    assert.equal(byPolling.kind, 'done')
    trail.close()
  } finally {
    server.close()
  }
})

test('another course of things, by hand, at one address', async () => {
  const store: MockOrderTrail = mockOrderTrail({ moves: 'hand', statuses: ['new', 'canceled'], baseUrl: ORIGIN })
  const server = setupServer(...store.handlers)
  server.listen({ onUnhandledRequest: 'error' })
  try {
    const { orderId } = store.createOrder()
    assert.deepEqual(await looks(orderId, 2), ['new', 'new'])
    store.moveTo(orderId, 'canceled')
    assert.deepEqual(await looks(orderId, 1), ['canceled'])
  } finally {
    server.close()
  }
})
