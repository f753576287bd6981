// The documented calls of a game's client, answered by a mock store.
import { type HttpHandler, HttpResponse, http, type PathParams } from 'msw'
import type { MockOrder, MockOrders, MockWish } from './mock-orders.ts'

/** What the calls work on. `isAutomatic`: each look at an order moves it on. */
export interface HttpMockDeps {
  readonly orders: MockOrders
  /** In front of every path; `*` for any host. */
  readonly baseUrl: string
  readonly isAutomatic: boolean
}

/** The token of every order and of every user; mocks prove nothing. */
const TOKEN = 'mock-token'
const TOKEN_ENDS = '2099-01-01T00:00:00.000Z'
const PRICE = { currency: 'USD', each: 199 }

/** Makes the handlers. */
export function httpHandlers({ orders, baseUrl, isAutomatic }: HttpMockDeps): readonly HttpHandler[] {
  const v2 = `${baseUrl}/api/v2/project/:projectId`
  const create = (wish: (request: Request, params: PathParams) => Promise<MockWish>) =>
    asPlayer(async (request, params) => createdAnswer(orders.create(await wish(request, params))))
  return [
    http.post(`${v2}/payment/item/:sku`, create(itemWish('real'))),
    http.post(`${v2}/payment/item/:sku/virtual/:currency`, create(virtualWish)),
    http.post(`${v2}/free/item/:sku`, create(itemWish('free'))),
    http.post(`${v2}/payment/cart`, create(cartWish('real'))),
    http.post(`${v2}/payment/cart/:cartId`, create(cartWish('real'))),
    http.post(`${v2}/free/cart`, create(cartWish('free'))),
    http.post(`${v2}/free/cart/:cartId`, create(cartWish('free'))),
    http.post(
      `${baseUrl}/api/v3/project/:projectId/admin/payment/token`,
      asPlayer(async (request) => {
        const order = orders.create({ items: await serverItems(request), money: 'real' })
        return HttpResponse.json({ token: TOKEN, order_id: order.orderId }, { status: 201 })
      }),
    ),
    http.post(
      `${baseUrl}/v1/projects/:projectId/user-tokens`,
      asPlayer(async () => HttpResponse.json({ token: TOKEN, expires_at: TOKEN_ENDS }, { status: 201 })),
    ),
    http.get(
      `${v2}/order/:orderId`,
      asPlayer(async (_, { orderId }) => {
        const order = orders.find(Number(orderId))
        if (order === undefined) return refusal(404, 9001, 'Order not found')
        if (isAutomatic) orders.advance(order.orderId)
        return HttpResponse.json(shownOrder(order))
      }),
    ),
    http.get(
      `${baseUrl}/events`,
      asPlayer(async () => HttpResponse.json({ events: orders.events() })),
    ),
    http.post(
      `${baseUrl}/events/:eventId/processed`,
      asPlayer(async (_, { eventId }) =>
        orders.markProcessed(Number(eventId)) ? HttpResponse.json({}) : refusal(404, 9001, 'Event not found'),
      ),
    ),
  ]
}

type Resolver = (request: Request, params: PathParams) => Promise<Response>

/** A client that forgets its token hears of it here, and not in production. */
function asPlayer(resolve: Resolver): (info: { request: Request; params: PathParams }) => Promise<Response> {
  return async ({ request, params }) => {
    const isKnown =
      request.headers.has('authorization') ||
      request.headers.has('x-unauthorized-id') ||
      new URL(request.url).searchParams.has('token')
    return isKnown
      ? resolve(request, params)
      : refusal(401, 1501, 'Authorization failed: Authorization header not sent')
  }
}

function refusal(statusCode: number, errorCode: number, sentence: string): Response {
  return HttpResponse.json(
    { statusCode, errorCode, errorMessage: `[0401-${errorCode}]: ${sentence}` },
    { status: statusCode },
  )
}

function createdAnswer({ orderId, money }: MockOrder): Response {
  return HttpResponse.json(money === 'real' ? { order_id: orderId, token: TOKEN } : { order_id: orderId })
}

function itemWish(money: 'real' | 'free'): (request: Request, params: PathParams) => Promise<MockWish> {
  return async (request, { sku }) => ({ items: [{ sku: String(sku), quantity: await quantityOf(request) }], money })
}

async function virtualWish(request: Request, { sku, currency }: PathParams): Promise<MockWish> {
  return {
    items: [{ sku: String(sku), quantity: await quantityOf(request) }],
    money: { virtual: String(currency) },
  }
}

/** A mock keeps no carts. */
function cartWish(money: 'real' | 'free'): () => Promise<MockWish> {
  return async () => ({ items: [{ sku: 'cart', quantity: 1 }], money })
}

async function quantityOf(request: Request): Promise<number> {
  const { quantity = 1 } = (await bodyOf(request)) as { readonly quantity?: number }
  return quantity
}

async function serverItems(request: Request): Promise<MockWish['items']> {
  const { purchase } = (await bodyOf(request)) as { readonly purchase?: { readonly items?: MockWish['items'] } }
  return (purchase?.items ?? []).map(({ sku, quantity = 1 }) => ({ sku, quantity }))
}

async function bodyOf(request: Request): Promise<unknown> {
  return request.json().catch(() => ({}))
}

/** Get order, as the store answers it. */
function shownOrder({ orderId, status, items, money }: MockOrder): object {
  const lines = items.map(({ sku, quantity }) => ({ sku, quantity, ...cost(money, quantity) }))
  const count = items.reduce((sum, { quantity }) => sum + quantity, 0)
  return { order_id: orderId, status, content: { ...cost(money, count), items: lines } }
}

function cost(money: MockOrder['money'], count: number): object {
  if (money === 'free') return { is_free: true, price: price('USD', '0') }
  if (money === 'real') return { is_free: false, price: price(PRICE.currency, String((count * PRICE.each) / 100)) }
  return { is_free: false, virtual_price: price(money.virtual, String(count * PRICE.each)) }
}

function price(currency: string, amount: string): object {
  return { amount, amount_without_discount: amount, currency }
}
